import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NumberColumn } from './number-column.ts'

test('a column keeps what is behind the position that it may forget', () => {
  for (const count of [1, 10, 16, 17, 100]) {
    for (const from of [0, 1, count - 1, count]) {
      const column = new NumberColumn(500)
      for (let i = 0; i < count; i++) column.push(i)
      column.forgetBefore(500 + from)
      column.push(count)
      const kept = Array.from({ length: count + 1 - from }, (_, i) => from + i)
      assert.deepEqual(
        kept.map(i => column.at(500 + i)),
        kept,
      )
      assert.deepEqual(
        [column.end, column.at(499), column.at(column.end)],
        [501 + count, Number.NaN, Number.NaN],
      )
    }
  }
})
