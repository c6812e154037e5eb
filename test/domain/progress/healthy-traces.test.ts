import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { committedEvery, lognormal, poisson, randomFrom, replay, type Trace, work } from './traces.ts'

const DAYS = 8
const DAY = 86_400
const random = randomFrom(5)
const range = (count: number) => Array.from({ length: count }, (_, i) => i)

const steady = poisson(random, DAYS, 5)
const quick = work(steady, () => 0.02)
const sparse = poisson(random, DAYS, 600)
const jobs = poisson(random, DAYS, 1_200)
const nightly = range(DAYS).flatMap(d =>
  range(2_000)
    .map(() => d * DAY + 7_200 + random() * 10)
    .sort((a, b) => a - b),
)
const paused = (every: number, seconds: number) =>
  range(Math.floor((DAYS * DAY) / every)).map(i => [i * every + 100, i * every + 100 + seconds] as const)

interface Expected {
  readonly trace: Trace
  /** Stalls of the first day, while nothing has been learnt. */
  readonly atFirst?: number
}

/** Consumers in good health: what they do is regular. */
const HEALTHY: Readonly<Record<string, Expected>> = {
  'steady, commits every 5 s': { trace: { arrivals: steady, commits: committedEvery(5, quick) } },
  'commits every 10 minutes': { trace: { arrivals: steady, commits: committedEvery(600, quick) } },
  'commits every hour': { trace: { arrivals: steady, commits: committedEvery(3_600, quick) }, atFirst: 1 },
  'a record every 10 minutes': {
    trace: {
      arrivals: sparse,
      commits: committedEvery(
        5,
        work(sparse, () => 1),
      ),
    },
  },
  'jobs of 8 minutes': {
    trace: {
      arrivals: jobs,
      commits: committedEvery(
        5,
        work(jobs, () => 480),
      ),
    },
  },
  'a deploy of 3 minutes every 2 hours': {
    trace: {
      arrivals: steady,
      commits: committedEvery(
        5,
        work(steady, () => 0.02, paused(7_200, 180)),
      ),
    },
  },
  'a rebalance of 70 s every half an hour': {
    trace: {
      arrivals: steady,
      commits: committedEvery(
        5,
        work(steady, () => 0.02, paused(1_800, 70)),
      ),
    },
  },
  'a batch every night': {
    trace: {
      arrivals: nightly,
      commits: committedEvery(
        5,
        work(nightly, () => 0.5),
      ),
    },
  },
  'a batch every night, committed at once': {
    trace: {
      arrivals: nightly,
      commits: committedEvery(
        1_200,
        work(nightly, () => 0.5),
      ),
    },
    atFirst: 1,
  },
  'one job of 10 minutes in ten of half a minute': {
    trace: {
      arrivals: jobs,
      commits: committedEvery(
        5,
        work(jobs, i => (i % 10 === 0 ? 600 : 30)),
      ),
    },
  },
}

describe('a healthy consumer', () => {
  for (const [name, { trace, atFirst = 0 }] of Object.entries(HEALTHY)) {
    it(`is not stalled: ${name}`, () => {
      const { stalls } = replay(trace, DAYS)
      assert.deepEqual(
        [stalls.filter(t => t < DAY).length, stalls.filter(t => t >= DAY).length],
        [atFirst, 0],
      )
    })

    it(`that dies is found soon: ${name}`, () => {
      const crashAt = 6 * DAY + 777
      const { stalls, longestGap } = replay(trace, DAYS, crashAt)
      const found = stalls.find(t => t > crashAt) ?? Infinity
      // From when the clock can have begun: the crash, or the first record that nobody took.
      const undone = trace.commits.findIndex(t => t > crashAt)
      const from = Math.max(crashAt, trace.arrivals[undone] as number)
      assert.ok(found - from <= 2.2 * Math.max(300, longestGap) + 15, `${found - from} s of ${longestGap}`)
    })
  }
})

describe('a consumer whose jobs differ widely', () => {
  // The second is near the limit: one job in 440 takes longer than stalled_after_max.
  for (const [sigma, most] of [
    [0.8, 0.2],
    [1.2, 0.25],
  ] as const) {
    it(`is seldom stalled: lognormal, σ ${sigma}`, () => {
      const days = 120
      const arrivals = poisson(randomFrom(11), days, 1_200)
      const draw = randomFrom(12)
      const commits = committedEvery(
        5,
        work(arrivals, () => lognormal(draw, 120, sigma)),
      )
      const perDay = replay({ arrivals, commits }, days).stalls.length / days
      assert.ok(perDay <= most, `${perDay} a day`)
    })
  }
})

describe('an outage', () => {
  it('of 6 hours is one stall, and does not deafen', () => {
    const outage = [[2 * DAY, 2 * DAY + 21_600]] as const
    for (const [every, longest] of [
      [5, 300],
      [600, 600],
    ] as const) {
      const commits = committedEvery(
        every,
        work(steady, () => 0.02, outage),
      )
      const crashAt = 3 * DAY + 777
      const { stalls } = replay({ arrivals: steady, commits }, 4, crashAt)
      assert.equal(stalls.length, 2)
      const found = (stalls[1] as number) - crashAt
      assert.ok(found <= 2.2 * longest + 15, `${found} s`)
    }
  })
})
