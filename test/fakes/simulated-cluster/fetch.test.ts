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

test('an answer ends with its segment', async t => {
  const { cluster, client, log } = await open(t)
  log.roll()
  fill(log, 2)
  const ask = async (offset: number) => batches((await fetch(client, cluster, [{ offset }]))[0]!.records)
  assert.deepEqual(await ask(4), [[4, 5, true]])
  assert.deepEqual(await ask(6), [
    [6, 7, true],
    [8, 9, true],
  ])
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

test('a partition that is asked for twice counts once, by its last wish', async t => {
  const { cluster, client } = await open(t)
  const answer = await fetch(client, cluster, [{ offset: 0 }, { offset: 4 }])
  assert.deepEqual(
    answer.map(({ records }) => batches(records)),
    [[[4, 5, true]]],
  )
})

test('beyond the ends of the log is error 1, at its end nothing, and what is not replicated is nothing', async t => {
  const { cluster, client, log } = await open(t)
  log.deleteBefore(3)
  const ask = async (offset: number) => {
    const [partition] = await fetch(client, cluster, [{ offset }])
    const { errorCode, highWatermark, logStartOffset, records } = partition!
    return [errorCode, highWatermark, logStartOffset, batches(records).length]
  }
  assert.deepEqual(await ask(2), [1, -1, -1, 0])
  assert.deepEqual(await ask(3), [0, 6, 3, 2])
  assert.deepEqual(await ask(6), [0, 6, 3, 0])
  assert.deepEqual(await ask(7), [1, -1, -1, 0])
  log.holdHighWatermark(4)
  assert.deepEqual(await ask(3), [0, 4, 3, 1])
  assert.deepEqual(await ask(4), [0, 4, 3, 0])
  assert.deepEqual(await ask(5), [0, 4, 3, 0])
})

test('what a principal may not read is refused in the end, though it may be described', async t => {
  const { cluster, client } = await open(t, ['a', 'b', 'c', 'd'])
  cluster.topic('b').readable = false
  cluster.topic('c').visible = false
  const wishes = ['a', 'b', 'c', 'd', 'missing'].map(topic => ({ topic, offset: 0 }))
  const answer = await fetch(client, cluster, wishes)
  assert.deepEqual(
    answer.map(({ topic, errorCode }) => [topic, errorCode]),
    [
      ['a', 0],
      ['d', 0],
      ['b', 29],
      ['c', 29],
      ['missing', 3],
    ],
  )
  const all = await client.ask('Metadata', 12, { topics: null })
  assert.deepEqual((all.topics as Message[]).map(({ name }) => name).sort(), ['a', 'b', 'd'])
  const [unknown] = told(
    await client.ask('Fetch', 13, request(cluster, 13, [{ topic: 'missing', offset: 0 }])),
  )
  assert.equal(unknown!.errorCode, 100)
})

test('a broker without a replica is error 6 and names the leader from v16 on; a follower serves from v11 on', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', replicationFactor: 2 }] })
  fill(cluster.state.keepLog('orders', 0), 1)
  const partition = cluster.partition('orders', 0)
  const [leader, follower] = partition.replicas as [number, number]
  partition.leaderEpoch = 5
  const stranger = [1, 2, 3].find(id => !partition.replicas.includes(id))!
  const ask = async (node: number, version: number) => {
    const client = await openClient(t, cluster, node)
    const answer = await client.ask('Fetch', version, request(cluster, version, [{ offset: 0 }]))
    return { answer, partition: told(answer)[0]! }
  }
  assert.equal((await ask(leader, 4)).partition.errorCode, 0)
  assert.equal((await ask(follower, 10)).partition.errorCode, 6)
  assert.equal((await ask(follower, 11)).partition.errorCode, 0)
  assert.equal((await ask(stranger, 15)).partition.errorCode, 6)
  const named = await ask(stranger, 16)
  assert.deepEqual(named.partition.currentLeader, { leaderId: leader, leaderEpoch: 5 })
  const { host, port } = cluster.state.node(leader)
  assert.deepEqual(named.answer.nodeEndpoints, [{ nodeId: leader, host, port, rack: null }])
})

test('a leader epoch that is too old is 74, one that is too new is 75', async t => {
  const { cluster, client } = await open(t)
  cluster.partition('orders', 0).leaderEpoch = 7
  const errors = [-1, 6, 7, 8].map(async currentLeaderEpoch => {
    const [partition] = await fetch(client, cluster, [{ offset: 0, currentLeaderEpoch }])
    return partition!.errorCode
  })
  assert.deepEqual(await Promise.all(errors), [0, 74, 0, 75])
})

test('read committed ends at the last stable offset and names what was aborted', async t => {
  const cluster = await openCluster(t, { brokers: 1, topics: [{ name: 'orders' }] })
  const client = await openClient(t, cluster)
  const log = cluster.state.keepLog('orders', 0)
  log.append([1], { producerId: 7, isTransactional: true })
  log.append([2], { producerId: 8, isTransactional: true })
  log.endTransaction(7, 'abort', 3)
  log.endTransaction(8, 'commit', 4)
  log.append([5], { producerId: 7, isTransactional: true })
  log.append([6])
  const ask = async (isolationLevel: number) => {
    const [partition] = await fetch(client, cluster, [{ offset: 0 }], { isolationLevel })
    const { highWatermark, lastStableOffset, abortedTransactions, records } = partition!
    return [highWatermark, lastStableOffset, abortedTransactions, batches(records).length]
  }
  assert.deepEqual(await ask(0), [6, 4, null, 6])
  assert.deepEqual(await ask(1), [6, 4, [{ producerId: 7, firstOffset: 0 }], 4])
})

test('an error can be put on one partition or, from v7 on, on the whole answer', async t => {
  const { cluster, client } = await open(t, ['a', 'b'])
  const wishes = [
    { topic: 'a', offset: 0 },
    { topic: 'b', offset: 0 },
  ]
  const end = cluster.fault({ api: 'Fetch', topic: 'a', error: 'KAFKA_STORAGE_ERROR' })
  const answer = await fetch(client, cluster, wishes)
  assert.deepEqual(
    answer.map(({ topic, errorCode }) => [topic, errorCode]),
    [
      ['b', 0],
      ['a', 56],
    ],
  )
  end()
  cluster.fault({ api: 'Fetch', error: 'UNKNOWN_SERVER_ERROR' })
  const whole = await client.ask('Fetch', 12, request(cluster, 12, wishes))
  assert.deepEqual([whole.errorCode, whole.responses], [-1, []])
  const each = told(await client.ask('Fetch', 6, request(cluster, 6, wishes)))
  assert.deepEqual(
    each.map(({ errorCode }) => errorCode),
    [-1, -1],
  )
})

test('a partition without a log has ends but no records', async t => {
  const cluster = await openCluster(t, { brokers: 1, topics: [{ name: 'orders', highWatermark: 9 }] })
  const [partition] = await fetch(await openClient(t, cluster), cluster, [{ offset: 3 }])
  const { errorCode, highWatermark, records } = partition!
  assert.deepEqual([errorCode, highWatermark, records], [0, 9, Buffer.alloc(0)])
})
