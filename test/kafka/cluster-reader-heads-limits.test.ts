import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { HeadLimits } from '../../src/model/evidence.ts'
import { SimulatedLog } from '../fakes/simulated-cluster/log/simulated-log.ts'
import { schemaOf } from '../fakes/simulated-cluster/schemas.ts'
import { type OpenedReader, openReader, type ReaderOptions } from './open-reader.ts'
import { askHeads, type Point, questionsOf } from './reader/heads/ask-heads.ts'

const PARTITIONS = 12

/** Partition p of `orders` is led by broker p % 3 + 1; every one of 12 has the same log of 200 batches. */
async function openOrders(t: TestContext, options: ReaderOptions = {}): Promise<OpenedReader> {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions: PARTITIONS }] }, options)
  const log = new SimulatedLog()
  for (let i = 0; i < 200; i++) log.append([1_000 * i])
  for (const partition of reader.cluster.topic('orders').partitions) partition.log = log
  return reader
}

const ALL: readonly Point[] = Array.from({ length: PARTITIONS }, (_, p) => ['orders', p, 5])
const FOUND = ['found', 5, 6, 5_000, 5_000]
const ONE_BATCH = 200
const SOON = { transport: { requestTimeoutMs: 300, connectTimeoutMs: 300 }, requestTimeoutMs: 300 }

function outcomes(heads: readonly (readonly unknown[])[]): unknown[] {
  return heads.map(head => head[0])
}

for (const [budgetBytes, least, most] of [
  [0, 0, 0],
  [1, 1, 1],
  [20_000, 1, 3],
  [52_000, 4, 8],
  [1_000_000, 12, 12],
] as const) {
  test(`a budget of ${budgetBytes} bytes is kept, and spent on what is needed most`, async t => {
    const reader = await openOrders(t)
    const { heads, bytes, errors } = await askHeads(reader, ALL, { budgetBytes })
    const found = outcomes(heads).filter(outcome => outcome === 'found').length
    assert.ok(found >= least && found <= most, `${found}`)
    for (const leader of [0, 1, 2]) {
      const own = outcomes(heads).filter((_, p) => p % 3 === leader)
      assert.deepEqual(own, own.toSorted(), 'found, then unasked')
    }
    // One batch more may come.
    assert.ok(bytes <= budgetBytes + (budgetBytes > 0 ? ONE_BATCH : 0), `${bytes}`)
    assert.deepEqual(errors, [])
  })
}

test('what one leader is promised and does not send is there for the others', async t => {
  const reader = await openOrders(t)
  for (const partition of reader.cluster.topic('orders').partitions) {
    const log = new SimulatedLog({ startOffset: 5 })
    log.append([5_000])
    partition.log = log
  }
  const { heads, bytes } = await askHeads(reader, ALL, { budgetBytes: 10_000 })
  assert.deepEqual(
    heads,
    ALL.map(() => FOUND),
  )
  assert.ok(bytes < 12 * ONE_BATCH)
})

test('what was learnt of a question before the budget was spent is told', async t => {
  const reader = await openOrders(t)
  const log = reader.cluster.state.keepLog('orders', 0)
  for (let i = 0; i < 500; i++) log.append([1_000], { producerId: 5, isTransactional: true })
  log.endTransaction(5, 'abort', 1_100)
  const { heads } = await askHeads(reader, [['orders', 0, 0]], { budgetBytes: 16_384 })
  assert.equal(heads[0]![0], 'none')
  assert.ok((heads[0]![1] as number) > 50)
})

test('a broker that never answers costs its own heads, one deadline, and is not asked again', async t => {
  const reader = await openOrders(t, SOON)
  const end = reader.cluster.fault({ api: 'Fetch', node: 2, silent: true })
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(
    heads,
    ALL.map((_, p) => (p % 3 === 1 ? ['failed'] : FOUND)),
  )
  assert.deepEqual(
    errors.map(({ stage, node, code }) => [stage, node, code]),
    [['probe', 2, 'TIMEOUT']],
  )
  assert.match(errors[0]!.message, /partition orders-1 and 3 more$/)
  end()
  const again = await reader.reader.readHeads(...probing(await lastPoll(reader)))
  assert.equal(again.answers.outcome[1], 1, 'the next poll asks it again')
  assert.deepEqual(again.errors, [])
})

test('a broker that failed in the poll is not asked', async t => {
  const reader = await openOrders(t, SOON)
  reader.cluster.fault({ api: 'ListOffsets', node: 2, silent: true })
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(outcomes(heads).slice(0, 3), ['found', 'failed', 'found'])
  assert.deepEqual(
    reader.cluster
      .requestsOf('Fetch')
      .map(request => request.node)
      .sort(),
    [1, 3],
  )
  assert.deepEqual(
    errors.map(error => error.node),
    [2],
  )
})

test('the time that is given ends it: the rest is unasked, and the poll after it finds all brokers', async t => {
  const reader = await openOrders(t)
  const end = reader.cluster.fault({ api: 'Fetch', node: 2, silent: true })
  const { heads, errors } = await askHeads(reader, ALL, { timeoutMs: 1_500 })
  assert.deepEqual(
    heads,
    ALL.map((_, p) => (p % 3 === 1 ? ['unasked'] : FOUND)),
  )
  assert.deepEqual(errors, [])
  end()
  const { errors: after } = await reader.read()
  assert.deepEqual(after, [])
})

test('a signal ends it, and is left as it was', async t => {
  const reader = await openOrders(t, { transport: { requestTimeoutMs: 60_000 } })
  reader.cluster.fault({ api: 'Fetch', silent: true })
  const controller = new AbortController()
  const asking = askHeads(reader, ALL, {}, controller.signal)
  while (reader.cluster.requestsOf('Fetch').length < 3) await new Promise(setImmediate)
  controller.abort()
  const { heads } = await asking
  assert.deepEqual(
    heads,
    ALL.map(() => ['unasked']),
  )
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('a signal that has ended before lets nothing be asked', async t => {
  const reader = await openOrders(t)
  const { heads } = await askHeads(reader, ALL, {}, AbortSignal.abort())
  assert.deepEqual(
    heads,
    ALL.map(() => ['unasked']),
  )
  assert.deepEqual(reader.cluster.requestsOf('Fetch'), [])
})

test('waits as long as a quota asks between two requests to one broker', async t => {
  const reader = await openOrders(t, { limits: { fetchedRows: 1 } })
  reader.cluster.fault({ api: 'Fetch', node: 2, throttleMs: 40, times: 1 })
  const { heads } = await askHeads(reader, ALL)
  assert.deepEqual(
    heads,
    ALL.map(() => FOUND),
  )
  assert.ok(reader.waits.includes(40))
})

for (const [error, lines] of [
  ['NOT_LEADER_OR_FOLLOWER', ['probe 2 NOT_LEADER_OR_FOLLOWER']],
  ['UNKNOWN_SERVER_ERROR', ['probe 2 UNKNOWN_SERVER_ERROR']],
  ['OFFSET_OUT_OF_RANGE', []],
] as const) {
  test(`${error} fails the question about that partition`, async t => {
    const reader = await openOrders(t)
    reader.cluster.fault({ api: 'Fetch', topic: 'orders', partition: 1, error })
    const { heads, errors } = await askHeads(reader, ALL)
    assert.deepEqual(
      heads,
      ALL.map((_, p) => (p === 1 ? ['failed'] : FOUND)),
    )
    assert.deepEqual(
      errors.map(({ stage, node, code }) => `${stage} ${node} ${code}`),
      lines,
    )
  })
}

test('a leader that moved since the poll fails the question', async t => {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions: 3, replicationFactor: 1 }] })
  for (const p of [0, 1, 2]) reader.cluster.state.keepLog('orders', p).append([5_000])
  const observation = await reader.read()
  Object.assign(reader.cluster.partition('orders', 1), { leader: 3, replicas: [3], leaderEpoch: 1 })
  const { answers, errors } = await reader.reader.readHeads(...probing(observation, [['orders', 1, 0]]))
  assert.deepEqual([...answers.outcome], [4])
  assert.deepEqual(
    errors.map(({ message }) => message),
    ['broker 2: NOT_LEADER_OR_FOLLOWER; partition orders-1'],
  )
})

test('a topic that may not be read is denied, and no more is asked about it', async t => {
  const reader = await openOrders(t, { limits: { fetchedRows: 2 } })
  reader.cluster.topic('orders').readable = false
  reader.cluster.state.addTopic({ name: 'quiet', partitions: 1 })
  reader.cluster.state.keepLog('quiet', 0).append([7_000])
  const { heads, errors } = await askHeads(reader, [...ALL, ['quiet', 0, 0]])
  assert.deepEqual(heads, [...ALL.map(() => ['denied']), ['found', 0, 1, 7_000, 7_000]])
  assert.deepEqual(errors, [])
  // One that is refused for each leader, and one for the other topic.
  assert.equal(reader.cluster.requestsOf('Fetch').length, 4)
})

test('a partition without a leader cannot be asked about', async t => {
  const reader = await openOrders(t)
  reader.cluster.partition('orders', 1).leader = -1
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(heads.slice(0, 3), [FOUND, ['failed'], FOUND])
  assert.deepEqual(errors, [])
})

test('an answer that cannot be read costs itself, not the broker', async t => {
  const reader = await openOrders(t, { limits: { fetchedRows: 2 } })
  reader.cluster.fault({ api: 'Fetch', node: 2, times: 1, body: Buffer.from([0, 0, 0]) })
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(
    heads,
    ALL.map((_, p) => (p === 1 || p === 4 ? ['failed'] : FOUND)),
  )
  assert.deepEqual(
    errors.map(({ node, code }) => [node, code]),
    [[2, 'MALFORMED_RESPONSE']],
  )
})

test('a record without a time stamp fails its question, and is no fault of the broker', async t => {
  const reader = await openReader(t, { topics: [{ name: 'orders' }] })
  reader.cluster.state.keepLog('orders', 0).append([-1])
  const { heads, errors } = await askHeads(reader, [['orders', 0, 0]])
  assert.deepEqual(heads, [['failed']])
  assert.deepEqual(errors, [])
})

test('records that cannot be read fail their question, and say why', async t => {
  const reader = await openOrders(t)
  const partition = (partitionIndex: number, records: Buffer) => {
    return { partitionIndex, highWatermark: 200, lastStableOffset: 200, records }
  }
  const garbage = Buffer.alloc(80)
  garbage.writeInt32BE(68, 8)
  garbage[16] = 9 // magic
  const partitions = [partition(1, garbage), partition(4, Buffer.alloc(0)), partition(99, garbage)]
  const responses = [{ topic: 'orders', partitions }]
  const body = schemaOf('Fetch').response.encode(12, { responses })
  reader.cluster.fault({ api: 'Fetch', node: 2, times: 1, body })
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(
    heads,
    // 4 is asked for again; 7 and 10 were left out.
    ALL.map((_, p) => (p === 1 || p === 7 || p === 10 ? ['failed'] : FOUND)),
  )
  assert.equal(errors.length, 1)
  assert.match(
    errors[0]!.message,
    /^broker 2: records that cannot be read: .*; partition orders-1 and 2 more$/,
  )
})

test('a partition that gives nothing though something must be there fails after the longest wish', async t => {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions: 1, highWatermark: 10 }] })
  const { heads, requests, errors } = await askHeads(reader, [['orders', 0, 5]])
  assert.deepEqual(heads, [['failed']])
  assert.equal(requests.get('Fetch'), 5)
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['OFFSET_NOT_AVAILABLE'],
  )
})

test('a broker that gives nothing for hundreds of partitions is asked a few dozen times', async t => {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions: 300, highWatermark: 10 }] })
  const points = Array.from({ length: 300 }, (_, p): Point => ['orders', p, 5])
  const { heads, requests, bytes } = await askHeads(reader, points, { budgetBytes: 1 << 24 })
  assert.ok(outcomes(heads).every(outcome => outcome === 'failed' || outcome === 'unasked'))
  assert.ok(requests.get('Fetch')! < 80, `${requests.get('Fetch')} requests`)
  assert.equal(bytes, 0)
})

test('brokers too old for this Fetch fail their questions', async t => {
  const reader = await openOrders(t)
  reader.cluster.state.node(2).versions.set('Fetch', { min: 0, max: 11 })
  const { heads, errors } = await askHeads(reader, ALL)
  assert.deepEqual(outcomes(heads).slice(0, 3), ['found', 'failed', 'found'])
  assert.deepEqual(
    errors.map(({ node, code }) => [node, code]),
    [[2, 'VERSION_UNSUPPORTED']],
  )
})

test('nothing can be asked before a poll has found the cluster', async t => {
  const reader = await openOrders(t)
  const questions = { rows: Int32Array.of(0), offsets: Float64Array.of(5) }
  const { signal } = new AbortController()
  const none = await reader.reader.readHeads(questions, AMPLE, signal)
  assert.deepEqual([...none.answers.outcome], [0])
  await reader.read()
  reader.cluster.fault({ api: 'Metadata', error: 'UNKNOWN_SERVER_ERROR', closeAfterBytes: 0 })
  await reader.read()
  assert.deepEqual([...(await reader.reader.readHeads(questions, AMPLE, signal)).answers.outcome], [0])
  assert.deepEqual(reader.cluster.requestsOf('Fetch'), [])
})

const AMPLE: HeadLimits = { budgetBytes: 1 << 26, timeoutMs: 60_000 }

async function lastPoll(reader: OpenedReader) {
  return reader.read()
}

function probing(observation: Awaited<ReturnType<typeof lastPoll>>, points: readonly Point[] = ALL) {
  return [questionsOf(observation, points), AMPLE, new AbortController().signal] as const
}
