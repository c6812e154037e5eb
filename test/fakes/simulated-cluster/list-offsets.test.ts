import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'

/** [partition, error, offset] in order of the partition. */
function told(answer: Message, topic = 'orders'): unknown[][] {
  const found = (answer.topics as Message[]).find(entry => entry.name === topic)!
  return (found.partitions as Message[])
    .map(p => [p.partitionIndex, p.errorCode, p.offset])
    .sort((a, b) => Number(a[0]) - Number(b[0]))
}

function request(timestamp: number, partitions: number[], more: Message = {}, topic = 'orders'): Message {
  const wanted = partitions.map(partitionIndex => ({ partitionIndex, timestamp, ...more }))
  return { replicaId: -1, topics: [{ name: topic, partitions: wanted }] }
}

for (let version = 1; version <= 11; version++) {
  test(`ListOffsets v${version}: the end and the start of the log, from the leader only`, async t => {
    const topics = [
      { name: 'orders', partitions: 4, logStart: 10, highWatermark: [100, 101, 102, 5_000_000_000] },
    ]
    const client = await openClient(t, await openCluster(t, { topics }))
    const end = await client.ask('ListOffsets', version, request(-1, [0, 1, 3]))
    assert.deepEqual(told(end), [
      [0, 0, 100],
      [1, 6, -1],
      [3, 0, 5_000_000_000],
    ])
    assert.deepEqual(told(await client.ask('ListOffsets', version, request(-2, [0]))), [[0, 0, 10]])
  })
}

test('a partition that is asked for twice is answered once, with error 42', async t => {
  const client = await openClient(t, await openCluster(t, { topics: [{ name: 'orders', partitions: 4 }] }))
  const answer = await client.ask('ListOffsets', 10, request(-1, [0, 3, 0]))
  assert.deepEqual(told(answer), [
    [0, 42, -1],
    [3, 0, 0],
  ])
})

test('a leader epoch that is too old is 74, one that is too new is 75', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders' }] })
  const client = await openClient(t, cluster)
  cluster.partition('orders', 0).leaderEpoch = 7
  for (const [currentLeaderEpoch, error] of [
    [-1, 0],
    [6, 74],
    [7, 0],
    [8, 75],
  ] as const) {
    const answer = await client.ask('ListOffsets', 10, request(-1, [0], { currentLeaderEpoch }))
    assert.equal(told(answer)[0]![1], error)
  }
})

test('read committed ends at the last stable offset', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', highWatermark: 50 }] })
  const client = await openClient(t, cluster)
  cluster.partition('orders', 0).lastStableOffset = 42
  const committed = await client.ask('ListOffsets', 10, { ...request(-1, [0]), isolationLevel: 1 })
  assert.deepEqual(told(committed), [[0, 0, 42]])
  const uncommitted = await client.ask('ListOffsets', 10, { ...request(-1, [0]), isolationLevel: 0 })
  assert.deepEqual(told(uncommitted), [[0, 0, 50]])
})

test('the newest record needs v7, and times find the first record not before them', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', highWatermark: 3 }] })
  const client = await openClient(t, cluster)
  cluster.partition('orders', 0).timeline = [
    [0, 1_000],
    [1, 3_000],
    [2, 2_000],
  ]
  assert.deepEqual(told(await client.ask('ListOffsets', 6, request(-3, [0]))), [[0, 35, -1]])
  assert.deepEqual(told(await client.ask('ListOffsets', 7, request(-3, [0]))), [[0, 0, 1]])
  assert.deepEqual(told(await client.ask('ListOffsets', 7, request(1_500, [0]))), [[0, 0, 1]])
  assert.deepEqual(told(await client.ask('ListOffsets', 7, request(9_000, [0]))), [[0, 0, -1]])
})

test('missing topics and partitions are error 3, forbidden ones 29', async t => {
  const topics = [{ name: 'orders' }, { name: 'secret', visible: false }]
  const client = await openClient(t, await openCluster(t, { topics }))
  assert.deepEqual(told(await client.ask('ListOffsets', 10, request(-1, [9]))), [[9, 3, -1]])
  const missing = await client.ask('ListOffsets', 10, request(-1, [0], {}, 'nothing'))
  assert.deepEqual(told(missing, 'nothing'), [[0, 3, -1]])
  const secret = await client.ask('ListOffsets', 10, request(-1, [0], {}, 'secret'))
  assert.deepEqual(told(secret, 'secret'), [[0, 29, -1]])
})

test('an error can be put on one partition, on one topic, on all', async t => {
  const cluster = await openCluster(t, {
    brokers: 1,
    topics: [{ name: 'orders', partitions: 2 }, { name: 'other' }],
  })
  const client = await openClient(t, cluster)
  const ask = (topic: string, partitions: number[]) =>
    client.ask('ListOffsets', 10, request(-1, partitions, {}, topic))
  const end = cluster.fault({
    api: 'ListOffsets',
    topic: 'orders',
    partition: 1,
    error: 'OFFSET_NOT_AVAILABLE',
  })
  assert.deepEqual(told(await ask('orders', [0, 1])), [
    [0, 0, 0],
    [1, 78, -1],
  ])
  end()
  cluster.fault({ topic: 'orders', error: 'KAFKA_STORAGE_ERROR' })
  assert.deepEqual(told(await ask('orders', [0, 1])), [
    [0, 56, -1],
    [1, 56, -1],
  ])
  assert.deepEqual(told(await ask('other', [0]), 'other'), [[0, 0, 0]])
  cluster.clearFaults()
  cluster.fault({ api: 'ListOffsets', error: 'UNKNOWN_SERVER_ERROR', times: 1 })
  assert.deepEqual(told(await ask('other', [0]), 'other'), [[0, -1, -1]])
  assert.deepEqual(told(await ask('other', [0]), 'other'), [[0, 0, 0]])
})
