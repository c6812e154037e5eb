import assert from 'node:assert/strict'
import { test } from 'node:test'
import { selectGroups } from '../../src/http/api/select-groups.ts'
import { type CellSpec, fakeCluster, type GroupSpec, snapshotOf } from '../fakes/estate.ts'

const group = (id: string, cell: Partial<CellSpec>, facts: Partial<GroupSpec> = {}): GroupSpec => ({
  id,
  cells: [{ topic: 'orders', partition: 0, committed: 10, lag: 90, age: 5, headAge: 5, ...cell }],
  ...facts,
})

test('the sickest is in the worst state, then the longest in it; then what is late, unknown, behind', () => {
  const snapshot = snapshotOf({
    topics: [{ name: 'orders', partitions: 1, end: 100 }],
    groups: [
      group('abandoned', { state: 'abandoned', age: 9_000 }),
      group('caught-up', { lag: 0, age: 9_000 }),
      group('empty', {}, { state: 'Empty' }),
      group('hung', { state: 'hung_transaction', age: 9_000 }),
      group('late', { headAge: 40 }, { objective: { lagMs: 30_000 } }),
      group('loss-near', { headAge: 4_000, headroom: 3_600 }),
      group('loss-far', { headroom: 360_000, headAge: 300 }),
      group('moving', { headAge: 200 }),
      group('never', { state: 'never_committed', age: 9_000 }),
      group('stopped', { state: 'no_consumer', age: 9_000 }),
      group('unknown', { lag: Number.NaN, headAge: Number.NaN }),
      group('unreadable', { lag: 0 }, { cells: [], up: false, failure: { code: 'TIMEOUT', message: '' } }),
      group('wedged-long', { state: 'stalled', age: 400 }),
      group('wedged-more', { state: 'stalled', age: 300, headAge: 700 }),
      group('wedged', { state: 'stalled', age: 300 }),
    ],
  })
  const namesBy = (order: 'sickness' | 'lag_seconds') => {
    const refs = selectGroups([fakeCluster(null, snapshot)], { group: null, topic: null, order })
    return refs.map(({ g }) => snapshot.layout.groups[g])
  }
  assert.deepEqual(namesBy('sickness'), [
    'wedged-long',
    'wedged-more',
    'wedged',
    'hung',
    'stopped',
    'never',
    'abandoned',
    'loss-near',
    'late',
    'unreadable',
    'unknown',
    'empty',
    'loss-far',
    'moving',
    'caught-up',
  ])
  assert.deepEqual(namesBy('lag_seconds').slice(0, 4), ['loss-near', 'wedged-more', 'loss-far', 'moving'])
  assert.deepEqual(namesBy('lag_seconds').slice(-3), ['caught-up', 'unknown', 'unreadable'])
})
