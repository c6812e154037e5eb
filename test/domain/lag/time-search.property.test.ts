import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { AppendBracket } from '../../../src/domain/lag/end-history.ts'
import { HeadBounds } from '../../../src/domain/lag/head-bounds.ts'
import { TimeSearch } from '../../../src/domain/lag/time-search.ts'
import type { TimeAnswers } from '../../../src/model/evidence.ts'

const NOW = 1_700_000_000_000

/** Ages in milliseconds, youngest first, as a log of records from oldest to youngest. */
const logs = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 600_000_000 })), {
    minLength: 1,
    maxLength: 60,
  })
  .map(ages => ages.sort((a, b) => b - a).map(age => NOW - age))

/** As ListOffsets does: the first record whose time stamp is not below the one asked for. */
function lookUp(log: readonly number[], timestamp: number): TimeAnswers {
  const offset = log.findIndex(time => time >= timestamp)
  return {
    rows: Int32Array.of(0),
    timestamps: Float64Array.of(timestamp),
    offsets: Float64Array.of(offset < 0 ? Number.POSITIVE_INFINITY : offset),
    recordTimestamps: Float64Array.of(offset < 0 ? Number.NaN : (log[offset] as number)),
  }
}

function searchFor(log: readonly number[], offset: number, rounds: number): TimeSearch {
  const head = new HeadBounds()
  head.moveTo(offset)
  const search = new TimeSearch()
  search.begin(head, new AppendBracket(), log.length, NOW)
  for (let round = 0; round < rounds && !search.isDone; round++) {
    search.learn(lookUp(log, search.next(round)), 0)
  }
  return search
}

it('bounds the record at every step and comes within its tolerance', () => {
  fc.assert(
    fc.property(logs, fc.nat(), (log, n) => {
      const offset = n % log.length
      const time = log[offset] as number
      for (const rounds of [1, 3, 6]) {
        const { low, high } = searchFor(log, offset, rounds)
        assert.ok(low <= time && time <= high, `after ${rounds}: ${low} ≤ ${time} ≤ ${high}`)
      }
      const search = searchFor(log, offset, 40)
      assert.ok(search.isDone)
      assert.ok(Math.abs((search.low + search.high) / 2 - time) <= Math.max(1_000, 0.03 * (NOW - time)))
    }),
  )
})

it('comes within a twentieth of the age of a week in the six questions of one poll, wherever a group has moved to', () => {
  const log = Array.from({ length: 2_000 }, (_, i) => NOW - (2_000 - i) * 300_000)
  for (const offset of [0, 1, 20, 700, 1_500, 1_998, 1_999]) {
    const search = searchFor(log, offset, 6)
    const time = log[offset] as number
    const error = Math.abs((search.low + search.high) / 2 - time)
    assert.ok(error <= Math.max(2_000, 0.05 * (NOW - time)), `${offset}: ${error} ms off ${NOW - time}`)
  }
})

it('needs few questions on an even flow between two ends that were seen', () => {
  const log = Array.from({ length: 1_000 }, (_, i) => NOW - 1_000_000 + i * 1_000)
  const bracket = Object.assign(new AppendBracket(), {
    after: NOW - 1_000_000,
    by: NOW,
    endBefore: 0,
    endAfter: 1_000,
  })
  const head = new HeadBounds()
  head.moveTo(600)
  const search = new TimeSearch()
  search.begin(head, bracket, 1_000, NOW)
  let asked = 0
  while (!search.isDone) search.learn(lookUp(log, search.next(asked++)), 0)
  assert.equal(asked, 1)
  assert.ok(search.low <= (log[600] as number) && (log[600] as number) <= search.high)
})
