import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startKafka } from '../../harness/kafka-cluster.ts'
import { startLab } from '../../harness/lab.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import type { Message } from '../schema-codec.ts'
import type { ApiName } from './ask.ts'
import type { SimulatedLog } from './log/simulated-log.ts'
import { openClient, openCluster } from './opened.ts'
import { RawClient } from './raw-client.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'

/** Not long before the markers, whose time is the broker's: a segment holds a week, and a Fetch ends with it. */
const START = Date.now() - 3_600_000
const LIMIT = 1 << 20
const TRANSACTIONAL = 16
const CONTROL = 32
/** On brokers 1 and 2, on 1 alone, empty on 1. */
const TOPICS = ['orders', 'alone', 'empty'] as const
const PRODUCED = [
  { topic: 'alone', count: 2, timestamp: START, timestampStepMs: -100 },
  { topic: 'orders', count: 3, timestamp: START, timestampStepMs: 10 },
  { topic: 'orders', count: 2, timestamp: START + 500, timestampStepMs: -100 },
]

async function openReal(t: TestContext) {
  const kafka = await startKafka({ brokers: 2 })
  t.after(() => kafka.close())
  const lab = await startLab(kafka)
  t.after(() => lab.close())
  const configs = { 'retention.ms': '-1' }
  await lab.createTopics([
    { name: 'orders', assignments: [[1, 2]], configs },
    { name: 'alone', assignments: [[1]], configs },
    { name: 'empty', assignments: [[1]], configs },
  ])
  for (const batch of PRODUCED) await lab.produce([batch])
  await lab.transaction('undone', 'abort', [
    { topic: 'orders', count: 2, timestamp: START + 2_000, timestampStepMs: -100 },
  ])
  await lab.transaction('hung', 'open', [{ topic: 'orders', count: 1, timestamp: START + 1_000 }])
  await lab.produce([{ topic: 'orders', count: 1, timestamp: START + 700 }])
  const clients: RawClient[] = []
  for (const address of kafka.brokers) {
    const [host, port] = address.split(':')
    const client = await RawClient.connect({ host: host!, port: Number(port) })
    t.after(() => client.close())
    clients.push(client)
  }
  // A follower hears of the high watermark with its next fetch.
  await waitUntil('the follower has the high watermark', async () => {
    const answer = await clients[1]!.ask('Fetch', 12, fetchOf([{ fetchOffset: 0 }]))
    const [topic] = answer.responses as Message[]
    return (topic!.partitions as Message[])[0]!.highWatermark === 10
  })
  return clients
}

/** Appends what real bytes say of their batches; keys, values and the times of records are known. */
function copy(records: Buffer, log: SimulatedLog): void {
  for (let at = 0; at < records.length; at += 12 + records.readInt32BE(at + 8)) {
    const attributes = records.readInt16BE(at + 21)
    const first = Number(records.readBigInt64BE(at + 27))
    const producerId = Number(records.readBigInt64BE(at + 43))
    const producerEpoch = records.readInt16BE(at + 51)
    if ((attributes & CONTROL) !== 0) log.endTransaction(producerId, 'abort', first, { producerEpoch })
    else {
      const count = records.readInt32BE(at + 57)
      const times = Array.from({ length: count }, (_, i) => first + i * (count === 3 ? 10 : -100))
      log.append(times, { producerId, producerEpoch, isTransactional: (attributes & TRANSACTIONAL) !== 0 })
    }
  }
}

/** As the lab writes them: by their position in what it was told to produce. */
function payloadOf(position: number) {
  return { key: null, value: Buffer.from(`value-${position}`) }
}

/** Who coordinates what with which id is the real cluster's choice; the rest follows from what was done. */
async function copyTransactions(real: readonly RawClient[], cluster: SimulatedCluster): Promise<void> {
  for (const [index, client] of real.entries()) {
    const listed = await client.ask('ListTransactions', 1)
    for (const { transactionalId } of listed.transactionStates as Message[]) {
      const ids = { transactionalIds: [transactionalId] }
      const [told] = (await client.ask('DescribeTransactions', 0, ids)).transactionStates as Message[]
      const transaction = cluster.state.addTransaction({
        id: String(transactionalId),
        producerId: Number(told!.producerId),
        producerEpoch: Number(told!.producerEpoch),
        timeoutMs: 900_000,
        coordinator: index + 1,
      })
      transaction.add('orders', 0, Number(told!.transactionStartTimeMs))
      if (transactionalId === 'undone') transaction.complete('abort')
    }
  }
}

function fetchOf(wishes: readonly Message[], more: Message = {}): Message {
  const topics = wishes.map(({ topic = 'orders', ...wish }) => ({
    topic,
    partitions: [{ partition: 0, partitionMaxBytes: LIMIT, ...wish }],
  }))
  return { maxWaitMs: 0, minBytes: 0, maxBytes: LIMIT, topics, ...more }
}

function timesOf(timestamp: number, isolationLevel = 0): Message {
  const topics = TOPICS.map(name => ({ name, partitions: [{ partitionIndex: 0, timestamp }] }))
  return { replicaId: -1, isolationLevel, topics }
}

const QUESTIONS: readonly (readonly [
  what: string,
  broker: number,
  api: ApiName,
  version: number,
  Message,
])[] = [
  ['from the start', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 0 }])],
  ['from the middle of a batch', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 1 }])],
  ['read committed', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 0 }], { isolationLevel: 1 })],
  [
    'read committed behind what was aborted',
    1,
    'Fetch',
    12,
    fetchOf([{ fetchOffset: 8 }], { isolationLevel: 1 }),
  ],
  ['cut off', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 0, partitionMaxBytes: 250 }])],
  ['one byte', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 3, partitionMaxBytes: 1 }], { maxBytes: 1 })],
  [
    'several with one byte each',
    1,
    'Fetch',
    12,
    fetchOf([
      { topic: 'empty', fetchOffset: 0, partitionMaxBytes: 1 },
      { topic: 'alone', fetchOffset: 0, partitionMaxBytes: 1 },
      { topic: 'orders', fetchOffset: 0, partitionMaxBytes: 1 },
    ]),
  ],
  [
    'a topic that is missing last',
    1,
    'Fetch',
    12,
    fetchOf([{ fetchOffset: 8 }, { topic: 'none', fetchOffset: 0 }]),
  ],
  ['at the end', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 10 }])],
  ['beyond the end', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 11 }])],
  ['beyond the end, read committed', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 9 }], { isolationLevel: 1 })],
  ['a future epoch', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 0, currentLeaderEpoch: 99 }])],
  ['twice', 1, 'Fetch', 12, fetchOf([{ fetchOffset: 0 }, { fetchOffset: 9 }])],
  [
    'twice, apart',
    1,
    'Fetch',
    12,
    fetchOf([{ fetchOffset: 0 }, { topic: 'alone', fetchOffset: 0 }, { fetchOffset: 9 }]),
  ],
  ['an unknown session', 1, 'Fetch', 12, fetchOf([], { sessionId: 77, sessionEpoch: 3 })],
  ['from a follower, before v11', 2, 'Fetch', 10, fetchOf([{ fetchOffset: 3 }])],
  ['from a follower', 2, 'Fetch', 12, fetchOf([{ fetchOffset: 3 }])],
  ['from a stranger', 2, 'Fetch', 12, fetchOf([{ topic: 'alone', fetchOffset: 0 }])],
  ...[0, 1].flatMap(level =>
    [-3, -1, -2, START, START + 11, START + 401, START + 501, START + 1_500, START + 9e12].map(
      time => [`time ${time}, isolation ${level}`, 1, 'ListOffsets', 10, timesOf(time, level)] as const,
    ),
  ),
  ...[1, 2].map(broker => {
    const topics = [...TOPICS, 'none'].map(name => ({ name, partitionIndexes: [0, 7] }))
    return [`producers at ${broker}`, broker, 'DescribeProducers', 0, { topics }] as const
  }),
  ...[1, 2].flatMap(
    broker =>
      [
        [`all at ${broker}`, broker, 'ListTransactions', 1, {}],
        [`ongoing at ${broker}`, broker, 'ListTransactions', 1, { stateFilters: ['Ongoing', 'Asleep'] }],
        [`old at ${broker}`, broker, 'ListTransactions', 1, { durationFilter: 3_600_000 }],
        [`at ${broker}`, broker, 'DescribeTransactions', 0, { transactionalIds: ['hung', 'undone'] }],
      ] as const,
  ),
]

test('a simulated log answers what a real broker answers that holds the same', async t => {
  const real = await openReal(t)
  const cluster = await openCluster(t, { brokers: 2, release: '4.1' })
  const positions = [0, 1, 2, 0, 1, 0, 1, -1, 0, 0]
  const payloads = {
    orders: (offset: number) => payloadOf(positions[offset]!),
    alone: payloadOf,
    empty: payloadOf,
  }
  for (const [name, replicas] of [
    ['orders', [1, 2]],
    ['alone', [1]],
    ['empty', [1]],
  ] as const) {
    const { partitions } = cluster.state.addTopic({ name, replicationFactor: 1 })
    Object.assign(partitions[0]!, { leader: 1, replicas: [...replicas], isr: [...replicas] })
    const log = cluster.state.keepLog(name, 0, { payload: payloads[name] })
    const answer = await real[0]!.ask('Fetch', 12, fetchOf([{ topic: name, fetchOffset: 0 }]))
    const [topic] = answer.responses as Message[]
    copy((topic!.partitions as Message[])[0]!.records as Buffer, log)
  }
  await copyTransactions(real, cluster)
  const simulated = [await openClient(t, cluster, 1), await openClient(t, cluster, 2)]
  for (const [what, broker, api, version, request] of QUESTIONS) {
    await t.test(`${api} v${version}: ${what}`, async () => {
      const expected = await real[broker - 1]!.ask(api, version, request)
      const given = await simulated[broker - 1]!.ask(api, version, request)
      for (const answer of [expected, given]) sort(answer)
      assert.deepEqual(legible(given), legible(expected))
    })
  }
})

/** All but Fetch answer in arbitrary order. */
function sort(answer: Message): void {
  const byName = (a: Message, b: Message) => {
    const name = (entry: Message) => String(entry.name ?? entry.transactionalId)
    return name(a).localeCompare(name(b))
  }
  ;(answer.transactionStates as Message[] | undefined)?.sort(byName)
  for (const topic of (answer.topics as Message[] | undefined)?.sort(byName) ?? []) {
    const partitions = topic.partitions as Message[]
    partitions.sort((a, b) => Number(a.partitionIndex) - Number(b.partitionIndex))
    for (const { activeProducers } of partitions) {
      ;(activeProducers as Message[] | undefined)?.sort((a, b) => Number(a.producerId) - Number(b.producerId))
    }
  }
}

/** Bytes as text, which a failed assertion shows in one line. */
function legible(answer: Message): unknown {
  return JSON.parse(
    JSON.stringify(answer, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value,
    ),
  )
}
