import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'
import { VirtualClock } from './virtual-clock.ts'

/** Two brokers; `payments` is coordinated by 1, `refunds` by 2. */
async function open(t: TestContext) {
  const clock = new VirtualClock(1_000_000)
  const topics = [{ name: 'orders', partitions: 2, replicationFactor: 2 }]
  const cluster = await openCluster(t, { brokers: 2, topics, now: clock.now })
  for (const partition of [0, 1]) cluster.state.keepLog('orders', partition)
  cluster.state.addTransaction({ id: 'payments', producerId: 7, producerEpoch: 2, coordinator: 1 })
  cluster.state.addTransaction({ id: 'refunds', producerId: 8, coordinator: 2 })
  return { clock, cluster, client: await openClient(t, cluster, 1), other: await openClient(t, cluster, 2) }
}

function producersOf(answer: Message, partition: number): Message {
  const [topic] = answer.topics as Message[]
  return (topic!.partitions as Message[]).find(entry => entry.partitionIndex === partition)!
}

const ORDERS = { topics: [{ name: 'orders', partitionIndexes: [0, 1] }] }

test('an open transaction is seen by its partitions and by its coordinator', async t => {
  const { clock, cluster, client } = await open(t)
  cluster.state.produce('orders', 0, 5)
  cluster.state.produceIn('payments', 'orders', 0, 3)
  clock.advance(60_000)
  cluster.state.produceIn('payments', 'orders', 0, 1)
  assert.equal(cluster.partition('orders', 0).lastStableOffset, 5)
  const producers = await client.ask('DescribeProducers', 0, ORDERS)
  assert.deepEqual(producersOf(producers, 0).activeProducers, [
    {
      producerId: 7,
      producerEpoch: 2,
      lastSequence: 3,
      lastTimestamp: 1_060_000,
      coordinatorEpoch: -1,
      currentTxnStartOffset: 5,
    },
  ])
  assert.deepEqual(producersOf(producers, 1).activeProducers, [])
  const described = await client.ask('DescribeTransactions', 0, { transactionalIds: ['payments'] })
  assert.deepEqual(described.transactionStates, [
    {
      errorCode: 0,
      transactionalId: 'payments',
      transactionState: 'Ongoing',
      transactionTimeoutMs: 60_000,
      transactionStartTimeMs: 1_000_000,
      producerId: 7,
      producerEpoch: 2,
      topics: [{ topic: 'orders', partitions: [0] }],
    },
  ])
  cluster.state.endTransaction('payments', 'abort')
  assert.equal(cluster.partition('orders', 0).lastStableOffset, 10)
  const after = await client.ask('DescribeProducers', 0, ORDERS)
  const [producer] = producersOf(after, 0).activeProducers as Message[]
  assert.deepEqual(producer, {
    producerId: 7,
    producerEpoch: 3,
    lastSequence: -1,
    lastTimestamp: 1_060_000,
    coordinatorEpoch: 0,
    currentTxnStartOffset: -1,
  })
  const ended = await client.ask('DescribeTransactions', 0, { transactionalIds: ['payments'] })
  const [state] = ended.transactionStates as Message[]
  assert.deepEqual([state!.transactionState, state!.topics], ['CompleteAbort', []])
})

test('a broker lists what it coordinates, by state, producer and age', async t => {
  const { clock, cluster, client, other } = await open(t)
  cluster.state.produceIn('payments', 'orders', 0)
  clock.advance(5_000)
  const ids = async (version: number, filters: Message, asked = client) => {
    const answer = await asked.ask('ListTransactions', version, filters)
    return (answer.transactionStates as Message[]).map(entry => entry.transactionalId)
  }
  assert.deepEqual(await ids(0, {}), ['payments'])
  assert.deepEqual(await ids(0, {}, other), ['refunds'])
  assert.deepEqual(await ids(0, { stateFilters: ['Ongoing'] }), ['payments'])
  assert.deepEqual(await ids(0, { stateFilters: ['Empty'] }), [])
  assert.deepEqual(await ids(0, { producerIdFilters: [8] }), [])
  assert.deepEqual(await ids(1, { durationFilter: 4_999 }), ['payments'])
  assert.deepEqual(await ids(2, { durationFilter: 5_000 }), [])
  const unknown = await client.ask('ListTransactions', 0, { stateFilters: ['Asleep', 'Ongoing'] })
  assert.deepEqual(unknown.unknownStateFilters, ['Asleep'])
})

test('without READ the producers of a topic are refused, and every replica knows them', async t => {
  const { cluster, client, other } = await open(t)
  const errors = async (asked = client) => {
    const answer = await asked.ask('DescribeProducers', 0, ORDERS)
    return [0, 1].map(partition => producersOf(answer, partition).errorCode)
  }
  assert.deepEqual(await errors(), [0, 0])
  assert.deepEqual(await errors(other), [0, 0])
  cluster.partition('orders', 1).replicas = [2]
  assert.deepEqual(await errors(), [0, 6])
  cluster.topic('orders').readable = false
  assert.deepEqual(await errors(), [29, 29])
  cluster.state.deleteTopic('orders')
  assert.deepEqual(await errors(), [3, 3])
})

test('a transactional id is described by its coordinator only, and not to everybody', async t => {
  const { cluster, client } = await open(t)
  const errorOf = async (id: string) => {
    const answer = await client.ask('DescribeTransactions', 0, { transactionalIds: [id] })
    return (answer.transactionStates as Message[])[0]!.errorCode
  }
  assert.deepEqual([await errorOf('payments'), await errorOf('refunds'), await errorOf('none')], [0, 16, 105])
  cluster.state.transaction('payments').visible = false
  assert.equal(await errorOf('payments'), 53)
  assert.deepEqual((await client.ask('ListTransactions', 0)).transactionStates, [])
})

test('the coordinator of a transactional id can be found', async t => {
  const { cluster, client } = await open(t)
  const find = async (key: string) => {
    const answer = await client.ask('FindCoordinator', 4, { keyType: 1, coordinatorKeys: [key] })
    const [found] = answer.coordinators as Message[]
    return [found!.errorCode, found!.nodeId]
  }
  assert.deepEqual(await find('refunds'), [0, 2])
  cluster.state.fence(2)
  assert.deepEqual(await find('refunds'), [0, 1])
  cluster.state.transaction('refunds').visible = false
  assert.deepEqual(await find('refunds'), [53, -1])
})
