import { shown } from '../config/fault.ts'

/** Takes what is wrong with the value of a flag: `got …, expected …`. */
export type ReportFlag = (flag: string, problem: string) => void

interface Pair {
  readonly name: string
  readonly value: string
  readonly text: string
}

/** Names and values are never empty; what is no pair is reported in its turn. */
export function* pairsOf(
  flag: string,
  texts: readonly string[],
  expected: string,
  report: ReportFlag,
): Generator<Pair> {
  for (const text of texts) {
    const split = text.indexOf('=')
    const pair = { name: text.slice(0, Math.max(split, 0)).trim(), value: text.slice(split + 1).trim(), text }
    if (pair.name !== '' && pair.value !== '') yield pair
    else report(flag, `got ${shown(text)}, expected ${expected}`)
  }
}
