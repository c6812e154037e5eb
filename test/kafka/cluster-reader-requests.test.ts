import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectedFastRequests } from '../../src/kafka/reader/expected-requests.ts'
import { REQUEST_LIMITS } from '../../src/kafka/reader/request-limits.ts'
import type { Observation } from '../../src/model/observation.ts'
import { ALL_STABLE, commits, errorLines, group, openReader } from './open-reader.ts'

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

test('2,000 partitions and 200 groups on 3 brokers take 13 requests', async t => {
  const topics = Array.from({ length: 20 }, (_, i) => ({
    name: `topic-${i}`,
    partitions: 100,
    highWatermark: 1_000,
  }))
  const groups = Array.from({ length: 200 }, (_, i) => ({
    id: `group-${i}`,
    commits: {
      [`topic-${i % 20}`]: Array.from({ length: 100 }, (_, p) => p),
      [`topic-${(i + 1) % 20}`]: Array.from({ length: 100 }, (_, p) => p),
      [`topic-${(i + 2) % 20}`]: Array.from({ length: 50 }, (_, p) => p),
    },
  }))
  const reader = await openReader(t, { topics, groups })
  const shape = {
    brokers: 3,
    rowsPerLeader: [667, 667, 666],
    commitsPerCoordinator: [67, 67, 66].map(n =>
      Array.from({ length: n }, () => REQUEST_LIMITS.rowsOfUnknownGroup),
    ),
  }
  assert.equal(expectedFastRequests(shape), 13)
  const first = await reader.read()
  assert.equal(total(first.requests), 13)
  const read = first.cluster!.groups.reduce((sum, one) => sum + (one.commits?.rows.length ?? 0), 0)
  assert.equal(read, 50_000)
  const second = await reader.read()
  assert.equal(total(second.requests), 13)
  assert.equal(second.cluster?.topology, first.cluster?.topology)
  assert.equal(expectedFastRequests({ ...shape, stableRowsPerLeader: [667, 1] }), 15)
})

test('chunks follow the number of rows, as the formula says', async t => {
  const topics = [{ name: 'orders', partitions: 10, highWatermark: 9 }]
  const groups = Array.from({ length: 7 }, (_, i) => ({
    id: `g${i}`,
    commits: { orders: Array.from({ length: i + 1 }, () => 1) },
    coordinator: 1,
  }))
  const limits = { rows: 8, rowsOfUnknownGroup: 4 }
  const reader = await openReader(t, { brokers: 2, topics, groups }, { limits })
  const shape = { brokers: 2, rowsPerLeader: [5, 5], stableRowsPerLeader: [5, 5] }
  const all = { ...REQUEST_LIMITS, ...limits }
  const expected = (commitsPerCoordinator: number[][]) =>
    expectedFastRequests({ ...shape, commitsPerCoordinator }, all)
  const first = await reader.read(undefined, ALL_STABLE)
  // 2 groups a request while nothing is known of them: 4 requests.
  assert.equal(expected([[4, 4, 4, 4, 4, 4, 4]]), 13)
  assert.equal(total(first.requests), 13)
  const second = await reader.read(undefined, ALL_STABLE)
  // Now 1 + 2 + 3, 4, 5, 6, 7: 5 requests.
  assert.equal(expected([[1, 2, 3, 4, 5, 6, 7]]), 14)
  assert.equal(total(second.requests), 14)
  assert.equal(second.requests.get('OffsetFetch'), 5)
  for (let i = 0; i < 7; i++) assert.equal(group(second, `g${i}`).commits?.rows.length, i + 1)
})

test('rows of one leader are asked for in chunks, every one of them once', async t => {
  const topics = [
    { name: 'a', partitions: 7, highWatermark: [1, 2, 3, 4, 5, 6, 7] },
    { name: 'b', partitions: 4, highWatermark: [11, 12, 13, 14] },
  ]
  const reader = await openReader(t, { brokers: 1, topics }, { limits: { rows: 3 } })
  const observation = await reader.read()
  assert.deepEqual([...observation.cluster!.partitions.highWatermark], [1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14])
  assert.equal(observation.requests.get('ListOffsets'), 8)
  assert.equal(
    total(observation.requests),
    expectedFastRequests(
      { brokers: 1, rowsPerLeader: [11], commitsPerCoordinator: [] },
      { ...REQUEST_LIMITS, rows: 3 },
    ),
  )
})

test('share groups take a request per hundred and coordinator', () => {
  const shape = { brokers: 1, rowsPerLeader: [], commitsPerCoordinator: [] }
  assert.equal(expectedFastRequests({ ...shape, shareGroupsPerCoordinator: [101] }), 4)
})

const CLUSTER = {
  topics: [{ name: 'orders', partitions: 3, logStart: 2, highWatermark: 50 }],
  groups: [
    {
      id: 'one',
      commits: { orders: [1, 2, 3] },
      coordinator: 1,
      members: [{ memberId: 'm', clientId: 'c', host: '/10.1.1.1', assignment: { orders: [0, 1, 2] } }],
    },
    { id: 'two', commits: { orders: { 1: 5 } }, coordinator: 1 },
    { id: 'three', commits: { orders: { 2: 7 } }, coordinator: 2 },
  ],
} as const

for (const release of ['2.8', '3.9', '4.1', '4.3'] as const) {
  test(`reads brokers of Kafka ${release} by what they have`, async t => {
    const reader = await openReader(t, { ...CLUSTER, release })
    const observation = await reader.read()
    assert.deepEqual(errorLines(observation), [])
    assert.deepEqual(summary(observation), [
      ['one', 'classic', 'Stable', 1],
      ['three', 'classic', 'Empty', 0],
      ['two', 'classic', 'Empty', 0],
    ])
    assert.deepEqual(commits(observation, 'one'), { 'orders-0': 1, 'orders-1': 2, 'orders-2': 3 })
    assert.deepEqual(commits(observation, 'two'), { 'orders-1': 5 })
    assert.deepEqual([...observation.cluster!.partitions.highWatermark], [50, 50, 50])
    assert.deepEqual([...group(observation, 'one').description!.members[0]!.rows], [0, 1, 2])
    // Before v8 (Kafka 3.0) every group is a request of its own.
    assert.equal(observation.requests.get('OffsetFetch'), release === '2.8' ? 3 : 2)
  })
}

test('a coordinator of OffsetFetch v7 is looked up group by group', async t => {
  const reader = await openReader(t, { ...CLUSTER, release: '2.8' })
  reader.cluster.fault({ api: 'OffsetFetch', node: 1, error: 'NOT_COORDINATOR', times: 2 })
  const observation = await reader.read()
  assert.equal(observation.requests.get('FindCoordinator'), 2)
  assert.deepEqual(commits(observation, 'two'), { 'orders-1': 5 })
  assert.deepEqual(observation.errors, [])
})

test('a group of unknown kind is asked about until an API knows it', async t => {
  const reader = await openReader(t, {
    topics: CLUSTER.topics,
    groups: [
      { id: 'old', coordinator: 1, members: [{ memberId: 'm', clientId: 'c' }] },
      { id: 'new', kind: 'consumer', coordinator: 1, members: [{ memberId: 'm', clientId: 'c' }] },
    ],
  })
  // As Kafka 3.7: KIP-848 groups, but a ListGroups that does not tell types.
  for (const node of reader.cluster.state.nodes.values()) node.versions.set('ListGroups', { min: 0, max: 4 })
  const observation = await reader.read()
  assert.deepEqual(summary(observation), [
    ['new', 'consumer', 'Stable', 1],
    ['old', 'classic', 'Stable', 1],
  ])
  const second = await reader.read()
  assert.equal(group(second, 'new').kind, 'consumer')
  assert.deepEqual([...second.slowRequests], [])
})

test('share groups of a broker that cannot tell their offsets are no failure', async t => {
  const reader = await openReader(t, {
    topics: CLUSTER.topics,
    groups: [
      { id: 'shares', kind: 'share', coordinator: 1, shareOffsets: { orders: [{ start: 3, lag: 4 }] } },
    ],
  })
  for (const node of reader.cluster.state.nodes.values()) node.versions.delete('DescribeShareGroupOffsets')
  const observation = await reader.read()
  const { shareOffsets, failure, commits: committed } = group(observation, 'shares')
  assert.deepEqual(
    { shareOffsets, failure, committed },
    { shareOffsets: null, failure: null, committed: null },
  )
  assert.deepEqual(observation.errors, [])
})

test('a broker that speaks no version of an API fails for that alone', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.state.node(2).versions.set('ListOffsets', { min: 90, max: 91 })
  const observation = await reader.read()
  assert.equal(observation.brokers[1]?.failure, null)
  assert.deepEqual(errorLines(observation), [
    'log_end 2 VERSION_UNSUPPORTED',
    'log_start 2 VERSION_UNSUPPORTED',
  ])
  assert.deepEqual(commits(observation, 'three'), { 'orders-2': 7 })
})

function summary(observation: Observation) {
  return observation.cluster!.groups.map(({ id, kind, state, description }) => [
    id,
    kind,
    state,
    description?.members.length ?? null,
  ])
}
