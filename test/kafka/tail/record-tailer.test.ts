import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LogOptions } from '../../fakes/simulated-cluster/log/log-options.ts'
import type { Codec } from '../../fakes/simulated-cluster/log/record-batch.ts'
import type { SimulationOptions } from '../../fakes/simulated-cluster/simulated-cluster.ts'
import { type From, openTailer } from './open-tailer.ts'

async function openOrders(
  t: TestContext,
  partitions = 1,
  simulation: SimulationOptions = {},
  log: LogOptions = {},
) {
  const tailer = await openTailer(t, { ...simulation, topics: [{ name: 'orders', partitions }] })
  const logs = Array.from({ length: partitions }, (_, p) => tailer.cluster.state.keepLog('orders', p, log))
  return { ...tailer, logs, log: logs[0]! }
}

const times = (count: number) => Array.from({ length: count }, (_, i) => 1_000 + i)

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies Codec[]) {
  test(`records in ${codec} are read from an offset to the end`, async t => {
    const { read, log } = await openOrders(t)
    log.append(times(5), { codec })
    log.append(times(4), { codec })
    const { lines, answers, bytes } = await read([['orders', 0, 2]])
    assert.deepEqual(lines, ['orders/0: 2..8 → 9'])
    const [answer] = answers
    assert.ok(answer?.kind === 'read' && bytes > 0)
    assert.deepEqual(
      answer.records.map(({ timestamp }) => timestamp),
      [1_002, 1_003, 1_004, 1_000, 1_001, 1_002, 1_003],
    )
  })
}

test('segments are read one after the other, each leader for itself', async t => {
  const { read, logs, cluster } = await openOrders(t, 3)
  for (const log of logs) {
    log.append(times(2))
    log.roll()
    log.append(times(3))
  }
  const { lines } = await read([0, 1, 2].map((p): From => ['orders', p, 0]))
  const expected = [0, 1, 2].flatMap(p => [`orders/${p}: 0..1 → 2`, `orders/${p}: 2..4 → 5`])
  assert.deepEqual([...lines].sort(), expected)
  assert.deepEqual([...new Set(cluster.requestsOf('Fetch').map(({ node }) => node))].sort(), [1, 2, 3])
})

test('aborted records, markers and an open transaction are left out; what is committed is read', async t => {
  const { read, log } = await openOrders(t)
  log.append(times(2), { producerId: 7, isTransactional: true })
  log.endTransaction(7, 'abort', 1_100)
  log.append(times(2), { producerId: 8, isTransactional: true })
  log.endTransaction(8, 'commit', 1_200)
  log.append(times(1))
  log.append(times(1), { producerId: 9, isTransactional: true })
  log.append(times(3))
  const { answers, lines } = await read([['orders', 0, 0]])
  assert.deepEqual(
    answers.flatMap(answer => (answer.kind === 'read' ? answer.records.map(record => record.offset) : [])),
    [3, 4, 6],
  )
  assert.equal(lines.at(-1), 'orders/0: 3..6 → 7')
  const { lines: behind } = await read([['orders', 0, 7]])
  assert.deepEqual(behind, ['orders/0: none → 7'])
})

test('as many as are wanted, and no more', async t => {
  const { read, log, cluster } = await openOrders(t)
  log.append(times(100))
  log.append(times(100))
  assert.deepEqual((await read([['orders', 0, 0, 3]])).lines, ['orders/0: 0..2 → 3'])
  assert.deepEqual((await read([['orders', 0, 98, 3]])).lines, ['orders/0: 98..100 → 101'])
  assert.equal(cluster.requestsOf('Fetch').length, 2)
})

test('a batch of many records is handed over in parts', async t => {
  const { read, log } = await openOrders(t)
  log.append(times(2_500), { codec: 'lz4' })
  assert.deepEqual((await read([['orders', 0, 0]])).lines, [
    'orders/0: 0..999 → 1000',
    'orders/0: 1000..1999 → 2000',
    'orders/0: 2000..2499 → 2500',
  ])
})

test('a batch that is longer than a share comes alone, one that is longer than may be is passed over', async t => {
  const { read, logs, cluster } = await openOrders(t, 2, { brokers: 1 })
  const [zero, one] = logs as [(typeof logs)[0], (typeof logs)[0]]
  zero!.append(times(10))
  one!.append(times(4_000))
  one!.append(times(1))
  const from: From[] = [
    ['orders', 0, 0],
    ['orders', 1, 0],
  ]
  const { lines } = await read(from)
  assert.deepEqual([lines[0], lines.at(-1)], ['orders/0: 0..9 → 10', 'orders/1: 4000..4000 → 4001'])
  cluster.clearRequests()
  const { lines: bounded } = await read(from, { maxBatchBytes: 65_536 })
  assert.deepEqual([...bounded].sort(), [
    'orders/0: 0..9 → 10',
    'orders/1: 4000..4000 → 4001',
    'orders/1: none → 4000, 4000 unreadable',
  ])
  // It is not asked for record by record.
  assert.ok(cluster.requestsOf('Fetch').length <= 4, `${cluster.requestsOf('Fetch').length} requests`)
})

test('what is refused is said of each partition; the others are read', async t => {
  const { read, logs, cluster } = await openOrders(t, 3)
  for (const log of logs) log.append(times(4))
  logs[1]!.deleteBefore(3)
  cluster.fault({ api: 'Fetch', topic: 'orders', partition: 2, error: 'TOPIC_AUTHORIZATION_FAILED' })
  const { lines } = await read([
    ['orders', 0, 0],
    ['orders', 1, 1],
    ['orders', 2, 0],
  ])
  assert.deepEqual([...lines].sort(), [
    'orders/0: 0..3 → 4',
    'orders/1: out of range',
    'orders/2: TOPIC_AUTHORIZATION_FAILED',
  ])
})

test('a broker that hangs up costs its own partitions', async t => {
  const { read, logs, cluster } = await openOrders(t, 3)
  for (const log of logs) log.append(times(1))
  cluster.fault({ api: 'Fetch', node: 2, closeAfterBytes: 10 })
  const { lines } = await read([0, 1, 2].map((p): From => ['orders', p, 0]))
  assert.deepEqual([...lines].sort(), [
    'orders/0: 0..0 → 1',
    'orders/1: CONNECTION_CLOSED',
    'orders/2: 0..0 → 1',
  ])
})

for (const [title, release, code] of [
  ['by its id', '4.3', 'UNKNOWN_TOPIC_ID'],
  ['where brokers do not read by id, by its name alone', '2.8', null],
] as const) {
  test(`a topic that was created anew is told from the old one ${title}`, async t => {
    const { read, log, cluster, look } = await openOrders(t, 1, { release })
    log.append(times(3))
    assert.deepEqual((await read([['orders', 0, 0]])).lines, ['orders/0: 0..2 → 3'])
    cluster.state.deleteTopic('orders')
    cluster.state.addTopic({ name: 'orders', partitions: 1 })
    cluster.state.keepLog('orders', 0).append(times(5))
    const { lines } = await read([['orders', 0, 3]])
    assert.deepEqual(lines, [code === null ? 'orders/0: 3..4 → 5' : `orders/0: ${code}`])
    look()
    assert.deepEqual((await read([['orders', 0, 0]])).lines, ['orders/0: 0..4 → 5'])
  })
}

test('bytes of a pass are bounded, and a full partition starves none', async t => {
  const { read, logs } = await openOrders(t, 40, { brokers: 1 })
  // Some 100 KB each: a pass has room for a few of them.
  for (const log of logs) for (let i = 0; i < 10; i++) log.append(times(100))
  const next = new Map(logs.map((_, p) => [p, 0]))
  const maxBytes = 400_000
  const served: number[][] = []
  for (let pass = 0; pass < 20; pass++) {
    const { answers, bytes } = await read(
      [...next].map(([p, offset]): From => ['orders', p, offset]),
      { maxBytes },
    )
    assert.ok(bytes <= maxBytes + 300_000, `${bytes} bytes`)
    for (const answer of answers) if (answer.kind === 'read') next.set(answer.row, answer.nextOffset)
    served.push(answers.map(answer => answer.row))
    // As much as was read arrives anew in the partitions of the lowest rows.
    for (const log of logs.slice(0, 4)) for (let i = 0; i < 10; i++) log.append(times(100))
  }
  assert.deepEqual(
    [...new Set(served.flat())].sort((a, b) => a - b),
    [...next.keys()],
  )
})

test('an answer is asked for when the one before has been taken, and the signal ends the pass', async t => {
  const { read, log, cluster } = await openOrders(t)
  for (let i = 0; i < 40; i++) log.append(times(100))
  const ending = new AbortController()
  let under = 0
  let most = 0
  const { lines } = await read(
    [['orders', 0, 0]],
    {},
    async () => {
      most = Math.max(most, ++under)
      const asked = cluster.requestsOf('Fetch').length
      await new Promise(resolve => setImmediate(resolve))
      assert.equal(cluster.requestsOf('Fetch').length, asked)
      under--
      ending.abort()
    },
    ending.signal,
  )
  assert.deepEqual([most, lines], [1, ['orders/0: 0..999 → 1000']])
})
