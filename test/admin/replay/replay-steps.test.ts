import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilter } from '../../../src/admin/replay/record-filter.ts'
import { replaySteps } from '../../../src/admin/replay/replay-steps.ts'

/** Records of one partition at these offsets; those at even ones have the key `a`, the others `b`. */
const records = (...offsets: number[]) =>
  offsets.map(offset => ({
    partition: 0,
    offset,
    timestamp: 1,
    key: Buffer.from(offset % 2 === 0 ? 'a' : 'b'),
    value: null,
    headers: [],
  }))

const steps = (offsets: readonly number[], filters: readonly string[], most: number, end: number) =>
  [...replaySteps(records(...offsets), filters.map(parseFilter), most, end)].map(
    ({ letters, filtered, nextOffset }) => [letters.map(({ dead }) => dead.offset), filtered, nextOffset],
  )

test('each step ends where the next record to be sent begins, the last behind them all', () => {
  assert.deepEqual(steps([3, 4, 9, 10, 11], [], 2, 15), [
    [[3, 4], 0, 9],
    [[9, 10], 0, 11],
    [[11], 0, 15],
  ])
})

test('records that a filter leaves out take no part in a step', () => {
  assert.deepEqual(steps([1, 2, 3, 4, 5, 6, 7], ['key=a'], 2, 8), [
    [[2, 4], 3, 6],
    [[6], 1, 8],
  ])
  assert.deepEqual(steps([1, 3, 5], ['key=a'], 1, 6), [[[], 3, 6]])
})

test('a part without records moves the position all the same', () => {
  assert.deepEqual(steps([], [], 5, 40), [[[], 0, 40]])
})
