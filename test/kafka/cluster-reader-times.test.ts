import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { NEWEST_RECORD, type TimeProbe } from '../../src/model/evidence.ts'
import { rowOf } from '../../src/model/topology.ts'
import { type OpenedReader, openReader, type ReaderOptions } from './open-reader.ts'

type Question = readonly [topic: string, partition: number, timestamp: number]

/** Partition p of `orders` is led by broker p + 1 and holds five records, from p + 1 seconds on, one a second. */
async function openOrders(
  t: TestContext,
  options: ReaderOptions = {},
  release: '2.8' | '4.3' = '4.3',
): Promise<OpenedReader> {
  const topics = [{ name: 'orders', partitions: 3 }]
  const reader = await openReader(t, { topics, release }, options)
  for (const p of [0, 1, 2]) {
    const log = reader.cluster.state.keepLog('orders', p)
    for (let i = 1; i <= 5; i++) log.append([1_000 * (p + i)])
  }
  return reader
}

async function lookUp({ reader, read }: OpenedReader, questions: readonly Question[]): Promise<TimeProbe> {
  const { topology } = (await read()).cluster!
  const sorted = questions
    .map(([topic, partition, timestamp]) => [rowOf(topology, topic, partition), timestamp] as const)
    .sort(([a], [b]) => a - b)
  return reader.lookUpTimes(
    {
      rows: Int32Array.from(sorted, ([row]) => row),
      timestamps: Float64Array.from(sorted, ([, timestamp]) => timestamp),
    },
    new AbortController().signal,
  )
}

test('finds the first record from a time on, each partition by its own', async t => {
  const reader = await openOrders(t)
  const { answers, requests, errors } = await lookUp(reader, [
    ['orders', 0, 2_500],
    ['orders', 1, 0],
    ['orders', 2, 7_001],
  ])
  assert.deepEqual([...answers.offsets], [2, 0, Number.POSITIVE_INFINITY])
  assert.deepEqual([...answers.recordTimestamps], [3_000, 2_000, Number.NaN])
  assert.deepEqual([...answers.timestamps], [2_500, 0, 7_001])
  assert.deepEqual([...requests], [['ListOffsets', 3]])
  assert.deepEqual(errors, [])
})

test('times are asked for in whole milliseconds, and never as the questions that negative ones are', async t => {
  const reader = await openOrders(t)
  const { answers } = await lookUp(reader, [
    ['orders', 0, 2_000.25],
    ['orders', 1, -1],
    ['orders', 2, -2.5],
  ])
  assert.deepEqual([...answers.offsets], [2, 0, 0])
})

test('the newest record is found, and not asked for where brokers do not know the question', async t => {
  const newest = async (release: '2.8' | '4.3') => {
    const reader = await openOrders(t, {}, release)
    const { answers, errors } = await lookUp(reader, [
      ['orders', 0, NEWEST_RECORD],
      ['orders', 1, NEWEST_RECORD],
    ])
    assert.deepEqual(errors, [])
    return [[...answers.offsets], [...answers.recordTimestamps]]
  }
  const none = Number.POSITIVE_INFINITY
  assert.deepEqual(await newest('4.3'), [
    [4, 4],
    [5_000, 6_000],
  ])
  assert.deepEqual(await newest('2.8'), [
    [none, none],
    [Number.NaN, Number.NaN],
  ])
})

test('needs no READ', async t => {
  const reader = await openOrders(t)
  reader.cluster.topic('orders').readable = false
  const { answers } = await lookUp(reader, [['orders', 0, 2_500]])
  assert.deepEqual([...answers.offsets], [2])
})

test('many partitions of a leader are asked about in chunks', async t => {
  const reader = await openReader(
    t,
    { brokers: 1, topics: [{ name: 'orders', partitions: 7 }] },
    { limits: { searchedRows: 3 } },
  )
  const questions = Array.from({ length: 7 }, (_, p): Question => {
    reader.cluster.state.keepLog('orders', p).append([1_000, 2_000 + p])
    return ['orders', p, 1_500]
  })
  const { answers, requests } = await lookUp(reader, questions)
  assert.deepEqual([...answers.recordTimestamps], [2_000, 2_001, 2_002, 2_003, 2_004, 2_005, 2_006])
  assert.equal(requests.get('ListOffsets'), 3)
})

test('a partition without an answer has none, and the others have theirs', async t => {
  const reader = await openOrders(t)
  reader.cluster.partition('orders', 2).leader = -1
  const observation = await reader.read()
  reader.cluster.fault({ api: 'ListOffsets', topic: 'orders', partition: 1, error: 'NOT_LEADER_OR_FOLLOWER' })
  const row = (partition: number) => rowOf(observation.cluster!.topology, 'orders', partition)
  const { answers, errors } = await reader.reader.lookUpTimes(
    { rows: Int32Array.of(row(0), row(1), row(2)), timestamps: Float64Array.of(1, 1, 1) },
    new AbortController().signal,
  )
  assert.deepEqual([...answers.offsets], [0, Number.NaN, Number.NaN])
  assert.deepEqual(
    errors.map(({ stage, node, message }) => [stage, node, message]),
    [['probe', 2, 'broker 2: NOT_LEADER_OR_FOLLOWER; partition orders-1']],
  )
})

test('a broker that never answers is waited for once, however often is looked', async t => {
  const soon = { transport: { requestTimeoutMs: 300, connectTimeoutMs: 300 }, requestTimeoutMs: 300 }
  const reader = await openOrders(t, soon)
  const { topology } = (await reader.read()).cluster!
  const end = reader.cluster.fault({ api: 'ListOffsets', node: 2, silent: true })
  reader.cluster.clearRequests()
  const rows = Int32Array.of(rowOf(topology, 'orders', 0), rowOf(topology, 'orders', 1))
  const look = () =>
    reader.reader.lookUpTimes({ rows, timestamps: Float64Array.of(1, 1) }, new AbortController().signal)
  for (let round = 0; round < 3; round++) {
    const { answers, errors } = await look()
    assert.deepEqual([...answers.offsets], [0, Number.NaN])
    assert.deepEqual(
      errors.map(({ node, code }) => [node, code]),
      [[2, 'TIMEOUT']],
    )
  }
  const toSilent = reader.cluster.requestsOf('ListOffsets').filter(request => request.node === 2)
  assert.equal(toSilent.length, 1)
  end()
  assert.deepEqual((await reader.read()).errors, [])
  assert.deepEqual([...(await look()).answers.offsets], [0, 0])
})

test('nothing can be looked up before a poll has found the cluster', async t => {
  const { reader } = await openOrders(t)
  const questions = { rows: Int32Array.of(0), timestamps: Float64Array.of(1) }
  const { answers, requests } = await reader.lookUpTimes(questions, new AbortController().signal)
  assert.deepEqual([...answers.offsets], [Number.NaN])
  assert.equal(requests.size, 0)
})
