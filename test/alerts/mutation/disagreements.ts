import type { MutationResult } from './run-mutants.ts'
import { SURVIVORS } from './survivors.ts'

/** Changes that nobody notices and no reason is given for, and those with a reason that are noticed or not made. */
export function disagreements(results: readonly MutationResult[]): readonly string[] {
  return results.flatMap(({ set, rule, survivors }) => {
    const name = `${set}/${rule}`
    const explained = Object.keys(SURVIVORS[name] ?? {})
    return [
      ...survivors.filter(change => !explained.includes(change)).map(c => `${name}: not noticed: ${c}`),
      ...explained.filter(change => !survivors.includes(change)).map(c => `${name}: noticed after all: ${c}`),
    ]
  })
}
