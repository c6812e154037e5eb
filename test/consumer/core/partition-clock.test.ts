import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  commitAt,
  excuse,
  judgeWork,
  lagOf,
  moveTo,
  newPartitionClock,
  type PartitionClock,
  skipTo,
  stalledMs,
} from '../../../src/consumer/core/partition-clock.ts'

/** `at(1000)` and then what happens: each step is judged. */
type Step = (clock: PartitionClock, now: number) => void
const end =
  (offset: number): Step =>
  clock => {
    clock.end = offset
  }
const move =
  (offset: number): Step =>
  (clock, now) =>
    moveTo(clock, offset, now)
const commit =
  (offset: number): Step =>
  (clock, now) =>
    commitAt(clock, offset, now)
const hold =
  (first: number, last: number): Step =>
  clock => {
    clock.inFlightFirst = first
    clock.inFlightLast = last
  }
const away =
  (ms: number): Step =>
  (clock, now) =>
    excuse(clock, ms, now)
const low =
  (offset: number): Step =>
  clock =>
    skipTo(clock, offset)

interface Case {
  readonly name: string
  readonly steps: readonly (readonly [now: number, ...steps: Step[]])[]
  readonly now: number
  readonly lag: number
  readonly stalled: number
}

const CASES: readonly Case[] = [
  { name: 'nothing known', steps: [], now: 9_000, lag: Number.NaN, stalled: 0 },
  { name: 'caught up', steps: [[0, move(5), end(5)]], now: 9_000, lag: 0, stalled: 0 },
  { name: 'work without an advance', steps: [[1_000, move(5), end(8)]], now: 9_000, lag: 3, stalled: 8_000 },
  {
    name: 'an advance begins it anew',
    steps: [
      [1_000, move(5), end(8)],
      [4_000, move(6)],
    ],
    now: 9_000,
    lag: 2,
    stalled: 5_000,
  },
  {
    name: 'work begins when there is some, not with the last advance',
    steps: [
      [1_000, move(5), end(5)],
      [7_000, end(6)],
    ],
    now: 9_000,
    lag: 1,
    stalled: 2_000,
  },
  {
    name: 'done to the end, no work is left',
    steps: [
      [1_000, move(5), end(8)],
      [4_000, move(8)],
    ],
    now: 9_000,
    lag: 0,
    stalled: 0,
  },
  {
    name: 'the same records again and again are no advance',
    steps: [
      [1_000, move(5), end(8)],
      [2_000, move(7)],
      [3_000, move(5)],
      [4_000, move(7)],
      [5_000, move(5)],
    ],
    now: 9_000,
    lag: 3,
    stalled: 7_000,
  },
  {
    name: 'after a reset the commits are what advances',
    steps: [
      [0, move(500), commit(500), end(500)],
      [1_000, move(5)],
      [2_000, commit(5)],
      [3_000, move(50), commit(50)],
    ],
    now: 9_000,
    lag: 450,
    stalled: 6_000,
  },
  {
    name: 'and each record after the first of those commits',
    steps: [
      [0, move(500), commit(500), end(500)],
      [1_000, move(5), commit(5)],
      [4_000, move(6)],
    ],
    now: 9_000,
    lag: 494,
    stalled: 5_000,
  },
  {
    name: 'a batch in the handler is work, whatever is known of the end',
    steps: [[1_000, move(5), hold(5, 9)]],
    now: 9_000,
    lag: 5,
    stalled: 8_000,
  },
  {
    name: 'excused time does not count',
    steps: [
      [1_000, move(5), end(8)],
      [6_000, away(5_000)],
    ],
    now: 9_000,
    lag: 3,
    stalled: 3_000,
  },
  {
    name: 'no more than there was is excused',
    steps: [
      [1_000, move(5), end(8)],
      [2_000, away(60_000)],
    ],
    now: 9_000,
    lag: 3,
    stalled: 7_000,
  },
  {
    name: 'records that retention took are no advance',
    steps: [
      [1_000, move(5), end(80)],
      [2_000, low(50)],
    ],
    now: 9_000,
    lag: 30,
    stalled: 8_000,
  },
  {
    name: 'an end that was asked for before the last advance gives no negative lag',
    steps: [[1_000, move(9), end(8)]],
    now: 9_000,
    lag: 0,
    stalled: 0,
  },
]

for (const { name, steps, now, lag, stalled } of CASES) {
  test(name, () => {
    const clock = newPartitionClock(0)
    for (const [at, ...each] of steps) {
      for (const step of each) step(clock, at)
      judgeWork(clock, at)
    }
    assert.deepEqual({ lag: lagOf(clock), stalled: stalledMs(clock, now) }, { lag, stalled })
  })
}
