import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toGroupDetail } from '../../src/http/api/group-detail.ts'
import { partitionsOf } from '../../src/http/api/worst-partitions.ts'
import { type CellSpec, fakeCluster, snapshotOf } from '../fakes/estate.ts'

function groupOf(cells: readonly CellSpec[]) {
  const snapshot = snapshotOf({
    topics: [
      { name: 't', partitions: 3_000 },
      { name: 'u', partitions: 2 },
    ],
    groups: [
      { id: 'before', cells: [{ topic: 't', partition: 0, lag: 99, age: 9_999 }] },
      { id: 'g', cells },
    ],
  })
  return { handle: fakeCluster(null, snapshot), snapshot, g: 1 }
}

test('by state, then by how long that has lasted, then by what waits', () => {
  const ref = groupOf([
    { topic: 't', partition: 0, committed: 1, lag: 0, age: 500 },
    { topic: 't', partition: 1, committed: 1, lag: 1, age: 7 },
    { topic: 't', partition: 2, committed: 1, age: 900 },
    { topic: 't', partition: 3, committed: 1, lag: 2, age: 7 },
    { topic: 't', partition: 4, committed: 1, lag: 1, age: 7, headAge: 9 },
    { topic: 't', partition: 5, committed: 1, lag: 9, age: 300, state: 'stalled' },
    { topic: 't', partition: 6, committed: 1, lag: 9, age: 9_000, state: 'no_consumer' },
    { topic: 'u', partition: 0, committed: 1, lag: 1, age: 8 },
    { topic: 'u', partition: 1, committed: 1, lag: 1, age: 301, state: 'stalled' },
  ])
  const names = (order: 'worst' | 'partition', first: number, count: number) =>
    partitionsOf(ref, { order, first, count }).map(p => `${p.topic}/${p.partition}`)
  assert.deepEqual(names('worst', 0, 10), ['u/1', 't/5', 't/6', 't/2', 'u/0', 't/4', 't/3', 't/1', 't/0'])
  assert.deepEqual(names('worst', 1, 2), ['t/5', 't/6'])
  assert.deepEqual(names('partition', 2, 3), ['t/2', 't/3', 't/4'])
  assert.deepEqual(names('worst', 0, 0), [])
})

test('a partition that two members claim, while it moves, has the same owner wherever it is shown', () => {
  const owns = [['t', 0]] as const
  const snapshot = snapshotOf({
    topics: [{ name: 't', partitions: 1 }],
    groups: [
      {
        id: 'g',
        cells: [{ topic: 't', partition: 0, committed: 1, lag: 1 }],
        members: [
          { clientId: 'old', owns },
          { clientId: 'new', owns },
        ],
      },
    ],
  })
  const ref = { handle: fakeCluster(null, snapshot), snapshot, g: 0 }
  const detail = toGroupDetail(ref, { topic: null, limit: 10 })
  assert.deepEqual(
    [
      detail.worst?.owner?.clientId,
      detail.topicList[0]?.partitions[0]?.owner?.clientId,
      partitionsOf(ref, { order: 'worst', first: 0, count: 1 })[0]?.owner?.clientId,
    ],
    ['old', 'old', 'old'],
  )
})

test('the few worst are those of a whole sort', () => {
  const cells = Array.from({ length: 3_000 }, (_, partition) => ({
    topic: 't',
    partition,
    committed: 1,
    lag: (partition * 7) % 5,
    age: (partition * 7_919) % 101,
  }))
  const ref = groupOf(cells)
  const sorted = partitionsOf(ref, { order: 'worst', first: 0, count: 3_000 })
  assert.equal(sorted.length, 3_000)
  assert.deepEqual(partitionsOf(ref, { order: 'worst', first: 0, count: 900 }), sorted.slice(0, 900))
  assert.deepEqual(partitionsOf(ref, { order: 'worst', first: 300, count: 50 }), sorted.slice(300, 350))
})
