import { shown } from '../config/fault.ts'

/** Takes what is wrong with the value of a flag: `got …, expected …`. */
export type ReportFlag = (flag: string, problem: string) => void

interface Pair {
  readonly name: string
  readonly value: string
  readonly text: string
}

/** Values are never empty. */
export function pairsOf(
  flag: string,
  texts: readonly string[],
  expected: string,
  report: ReportFlag,
): readonly Pair[] {
  return texts.flatMap(text => {
    const split = text.indexOf('=')
    const pair = { name: text.slice(0, split).trim(), value: text.slice(split + 1).trim(), text }
    if (split > 0 && pair.name !== '' && pair.value !== '') return [pair]
    report(flag, `got ${shown(text)}, expected ${expected}`)
    return []
  })
}
