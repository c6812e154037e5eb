import type { ValueType } from '../option.ts'

const MOST = 1_000_000

/** A number of requests. */
export const requestCount: ValueType<number> = {
  expected: 'a whole number from 0 to 1000000',
  metavar: 'N',
  secret: false,
  parse(raw, report) {
    if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= MOST) return raw
    report(raw, this.expected)
    return undefined
  },
  parseTexts: () => undefined,
  render: value => value,
}
