import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectGroups } from '../../src/http/api/select-groups.ts'
import { fakeCluster, snapshotOf } from '../fakes/estate.ts'

const group = (id: string, state: string, age: number, lag: number) => ({
  id,
  state,
  cells: [{ topic: 'orders', partition: 0, committed: 100 - lag, lag, age }],
})

test('the sickest is the longest without an advance, then the one with members, then the furthest behind', () => {
  const snapshot = snapshotOf({
    topics: [{ name: 'orders', partitions: 1, end: 100 }],
    groups: [
      group('caught-up', 'Stable', 9_000, 0),
      group('moving', 'Stable', 2, 90),
      group('oldest', 'Empty', 400, 1),
      group('stopped', 'Empty', 300, 80),
      group('wedged', 'Stable', 300, 7),
      group('wedged-more', 'Stable', 300, 8),
    ],
  })
  const refs = selectGroups([fakeCluster(null, snapshot)], { group: null, topic: null, order: 'sickness' })
  assert.deepEqual(
    refs.map(({ g }) => snapshot.layout.groups[g]),
    ['oldest', 'wedged-more', 'wedged', 'stopped', 'moving', 'caught-up'],
  )
})
