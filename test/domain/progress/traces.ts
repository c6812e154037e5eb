import { type CellClock, tickClock } from '../../../src/domain/progress/cell-clock.ts'
import { addGap, NO_GAPS, stallThreshold } from '../../../src/domain/progress/learnt-gaps.ts'

/** Of one partition, in seconds: when each record arrived and when the commit that covers it was made. */
export interface Trace {
  readonly arrivals: readonly number[]
  readonly commits: readonly number[]
}

const DAY = 86_400
const POLL = 15
const LIMITS = { stalledAfterMs: 300_000, stalledAfterMaxMs: 3_600_000, pollIntervalMs: POLL * 1000 }

/** mulberry32: the same traces in every run. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function exponential(random: () => number, mean: number): number {
  return -mean * Math.log(1 - random())
}

export function lognormal(random: () => number, median: number, sigma: number): number {
  const normal = Math.sqrt(2 * exponential(random, 1)) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(sigma * normal)
}

/** Arrivals at random, on the average one in so many seconds. */
export function poisson(random: () => number, days: number, every: number): readonly number[] {
  const arrivals: number[] = []
  for (let t = exponential(random, every); t < days * DAY; t += exponential(random, every)) arrivals.push(t)
  return arrivals
}

/** When one consumer is done with each, and does not begin any while it is paused. */
export function work(
  arrivals: readonly number[],
  duration: (record: number) => number,
  pauses: readonly (readonly [from: number, to: number])[] = [],
): readonly number[] {
  let free = 0
  let next = 0
  return arrivals.map((arrival, i) => {
    let start = Math.max(free, arrival)
    while (next < pauses.length && (pauses[next]?.[1] ?? 0) <= start) next++
    const pause = pauses[next]
    if (pause !== undefined && start >= pause[0]) start = pause[1]
    free = start + duration(i)
    return free
  })
}

export function committedEvery(seconds: number, done: readonly number[]): readonly number[] {
  return done.map(t => Math.ceil(t / seconds) * seconds)
}

export interface Replay {
  /** When each stall was found, in seconds. */
  readonly stalls: readonly number[]
  readonly longestGap: number
}

/** Polls every 15 s for so many days. From `crashAt` on nothing is committed. */
export function replay({ arrivals, commits }: Trace, days: number, crashAt = Infinity): Replay {
  const random = randomFrom(1)
  const stalls: number[] = []
  const cell: CellClock = {
    workSince: Number.NaN,
    stallSince: Number.NaN,
    last: 0,
    offset: 0,
    backlog: 0,
    isFresh: true,
    isEmpty: false,
    isBlocked: false,
  }
  let gaps = NO_GAPS
  let total = 0
  let threshold = stallThreshold(gaps, total, LIMITS)
  let longestGap = 0
  let end = 0
  let isStalled = false
  for (let t = POLL; t < days * DAY; t += POLL) {
    // A poll ends when its last answer is there.
    const at = t + 1.5 + random() / 2
    while (end < arrivals.length && (arrivals[end] as number) <= at) end++
    cell.last = cell.offset
    while (cell.offset < commits.length && (commits[cell.offset] as number) <= Math.min(at, crashAt))
      cell.offset++
    cell.backlog = end - cell.offset
    const now = Math.round(at * 1000)
    const gap = tickClock(cell, { now, elapsedMs: POLL * 1000, restored: false })
    if (!Number.isNaN(gap)) {
      gaps = addGap(gaps, total, gap, LIMITS.stalledAfterMs)
      total++
      threshold = stallThreshold(gaps, total, LIMITS)
      longestGap = Math.max(longestGap, gap / 1000)
    }
    const wasStalled = isStalled
    isStalled = now - cell.stallSince > threshold
    if (isStalled && !wasStalled) stalls.push(at)
  }
  return { stalls, longestGap }
}
