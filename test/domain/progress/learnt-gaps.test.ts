import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  addGap,
  type Gaps,
  NO_GAPS,
  patienceOf,
  stallThreshold,
} from '../../../src/domain/progress/learnt-gaps.ts'
import { randomFrom } from './traces.ts'

const LIMITS = { stalledAfterMs: 300_000, stalledAfterMaxMs: 3_600_000, pollIntervalMs: 15_000 }

/** Learns gaps given in seconds. */
function learn(seconds: readonly number[], stalledAfterMs = LIMITS.stalledAfterMs): Gaps {
  return seconds.reduce((gaps, s, i) => addGap(gaps, i, s * 1000, stalledAfterMs), NO_GAPS)
}

const thresholdOf = (seconds: readonly number[], limits = LIMITS) =>
  stallThreshold(learn(seconds, limits.stalledAfterMs), seconds.length, limits) / 1000

const times = (n: number, seconds: number) => new Array<number>(n).fill(seconds)

describe('the threshold learnt from gaps', () => {
  const cases: readonly (readonly [string, readonly number[], number])[] = [
    ['none: three times the floor, less a poll', [], 885],
    ['one short', [15], 885],
    ['one of ten minutes: twice, and two polls', [600], 1_230],
    ['two: the longest of them', [600, 30], 1_230],
    ['three: the second longest', [600, 30, 20_000], 1_230],
    ['nine of an hour: the limit, and two polls', times(9, 3_600), 3_630],
    ['nine short: three times the floor, less a poll', times(9, 15), 885],
    ['ten short: the floor, less a poll', times(10, 15), 285],
    ['ten equal: they, and two polls', times(10, 600), 630],
    ['two hundred equal', times(200, 600), 630],
    ['two hundred of an hour: the limit, and two polls', times(200, 3_600), 3_630],
    ['longer ones than the limit', times(50, 7_200), 3_630],
    ['short ones beside one outage: the floor', [...times(100, 15), 21_600, ...times(99, 15)], 285],
    ['a deploy of 3 minutes among short ones: above it', [...times(150, 15), 180, ...times(49, 15)], 285],
    ['gaps that are no longer among the newest', [...times(20, 3_000), ...times(200, 15)], 285],
    ['three long ones in 200: they are usual', [...times(190, 15), 600, 600, 600], 1_170],
  ]
  for (const [name, gaps, threshold] of cases) {
    it(name, () => assert.equal(Math.round(thresholdOf(gaps)), threshold))
  }

  it('of a regular committer is not deafened by one outage', () => {
    const deafened = thresholdOf([...times(60, 600), 21_600, ...times(60, 600)])
    assert.ok(deafened > 630 && deafened < 1_000, `${deafened}`)
  })

  it('is never above the limit of the objective, nor below its floor', () => {
    const limits = { stalledAfterMs: 60_000, stalledAfterMaxMs: 120_000, pollIntervalMs: 15_000 }
    assert.equal(thresholdOf([], limits), 105)
    assert.equal(thresholdOf(times(50, 600), limits), 150)
    assert.equal(thresholdOf(times(50, 15), limits), 58.5)
    assert.equal(thresholdOf(times(50, 15), { ...limits, stalledAfterMaxMs: 10_000 }), 45)
    assert.equal(thresholdOf(times(50, 600), { ...limits, stalledAfterMaxMs: 30_000 }), 60)
  })
})

it('a patience is a poll shorter, for what it counts from is seen up to a poll late; at most by half', () => {
  assert.deepEqual(
    [300_000, 900_000, 20_000, 0].map(ms => patienceOf(ms, 15_000)),
    [285_000, 885_000, 10_000, 0],
  )
})

describe('the memory of gaps', () => {
  it('is empty for short ones, whatever their number', () => {
    assert.equal(learn(times(1_000, 75)), NO_GAPS)
  })

  it('passes on the same list where a short one changes nothing', () => {
    const one = learn([600])
    assert.equal(addGap(one, 1, 15_000, LIMITS.stalledAfterMs), one)
  })

  it('lets the old go', () => {
    const gaps = learn([600, ...times(199, 15)])
    assert.deepEqual([...gaps], [0, 600_000])
    assert.equal(addGap(gaps, 200, 15_000, LIMITS.stalledAfterMs), NO_GAPS)
  })

  it('holds a few of a regular committer, and some dozens of an irregular one', () => {
    const lengths = (gaps: (i: number) => number) =>
      learn(Array.from({ length: 2_000 }, (_, i) => gaps(i))).length / 2
    const random = randomFrom(3)
    assert.equal(
      lengths(() => 600),
      11,
    )
    assert.ok(lengths(() => 590 + Math.floor(random() * 3) * 15) <= 33)
    assert.ok(lengths(() => 100 - 300 * Math.log(1 - random())) < 80)
  })

  const gapLists = fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 75 }),
      fc.integer({ min: 76, max: 900 }),
      fc.integer({ min: 76, max: 30_000 }),
    ),
    { minLength: 10, maxLength: 500 },
  )

  it('gives the threshold of the whole list where all are long, and never one below it', () => {
    fc.assert(
      fc.property(gapLists, gaps => {
        const whole = wholeListThreshold(gaps)
        const found = thresholdOf(gaps)
        assert.ok(found >= whole - 1e-6, `${found} < ${whole}`)
        if (gaps.slice(-200).every(s => s > 75)) assert.ok(Math.abs(found - whole) < 1e-6)
      }),
    )
  })

  it('gives no threshold beyond 2.2 times the longest but one, the floor, or three times the floor', () => {
    fc.assert(
      fc.property(gapLists, gaps => {
        const window = gaps.slice(-200).sort((a, b) => b - a)
        const healthy = window.length > 30 ? (window[1] as number) : (window[0] as number)
        assert.ok(thresholdOf(gaps) <= 2.2 * Math.max(healthy, 300) + 30)
      }),
    )
  })
})

/** The rule over all gaps of the window, in seconds, written down once more without the memory. */
function wholeListThreshold(gaps: readonly number[]): number {
  const g = gaps.slice(-200).sort((a, b) => b - a) as [number, number, number, ...number[]]
  const n = g.length
  const tail = Math.max(5, Math.floor(n / 20))
  if (n > 30) g[0] = Math.min(g[0], 1.25 * g[1])
  const below = g[tail] as number
  const mean = g.slice(0, tail).reduce((sum, s) => sum + s - below, 0) / tail
  const reach = below + mean * Math.log((20_000 * tail) / n)
  return Math.max(285, Math.min(3_600, Math.max(g[2], Math.min(reach, 1.9 * g[0]))) + 30)
}
