import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placePositions } from '../../../src/admin/replay/replay-plan.ts'

const place = (committed: readonly (readonly [number, number])[]) =>
  placePositions('t', new Map(committed), Float64Array.of(0, 10, 7), Float64Array.of(5, 20, 7))

test('a partition without a position begins at the log start, and is told of where it has something', () => {
  assert.deepEqual(place([]), {
    positions: Float64Array.of(0, 10, 7),
    atMost: 15,
    isResumed: false,
    unplaced: 2,
  })
  assert.deepEqual(place([[1, 18]]), {
    positions: Float64Array.of(0, 18, 7),
    atMost: 7,
    isResumed: true,
    unplaced: 1,
  })
})

test('a position before the log start counts what is there, and one beyond the end is refused', () => {
  assert.equal(place([[1, 3]]).atMost, 15)
  assert.throws(() => place([[2, 8]]), { code: 'POSITION_BEYOND_END' })
})
