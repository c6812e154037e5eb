import assert from 'node:assert/strict'
import { test } from 'node:test'
import { medianInterval } from '../../../bench/kit-overhead/median-interval.ts'

const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i)

for (const [n, median, interval] of [
  [1, 1, null],
  [5, 3, null],
  // By the tables of the binomial distribution with 1/2: the chance of none of 6 is 1.6 %, of at most one 10.9 %.
  [6, 3.5, [1, 6]],
  [11, 6, [2, 10]],
  [20, 10.5, [6, 15]],
] as const) {
  test(`the median of 1 to ${n}, and where it lies at 95 %`, () => {
    assert.deepEqual(medianInterval(upTo(n)), { median, interval })
  })
}
