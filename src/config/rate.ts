import type { ValueType } from './option.ts'
import { text } from './scalar-types.ts'

/** Records a second; `all` is Infinity. */
const RATE = /^(\d{1,7})\/s$/

const form = text('all, or a number of records from 1/s to 1000000/s, such as 100/s', 'RATE')

export const recordRate: ValueType<number> = {
  ...form,
  parse(raw, report) {
    const rate = typeof raw === 'string' ? parseRate(raw) : null
    if (rate !== null) return rate
    report(raw, this.expected)
    return undefined
  },
  parseTexts(texts, report) {
    const word = form.parseTexts(texts, report)
    return word === undefined ? undefined : this.parse(word, report)
  },
  render: rate => (rate === Number.POSITIVE_INFINITY ? 'all' : `${rate}/s`),
}

function parseRate(word: string): number | null {
  if (word === 'all') return Number.POSITIVE_INFINITY
  const rate = Number(RATE.exec(word)?.[1] ?? 0)
  return rate >= 1 && rate <= 1_000_000 ? rate : null
}
