import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  AppendBracket,
  type EndHistory,
  NO_HISTORY,
  rememberEnds,
} from '../../../src/domain/lag/end-history.ts'
import { toEnd } from '../../../src/model/steps.ts'

const POLL = 15_000

/** Remembers polls at 0, 15, 30 … s, each with the ends of all rows; a group waits at `waiting` on each row. */
function remember(polls: readonly (readonly number[])[], waiting: readonly number[]): EndHistory {
  return polls.reduce<EndHistory>((history, ends, i) => stepped(history, i, ends, waiting), NO_HISTORY)
}

function stepped(
  history: EndHistory,
  poll: number,
  ends: readonly number[],
  waiting: readonly number[],
  earlier: Int32Array | null = null,
): EndHistory {
  return toEnd(
    rememberEnds(history, {
      startedAt: poll * POLL - 100,
      endedAt: poll * POLL,
      ends: Float64Array.from(ends),
      earlier,
      *waitingFrom() {
        yield
        return Float64Array.from(waiting)
      },
    }),
  )
}

function bracket(history: EndHistory, row: number, offset: number): readonly [number, number] {
  const found = new AppendBracket()
  found.find(history, row, offset)
  return [found.after, found.by]
}

describe('the table of ends', () => {
  it('dates a record between the last poll that did not see it and the first that did', () => {
    const history = remember([[10], [20], [20], [30], [40], [50], [60]], [15])
    assert.deepEqual(bracket(history, 0, 15), [-100, 15_000])
    assert.deepEqual(bracket(history, 0, 25), [29_900, 45_000])
    assert.deepEqual(bracket(history, 0, 60), [89_900, Number.POSITIVE_INFINITY])
    assert.deepEqual(bracket(history, 0, 5), [Number.NEGATIVE_INFINITY, 0])
  })

  it('passes over polls in which the end was not read', () => {
    const history = remember([[10], [Number.NaN], [20], [30]], [10])
    assert.deepEqual(bracket(history, 0, 12), [-100, 30_000])
  })

  it('keeps older marks of those rows alone where somebody waits for what came after', () => {
    const polls = Array.from({ length: 8 }, (_, i) => [i * 10, i * 10])
    const history = remember(polls, [25, Number.POSITIVE_INFINITY])
    const rows = history.marks.map(mark => (mark.rows === null ? 'all' : [...mark.rows].join()))
    assert.deepEqual(rows, ['0', '0', '0', 'all', 'all', 'all'])
    assert.deepEqual(bracket(history, 0, 25), [2 * POLL - 100, 3 * POLL])
    assert.deepEqual(bracket(history, 1, 25), [Number.NEGATIVE_INFINITY, 5 * POLL])
  })

  it('says nothing of a row that went back to before what was kept of it', () => {
    const polls = Array.from({ length: 8 }, (_, i) => [i * 10])
    assert.deepEqual(bracket(remember(polls, [60]), 0, 5), [Number.NEGATIVE_INFINITY, 5 * POLL])
  })

  it('never dates a record too early for a group that was not there before', () => {
    // Somebody waits on the second row all the time, so that the marks live on; on the first from poll 100 on, far back.
    let history = NO_HISTORY
    for (let poll = 0; poll < 2_000; poll++) {
      history = stepped(history, poll, [poll, poll], [poll < 100 ? Number.POSITIVE_INFINITY : 95, 0])
      if (poll < 100) continue
      // Poll 95 did not see the record at 95, poll 96 did.
      const [after, by] = bracket(history, 0, 95)
      assert.ok(after < 96 * POLL && by >= 96 * POLL - 100, `${after} to ${by} at ${poll}`)
    }
  })

  it('follows rows to another topology, and forgets those that are gone', () => {
    const before = remember(
      [
        [10, 100],
        [20, 200],
      ],
      [10, 100],
    )
    const history = stepped(before, 2, [300, 30], [100, 10], Int32Array.of(1, -1))
    assert.deepEqual(bracket(history, 0, 150), [-100, 15_000])
    assert.deepEqual(bracket(history, 1, 15), [Number.NEGATIVE_INFINITY, 30_000])
  })

  it('forgets all when the clock is set back', () => {
    const before = remember([[10], [20], [30]], [10])
    assert.deepEqual(bracket(stepped(before, 1, [40], [10]), 0, 15), [Number.NEGATIVE_INFINITY, 15_000])
  })

  it('is bounded, and its error is a share of the age', () => {
    const week = Array.from({ length: 40_320 }, (_, i) => [i])
    const history = remember(week, [0])
    assert.ok(history.marks.length < 160, `${history.marks.length} marks`)
    const now = (week.length - 1) * POLL
    for (let offset = 10; offset < week.length - 1; offset += 97) {
      const [after, by] = bracket(history, 0, offset)
      const appended = offset * POLL
      assert.ok(after < appended && appended <= by + POLL, `${after} < ${appended} <= ${by}`)
      assert.ok(by - after <= 3 * POLL + 0.3 * (now - appended), `${(by - after) / 1000} s at ${offset}`)
    }
  })

  it('never leaves the truth outside, whatever the ends and the places where groups wait', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 2, maxLength: 200 }),
        fc.array(fc.nat(9), { minLength: 2, maxLength: 200 }),
        (growth, moves) => {
          let history = NO_HISTORY
          const appendedAt: number[] = []
          let end = 0
          let waiting = 0
          growth.forEach((more, poll) => {
            for (let i = 0; i < more; i++) appendedAt.push(poll * POLL - 200)
            end += more
            history = stepped(history, poll, [end], [waiting])
            for (let offset = waiting; offset < end; offset++) {
              const [after, by] = bracket(history, 0, offset)
              assert.ok(after < (appendedAt[offset] as number) + 200 && (appendedAt[offset] as number) <= by)
            }
            waiting = Math.min(end, waiting + (moves[poll % moves.length] as number))
          })
        },
      ),
    )
  })
})
