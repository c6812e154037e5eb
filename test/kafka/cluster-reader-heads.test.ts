import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { HEAD_LOG_APPEND_FLAG, HEAD_TRANSACTIONAL_FLAG } from '../../src/model/evidence.ts'
import type { LogOptions } from '../fakes/simulated-cluster/log/log-options.ts'
import type { Codec } from '../fakes/simulated-cluster/log/record-batch.ts'
import { SimulatedLog } from '../fakes/simulated-cluster/log/simulated-log.ts'
import { openReader, type ReaderOptions } from './open-reader.ts'
import { askHeads } from './reader/heads/ask-heads.ts'

/** Partition p of `orders` is led by broker p + 1, and each has a log. */
async function openOrders(t: TestContext, partitions = 3, log: LogOptions = {}, options: ReaderOptions = {}) {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions }] }, options)
  const logs = Array.from({ length: partitions }, (_, p) => reader.cluster.state.keepLog('orders', p, log))
  return { ...reader, logs, log: logs[0]! }
}

function requestsTo(reader: Awaited<ReturnType<typeof openOrders>>) {
  return reader.cluster.requestsOf('Fetch').map(request => request.node)
}

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies Codec[]) {
  test(`a record in a batch with codec ${codec} is found with its own time stamp`, async t => {
    const reader = await openOrders(t)
    reader.log.append([1_000, 1_500], { codec })
    reader.log.append([20_000, 30_000, 40_000], { codec })
    const { heads, bytes, requests, errors } = await askHeads(reader, [['orders', 0, 3]])
    assert.deepEqual(heads, [['found', 3, 4, 30_000, 30_000]])
    assert.ok(bytes > 0)
    assert.deepEqual([...requests], [['Fetch', 1]])
    assert.deepEqual(errors, [])
  })
}

test('says where the log ends and what the batch is', async t => {
  const reader = await openOrders(t)
  const [zero, one, two] = reader.logs as [SimulatedLog, SimulatedLog, SimulatedLog]
  zero.append([1_000])
  one.append([1_000, 2_000], { appendTime: 9_000 })
  two.append([1_000], { producerId: 7, isTransactional: true })
  two.endTransaction(7, 'commit', 1_100)
  const { heads, answers } = await askHeads(reader, [
    ['orders', 0, 0],
    ['orders', 1, 1],
    ['orders', 2, 0],
  ])
  assert.deepEqual(heads, [
    ['found', 0, 1, 1_000, 1_000],
    ['found', 1, 2, 9_000, 9_000],
    ['found', 0, 1, 1_000, 1_000],
  ])
  assert.deepEqual([...answers.flags], [0, HEAD_LOG_APPEND_FLAG, HEAD_TRANSACTIONAL_FLAG])
  assert.deepEqual([...answers.highWatermark], [1, 2, 2])
  assert.deepEqual([...answers.lastStableOffset], [1, 2, 2])
})

test('each leader is asked about its own partitions, in one request', async t => {
  const reader = await openOrders(t, 6)
  for (const log of reader.logs) log.append([5_000])
  const points = [0, 1, 2, 3, 4, 5].map(p => ['orders', p, 0] as const)
  const { heads } = await askHeads(reader, points)
  assert.ok(heads.every(head => head[0] === 'found'))
  assert.deepEqual(requestsTo(reader).sort(), [1, 2, 3])
})

test('one partition at several offsets goes into several requests, or is answered by the first', async t => {
  const reader = await openOrders(t)
  for (let i = 0; i < 10; i++) reader.log.append([1_000 * i, 1_000 * i + 1], { appendTime: 1_000 * i + 500 })
  const { heads, requests } = await askHeads(reader, [
    ['orders', 0, 6],
    ['orders', 0, 10],
    ['orders', 0, 7],
  ])
  assert.deepEqual(heads, [
    ['found', 6, 8, 3_500, 3_500],
    ['found', 10, 12, 5_500, 5_500],
    ['found', 7, 8, 3_500, 3_500],
  ])
  assert.equal(requests.get('Fetch'), 2)
})

test('behind markers and aborted records the first record that counts is found', async t => {
  const reader = await openOrders(t)
  for (let i = 0; i < 40; i++) reader.log.append([1_000], { producerId: 5, isTransactional: true })
  reader.log.endTransaction(5, 'abort', 1_100)
  reader.log.append([7_000])
  const { heads, errors } = await askHeads(reader, [['orders', 0, 2]])
  assert.deepEqual(heads, [['found', 41, 42, 7_000, 7_000]])
  assert.deepEqual(errors, [])
})

test('a partition drained to its markers has no record', async t => {
  const reader = await openOrders(t)
  reader.log.append([1_000], { producerId: 5, isTransactional: true })
  reader.log.endTransaction(5, 'commit', 1_100)
  const { heads, requests } = await askHeads(reader, [
    ['orders', 0, 1],
    ['orders', 1, 0],
  ])
  assert.deepEqual(heads, [
    ['none', 2],
    ['none', 0],
  ])
  assert.equal(requests.get('Fetch'), 2)
})

test('a record of an open transaction is found, too: read_committed comes first, then the rest', async t => {
  const reader = await openOrders(t)
  reader.log.append([1_000])
  reader.log.append([3_000], { producerId: 9, isTransactional: true })
  reader.log.append([4_000])
  const { heads, answers } = await askHeads(reader, [
    ['orders', 0, 0],
    ['orders', 0, 1],
  ])
  assert.deepEqual(heads, [
    ['found', 0, 1, 1_000, 1_000],
    ['found', 1, 2, 3_000, 3_000],
  ])
  assert.deepEqual([...answers.lastStableOffset], [1, 1])
  assert.deepEqual([...answers.highWatermark], [3, 3])
  const isolations = reader.cluster.requestsOf('Fetch').map(request => request.body().isolationLevel)
  assert.deepEqual(isolations, [1, 1, 0])
})

test('what lies behind more aborted data than is read at once is told up to there', async t => {
  const reader = await openOrders(t, 1, { payload: () => ({ key: null, value: Buffer.alloc(900_000) }) })
  for (let i = 0; i < 16; i++) reader.log.append([1_000], { producerId: 5, isTransactional: true })
  reader.log.endTransaction(5, 'abort', 1_100)
  const { heads, requests } = await askHeads(reader, [['orders', 0, 0]])
  assert.equal(requests.get('Fetch'), 8)
  // The first batch alone, then one that is whole and one of which the head is enough.
  assert.deepEqual(heads, [['none', 15]])
  const later = await askHeads(reader, [['orders', 0, 15]])
  assert.deepEqual(later.heads, [['none', 17]])
})

test('compacted holes are passed over', async t => {
  const reader = await openOrders(t)
  for (let i = 0; i < 10; i++) reader.log.append([1_000 + i, 2_000 + i])
  reader.log.compact(offset => offset < 2 || offset >= 17)
  const { heads } = await askHeads(reader, [['orders', 0, 4]])
  assert.deepEqual(heads, [['found', 17, 18, 2_008, 2_008]])
})

for (const [records, kept, what] of [
  [300, 40, 'short enough to be decompressed'],
  [400, 300, 'longer, but by its bounds alone it may hold no such record'],
] as const) {
  test(`the record is found in a compacted batch that is ${what}`, async t => {
    const payload = () => ({ key: null, value: randomBytes(500) })
    const reader = await openOrders(t, 1, { payload })
    const times = Array.from({ length: records }, (_, i) => 10_000 * i)
    reader.log.append(times, { codec: 'gzip' })
    reader.log.append([9_000_000])
    reader.log.compact(offset => offset >= records - kept)
    const wanted = records - 10
    const { heads, errors } = await askHeads(reader, [['orders', 0, wanted]])
    assert.deepEqual(heads, [['found', wanted, wanted + 1, 10_000 * wanted, 10_000 * wanted]])
    assert.deepEqual(errors, [])
  })
}

test('batches longer than was thought are asked for again, and the topic is then known for them', async t => {
  const payload = () => ({ key: null, value: Buffer.alloc(200_000) })
  const reader = await openOrders(t, 30, { payload })
  for (const log of reader.logs) log.append([5_000])
  const points = reader.logs.map((_, p) => ['orders', p, 0] as const)
  const first = await askHeads(reader, points)
  assert.ok(first.heads.every(head => head[0] === 'found'))
  // One request each that finds the topic's batches too long, but for its first partition; then 4 a request.
  assert.equal(first.requests.get('Fetch'), 12)
  const second = await askHeads(reader, points)
  assert.ok(second.heads.every(head => head[0] === 'found'))
  assert.equal(second.requests.get('Fetch'), 9)
  assert.deepEqual(first.errors, [])
})

test('a first batch that is longer than its limit takes nothing from the others', async t => {
  const reader = await openReader(t, { brokers: 1, topics: [{ name: 'orders', partitions: 3 }] })
  for (const [p, bytes] of [300_000, 100, 100].entries()) {
    const payload = () => ({ key: null, value: Buffer.alloc(bytes) })
    reader.cluster.state.keepLog('orders', p, { payload }).append([5_000])
  }
  const { heads, requests } = await askHeads(
    reader,
    [0, 1, 2].map(p => ['orders', p, 0]),
  )
  assert.deepEqual(
    heads,
    [0, 1, 2].map(() => ['found', 0, 1, 5_000, 5_000]),
  )
  assert.equal(requests.get('Fetch'), 1)
})

test('a batch longer than may be asked for comes alone in its request', async t => {
  const reader = await openOrders(t, 3, {
    payload: offset => ({ key: null, value: Buffer.alloc(offset === 0 ? 3_000_000 : 100) }),
  })
  reader.log.append([1_000])
  for (const log of reader.logs) log.append([5_000])
  const points = [0, 1, 2].map(p => ['orders', p, 0] as const)
  const { heads } = await askHeads({ reader: reader.reader }, points)
  assert.deepEqual(heads, [
    ['found', 0, 1, 1_000, 1_000],
    ['found', 0, 1, 5_000, 5_000],
    ['found', 0, 1, 5_000, 5_000],
  ])
})

test('10,000 lagging partitions take a few dozen requests and few bytes', async t => {
  const topics = Array.from({ length: 100 }, (_, i) => ({ name: `topic-${i}`, partitions: 100 }))
  const reader = await openReader(t, { topics, keepBodies: false })
  // A long log, for a broker fills whatever limit it is given; the same one for all.
  const log = new SimulatedLog({ payload: () => SMALL })
  for (let i = 0; i < 100; i++) log.append([1_000 * i, 1_000 * i + 10])
  for (const { partitions } of reader.cluster.topics.values()) {
    for (const partition of partitions) partition.log = log
  }
  const points = topics.flatMap(({ name }) => Array.from({ length: 100 }, (_, p) => [name, p, 4] as const))
  const { heads, requests, bytes, errors } = await askHeads(reader, points)
  assert.ok(heads.every(head => head[0] === 'found' && head[3] === 2_000))
  assert.ok(requests.get('Fetch')! <= 36, `${requests.get('Fetch')} requests`)
  // Of which up to 1 MiB a leader before it is known how short the batches are.
  assert.ok(bytes < 10_000 * 1_024 + 3 * 1_048_576, `${bytes} bytes`)
  assert.deepEqual(errors, [])
})
const SMALL = { key: null, value: Buffer.alloc(60) }
