import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carryRows } from '../../../src/kafka/reader/stable-rows.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'

const topology = (...topics: [name: string, partitions: number, id?: string][]) =>
  buildTopology(topics.map(([name, partitions, id = name]) => ({ name, partitions, id })))

// Rows: a 0, 1; b 2, 3, 4; c 5
const BEFORE = topology(['a', 2], ['b', 3], ['c', 1])

for (const [what, after, rows, carried] of [
  ['another topic comes before', topology(['A', 4], ['a', 2], ['b', 3], ['c', 1]), [0, 3, 5], [4, 7, 9]],
  ['a topic is gone', topology(['a', 2], ['c', 1]), [1, 2, 3, 5], [1, 2]],
  ['a topic was created anew', topology(['a', 2], ['b', 3, 'other'], ['c', 1]), [1, 2, 5], [1, 5]],
  ['a topic has grown', topology(['a', 5], ['b', 3], ['c', 1]), [1, 4], [1, 7]],
  ['a topic has shrunk', topology(['a', 2], ['b', 1], ['c', 1]), [2, 3, 4, 5], [2, 3]],
  ['nothing is left', topology(), [0, 5], []],
  ['nothing is wanted', topology(['A', 4], ['c', 1]), [], []],
] as const) {
  test(`rows are carried over: ${what}`, () => {
    assert.deepEqual([...toEnd(carryRows(BEFORE, after, Int32Array.from(rows)))], carried)
  })
}

test('topics of a broker that knows no ids are the same by name', () => {
  const after = topology(['b', 1, ''], ['a', 1, ''])
  assert.deepEqual([...toEnd(carryRows(topology(['b', 1, '']), after, Int32Array.of(0)))], [1])
})

test('rows of the same topology are passed on as they are', () => {
  const rows = Int32Array.of(1, 2)
  assert.equal(toEnd(carryRows(BEFORE, BEFORE, rows)), rows)
})
