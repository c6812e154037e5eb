import { nearest } from '../model/nearest.ts'
import type { Fault } from './fault.ts'
import { shown } from './fault.ts'
import type { Found } from './layers.ts'
import { compileAnchored } from './pattern.ts'

/** An entry that no metric family answers to is a slip of the pen that would silently do nothing. */
export function checkFamilies(
  found: Found<readonly string[]>,
  known: readonly string[],
  fromFile: boolean,
  faults: Fault[],
): void {
  found.value?.forEach((entry, i) => {
    const compiled = compileAnchored(entry)
    if (!('pattern' in compiled) || known.some(family => compiled.pattern.test(family))) return
    const near = nearest(entry, known)
    const hint = near === null ? 'expected a name or pattern of metric families' : `did you mean ${near}?`
    const at = fromFile ? `${found.at}[${i}]` : found.at
    faults.push({ at, problem: `got ${shown(entry)}, which no metric family has, ${hint}` })
  })
}
