import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunksByWeight, chunksOfRows, forEachChunk } from '../../../src/kafka/reader/chunks.ts'

test('cuts by weight, in order; what is too heavy goes alone', () => {
  const cut = (weights: number[], limit: number, max?: number) =>
    chunksByWeight(weights, weight => weight, limit, max)
  assert.deepEqual(cut([], 10), [])
  assert.deepEqual(cut([4, 6, 1], 10), [[4, 6], [1]])
  assert.deepEqual(cut([3, 99, 3], 10), [[3], [99], [3]])
  assert.deepEqual(cut([0, 0, 0], 10, 2), [[0, 0], [0]])
})

test('cuts rows into runs of equal length', () => {
  const rows = Int32Array.of(1, 2, 3, 4, 5)
  assert.deepEqual(
    chunksOfRows(rows, 2).map(chunk => [...chunk]),
    [[1, 2], [3, 4], [5]],
  )
  assert.deepEqual(chunksOfRows(new Int32Array(0), 2), [])
})

test('never has more under way than allowed, and begins in order', async () => {
  let underWay = 0
  let most = 0
  const begun: number[] = []
  await forEachChunk(
    [1, 2, 3, 4, 5],
    { clock: () => 0, budgetMs: 1, concurrency: 2 },
    async chunk => {
      begun.push(chunk)
      most = Math.max(most, ++underWay)
      await new Promise(setImmediate)
      underWay--
    },
    () => assert.fail('nothing is skipped'),
  )
  assert.deepEqual(begun, [1, 2, 3, 4, 5])
  assert.equal(most, 2)
})

test('begins nothing more when the time is up, and says so of each that is left', async () => {
  let now = 0
  const done: number[] = []
  const skipped: [number, string][] = []
  await forEachChunk(
    [1, 2, 3, 4],
    { clock: () => now, budgetMs: 5_000, concurrency: 1 },
    async chunk => {
      done.push(chunk)
      now += 3_000
    },
    (chunk, failure) => skipped.push([chunk, failure.code]),
  )
  assert.deepEqual(done, [1, 2])
  assert.deepEqual(skipped, [
    [3, 'TIMEOUT'],
    [4, 'TIMEOUT'],
  ])
})
