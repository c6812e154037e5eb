import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import type { SimulatedLog } from './log/simulated-log.ts'
import { openClient, openCluster } from './opened.ts'
import type { RawClient } from './raw-client.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

interface Wish {
  readonly topic?: string
  readonly partition?: number
  readonly offset: number
  readonly partitionMaxBytes?: number
  readonly currentLeaderEpoch?: number
}

function request(cluster: SimulatedCluster, version: number, wishes: Wish[], more: Message = {}): Message {
  const topics = wishes.map(({ topic = 'orders', offset, partition = 0, partitionMaxBytes, ...rest }) => ({
    ...(version >= 13 ? { topicId: cluster.topics.get(topic)?.id ?? 'AAAAAAAAAAAAAAAAAAAAAQ' } : { topic }),
    partitions: [
      { partition, fetchOffset: offset, partitionMaxBytes: partitionMaxBytes ?? 1 << 20, ...rest },
    ],
  }))
  return { maxWaitMs: 0, minBytes: 0, maxBytes: 1 << 20, topics, ...more }
}

/** Partitions in the order of the answer, each with its topic. */
function told(answer: Message): Message[] {
  return (answer.responses as Message[]).flatMap(({ topic, partitions }) =>
    (partitions as Message[]).map(partition => ({ topic, ...partition })),
  )
}

/** [first offset, last offset, whole] of each batch in the bytes. */
function batches(records: unknown): [number, number, boolean][] {
  const bytes = records as Buffer
  const found: [number, number, boolean][] = []
  for (let at = 0; at + 61 <= bytes.length; ) {
    const size = 12 + bytes.readInt32BE(at + 8)
    const base = Number(bytes.readBigInt64BE(at))
    found.push([base, base + bytes.readInt32BE(at + 23), at + size <= bytes.length])
    at += size
  }
  return found
}

/** Batches of two records, one millisecond apart; sequential from offset 0. */
function fill(log: SimulatedLog, count: number): void {
  for (let i = 0; i < count; i++) log.append([1_000 + 2 * i, 1_001 + 2 * i])
}

async function open(t: Parameters<typeof openCluster>[0], topics: readonly string[] = ['orders']) {
  const cluster = await openCluster(t, { brokers: 1, topics: topics.map(name => ({ name })) })
  const client = await openClient(t, cluster)
  const logs = topics.map(name => cluster.state.keepLog(name, 0))
  for (const log of logs) fill(log, 3)
  return { cluster, client, logs, log: logs[0]! }
}

async function fetch(client: RawClient, cluster: SimulatedCluster, wishes: Wish[], more?: Message) {
  return told(await client.ask('Fetch', 12, request(cluster, 12, wishes, more)))
}

for (let version = 4; version <= 18; version++) {
  test(`Fetch v${version} gives whole batches from the one that holds the offset`, async t => {
    const { cluster, client } = await open(t)
    const answer = await client.ask('Fetch', version, request(cluster, version, [{ offset: 3 }]))
    const [partition] = told(answer)
    assert.deepEqual([partition!.errorCode, partition!.highWatermark, partition!.lastStableOffset], [0, 6, 6])
    if (version >= 5) assert.equal(partition!.logStartOffset, 0)
    assert.deepEqual(batches(partition!.records), [
      [2, 3, true],
      [4, 5, true],
    ])
  })
}

test('only the first partition with data goes beyond its limit, and only with its first batch', async t => {
  const { cluster, client } = await open(t, ['a', 'b', 'c', 'd'])
  const wishes = [
    { topic: 'a', offset: 6, partitionMaxBytes: 1 },
    { topic: 'b', offset: 2, partitionMaxBytes: 1 },
    { topic: 'c', offset: 2, partitionMaxBytes: 1 },
    { topic: 'd', offset: 4, partitionMaxBytes: 1_000 },
  ]
  const answer = await fetch(client, cluster, wishes)
  assert.deepEqual(
    answer.map(({ topic, errorCode, records }) => [topic, errorCode, batches(records)]),
    [
      ['a', 0, []],
      ['b', 0, [[2, 3, true]]],
      ['c', 0, []],
      ['d', 0, [[4, 5, true]]],
    ],
  )
})

test('the last batch is cut off at the limit', async t => {
  const { cluster, client } = await open(t)
  const [whole] = await fetch(client, cluster, [{ offset: 0 }])
  const [cut] = await fetch(client, cluster, [{ offset: 0, partitionMaxBytes: 400 }])
  assert.deepEqual(batches(cut!.records), [
    [0, 1, true],
    [2, 3, false],
  ])
  assert.deepEqual(cut!.records, (whole!.records as Buffer).subarray(0, 400))
})

test('the limit of the whole answer bounds the partitions after the first', async t => {
  const { cluster, client } = await open(t, ['a', 'b'])
  const wishes = [
    { topic: 'a', offset: 4 },
    { topic: 'b', offset: 4 },
  ]
  const [a, b] = await fetch(client, cluster, wishes, { maxBytes: 500 })
  assert.equal((a!.records as Buffer).length, 279)
  assert.deepEqual(b!.records, Buffer.alloc(0))
})
