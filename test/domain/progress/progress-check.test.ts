import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProgressCheck } from '../../../src/domain/progress/progress-check.ts'

const MINUTE = 60_000
/** Readings: minute, position, end. */
function statesOf(
  check: ProgressCheck,
  readings: readonly (readonly [number, number | null, number | null])[],
) {
  return readings.map(([minute, position, end]) => check.look({ now: minute * MINUTE, position, end }).state)
}

test('a partition that moves, waits, stands, and moves on', () => {
  const check = new ProgressCheck({ stalledAfterMs: 5 * MINUTE, stalledAfterMaxMs: 10 * MINUTE })
  assert.deepEqual(
    statesOf(check, [
      [0, 10, 10],
      [1, 10, 12],
      [5, 10, 12],
      [10, 10, 12],
      [11, 10, 900],
      [12, 11, 900],
    ]),
    ['caught_up', 'advancing', 'advancing', 'advancing', 'stalled', 'advancing'],
  )
})

test('what could not be read is unknown, and its time does not count', () => {
  const check = new ProgressCheck({ stalledAfterMs: 5 * MINUTE, stalledAfterMaxMs: 10 * MINUTE })
  assert.deepEqual(
    statesOf(check, [
      [0, 10, 12],
      [5, 10, null],
      [9, null, 12],
      [11, 10, 12],
      [21, 10, 12],
    ]),
    ['advancing', 'unknown', 'unknown', 'advancing', 'stalled'],
  )
})

test('a lag is never negative, and unknown is null', () => {
  const check = new ProgressCheck()
  assert.deepEqual(check.look({ now: 0, position: 7, end: 5 }), {
    state: 'unknown',
    lag: null,
    waitingSince: null,
    thresholdMs: 885_000,
  })
  assert.deepEqual(check.look({ now: 15_000, position: 5, end: 7 }), {
    state: 'advancing',
    lag: 2,
    waitingSince: 15_000,
    thresholdMs: 885_000,
  })
})

test('a slow partition that keeps its pace is not stalled; one that was fast is, sooner', () => {
  const after = (gapMinutes: number) => {
    const check = new ProgressCheck({ stalledAfterMs: 5 * MINUTE })
    for (let n = 0; n < 60; n++) check.look({ now: n * gapMinutes * MINUTE, position: n, end: 1_000 })
    return check.look({ now: (59 * gapMinutes + 10.4) * MINUTE, position: 59, end: 1_000 }).state
  }
  assert.equal(after(10), 'advancing')
  assert.equal(after(0.25), 'stalled')
})
