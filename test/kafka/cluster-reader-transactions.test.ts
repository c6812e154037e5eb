import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { rowOf } from '../../src/model/topology.ts'
import { type OpenedReader, openReader, type ReaderOptions } from './open-reader.ts'

const NOW = 1_700_000_000_000

/** Partition p of `orders` is led by broker p + 1. */
async function openOrders(t: TestContext, options: ReaderOptions = {}): Promise<OpenedReader> {
  const reader = await openReader(t, { topics: [{ name: 'orders', partitions: 3 }] }, options)
  const { state } = reader.cluster
  state.now = () => NOW
  for (const p of [0, 1, 2]) state.keepLog('orders', p)
  return reader
}

async function find({ reader, read }: OpenedReader, ...partitions: number[]) {
  const { topology } = (await read()).cluster!
  const rows = Int32Array.from(partitions, partition => rowOf(topology, 'orders', partition))
  const probe = await reader.findTransactions(rows, new AbortController().signal)
  const transactions = new Map([...probe.transactions].map(([row, found]) => [row - rows[0]!, found]))
  return { ...probe, transactions }
}

const HELD = {
  producerId: 71,
  producerEpoch: 3,
  transactionalId: 'payments-1',
  startOffset: 4,
  lastTimestamp: NOW,
  state: 'Ongoing',
  startedAt: NOW,
}

/** Four records, then two of an open transaction, which broker 3 coordinates; then one of another. */
function hold({ cluster: { state } }: OpenedReader, partition = 0): void {
  state.produce('orders', partition, 4)
  state.addTransaction({ id: 'payments-1', producerId: 71, producerEpoch: 3, coordinator: 3 })
  state.addTransaction({ id: 'later', producerId: 72, coordinator: 2 })
  state.produceIn('payments-1', 'orders', partition, 2)
  state.produceIn('later', 'orders', partition, 1)
}

test('names the transaction that holds the last stable offset', async t => {
  const reader = await openOrders(t)
  hold(reader)
  const { transactions, requests, errors } = await find(reader, 0)
  assert.deepEqual([...transactions], [[0, HELD]])
  assert.deepEqual(
    [...requests],
    [
      ['DescribeProducers', 1],
      ['ListTransactions', 3],
      ['DescribeTransactions', 1],
    ],
  )
  assert.deepEqual(errors, [])
})

test('partitions without an open transaction are left out, and then nobody is asked further', async t => {
  const reader = await openOrders(t)
  hold(reader)
  reader.cluster.state.endTransaction('payments-1', 'abort')
  reader.cluster.state.endTransaction('later', 'commit')
  const { transactions, requests } = await find(reader, 0, 1)
  assert.equal(transactions.size, 0)
  assert.deepEqual([...requests], [['DescribeProducers', 2]])
})

for (const [what, arrange, expected] of [
  [
    'the transactional id may not be seen',
    ({ cluster }: OpenedReader) => {
      cluster.state.transaction('payments-1').visible = false
    },
    { ...HELD, transactionalId: null, state: null, startedAt: Number.NaN },
  ],
  [
    'the transactional id may be listed, but not described any more',
    ({ cluster }: OpenedReader) => {
      cluster.fault({ api: 'DescribeTransactions', error: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED' })
    },
    { ...HELD, startedAt: Number.NaN },
  ],
  [
    'brokers are too old to list transactions',
    ({ cluster }: OpenedReader) => {
      for (const node of cluster.state.nodes.values()) node.versions.delete('ListTransactions')
    },
    { ...HELD, transactionalId: null, state: null, startedAt: Number.NaN },
  ],
] as const) {
  test(`${what}: the producer is named all the same`, async t => {
    const reader = await openOrders(t)
    hold(reader)
    arrange(reader)
    const { transactions, errors } = await find(reader, 0)
    assert.deepEqual([...transactions], [[0, expected]])
    assert.deepEqual(errors, [])
  })
}

test('a coordinator that fails leaves unknown what only it knows, and says so', async t => {
  const reader = await openOrders(t)
  hold(reader)
  reader.cluster.fault({ api: 'ListTransactions', node: 3, error: 'COORDINATOR_LOAD_IN_PROGRESS' })
  const { transactions, errors } = await find(reader, 0)
  assert.deepEqual(
    [...transactions],
    [[0, { ...HELD, transactionalId: null, state: null, startedAt: Number.NaN }]],
  )
  assert.deepEqual(
    errors.map(({ stage, node, code }) => [stage, node, code]),
    [['probe', 3, 'COORDINATOR_LOAD_IN_PROGRESS']],
  )
})

test('a topic that may not be read, or a leader that fails, costs its own rows', async t => {
  const soon = { transport: { requestTimeoutMs: 300, connectTimeoutMs: 300 }, requestTimeoutMs: 300 }
  const reader = await openOrders(t, soon)
  hold(reader, 2)
  const denied = reader.cluster.fault({
    api: 'DescribeProducers',
    topic: 'orders',
    partition: 0,
    error: 'TOPIC_AUTHORIZATION_FAILED',
  })
  const refused = await find(reader, 0, 2)
  assert.deepEqual([...refused.transactions.keys()], [2])
  assert.deepEqual(refused.errors, [])
  denied()
  reader.cluster.fault({ api: 'DescribeProducers', node: 2, silent: true })
  const hung = await find(reader, 0, 1, 2)
  assert.deepEqual([...hung.transactions.keys()], [2])
  assert.equal(hung.transactions.get(2)?.transactionalId, 'payments-1')
  assert.deepEqual(
    hung.errors.map(({ node, code }) => [node, code]),
    [[2, 'TIMEOUT']],
  )
})

test('looks at a few rows at a time', async t => {
  const reader = await openOrders(t, { limits: { heldRows: 1 } })
  hold(reader)
  assert.deepEqual([...(await find(reader, 0, 1, 2)).requests][0], ['DescribeProducers', 1])
})
