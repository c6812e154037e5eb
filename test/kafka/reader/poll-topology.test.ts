import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { placePartitions, topologyOf } from '../../../src/kafka/reader/poll-topology.ts'
import type { MetadataResponse } from '../../../src/kafka/wire/metadata.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology, EMPTY_TOPOLOGY } from '../../../src/model/topology.ts'

interface Topic {
  readonly name: string
  readonly id: string
  readonly partitions: number
  readonly error?: number
}

/** Partition p of the i-th topic has leader 100 i + p. */
function metadataOf(topics: readonly Topic[]): MetadataResponse {
  const start = Int32Array.from([0, ...topics.map(topic => topic.partitions)])
  for (let i = 1; i < start.length; i++) start[i]! += start[i - 1]!
  const rows = start.at(-1)!
  const leader = new Int32Array(rows)
  topics.forEach((topic, i) => {
    for (let p = 0; p < topic.partitions; p++) leader[start[i]! + p] = 100 * i + p
  })
  return {
    throttleMs: 0,
    errorCode: 0,
    brokers: [],
    clusterId: null,
    controllerId: -1,
    topics: topics.map(topic => topic.name),
    topicIds: topics.map(topic => topic.id),
    topicErrors: Int16Array.from(topics.map(topic => topic.error ?? 0)),
    internal: new Uint8Array(topics.length),
    start,
    leader,
    leaderEpoch: leader.map(node => node + 1),
    partitionErrors: new Int16Array(rows),
    preferredLeader: leader.map(node => node + 2),
    replicas: new Uint16Array(rows).fill(3),
    inSyncReplicas: new Uint16Array(rows).fill(2),
  }
}

const all = () => true

test('the table is the one that buildTopology makes, in whatever order the topics come', () => {
  const topics = fc.uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1 }),
      id: fc.string(),
      partitions: fc.integer({ min: 1, max: 5 }),
    }),
    { selector: topic => topic.name, maxLength: 40 },
  )
  fc.assert(
    fc.property(topics, list => {
      assert.deepEqual(toEnd(topologyOf(metadataOf(list), EMPTY_TOPOLOGY, all)), buildTopology(list))
    }),
  )
})

test('thousands of topics are merged in order, too', () => {
  const list = Array.from({ length: 7_001 }, (_, i) => ({
    name: `topic-${(i * 4_099) % 7_001}`,
    id: `${i}`,
    partitions: 1,
  }))
  assert.deepEqual(toEnd(topologyOf(metadataOf(list), EMPTY_TOPOLOGY, all)), buildTopology(list))
})

const ORDERS = { name: 'orders', id: 'o', partitions: 2 }
const PAYMENTS = { name: 'payments', id: 'p', partitions: 1 }

test('the same cluster in another order gives the previous table itself', () => {
  const previous = buildTopology([ORDERS, PAYMENTS])
  assert.equal(toEnd(topologyOf(metadataOf([PAYMENTS, ORDERS]), previous, all)), previous)
})

for (const [change, topics] of [
  ['a partition more', [{ ...ORDERS, partitions: 3 }, PAYMENTS]],
  ['another topic id', [{ ...ORDERS, id: 'o2' }, PAYMENTS]],
  ['a topic less', [PAYMENTS]],
  ['a topic more', [ORDERS, PAYMENTS, { name: 'returns', id: 'r', partitions: 1 }]],
  ['another name', [{ ...ORDERS, name: 'order' }, PAYMENTS]],
] as const) {
  test(`${change} gives another table`, () => {
    const previous = buildTopology([ORDERS, PAYMENTS])
    const next = toEnd(topologyOf(metadataOf(topics), previous, all))
    assert.notEqual(next, previous)
    assert.deepEqual(next, buildTopology(topics))
  })
}

test('unwanted topics, topics with an error and topics without partitions are left out', () => {
  const metadata = metadataOf([
    ORDERS,
    { ...PAYMENTS, error: 5 },
    { name: '__hidden', id: 'h', partitions: 1 },
    { name: 'young', id: 'y', partitions: 0 },
  ])
  const topology = toEnd(topologyOf(metadata, EMPTY_TOPOLOGY, name => !name.startsWith('__')))
  assert.deepEqual(topology, buildTopology([ORDERS]))
})

test('columns are placed by row; what the answer does not hold has no leader', () => {
  const topology = buildTopology([ORDERS, PAYMENTS, { name: 'zoo', id: 'z', partitions: 1 }])
  const placed = toEnd(placePartitions(metadataOf([{ ...PAYMENTS, id: 'other' }, ORDERS]), topology))
  assert.deepEqual([...placed.leader], [100, 101, -1, -1])
  assert.deepEqual([...placed.leaderEpoch], [101, 102, -1, -1])
  assert.deepEqual([...placed.preferredLeader], [102, 103, -1, -1])
  assert.deepEqual([...placed.errors], [0, 0, 3, 3])
  assert.deepEqual([...placed.replicas], [3, 3, 0, 0])
  assert.deepEqual([...placed.inSyncReplicas], [2, 2, 0, 0])
})
