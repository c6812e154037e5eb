/**
 * Captures what a real Kafka 4.1.1 answers about records and transactions into test/golden/records/*.hex, and what its
 * own builder makes of records that no broker of today can be made to answer with (MessageSets.java). The literals in
 * test/kafka/wire/records-golden.test.ts are about one capture: who captures anew writes them anew.
 *
 *   node --import tsx scripts/capture-records-golden.ts
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DESCRIBE_PRODUCERS, encodeDescribeProducers } from '../src/kafka/wire/describe-producers.ts'
import { DESCRIBE_TRANSACTIONS, encodeDescribeTransactions } from '../src/kafka/wire/describe-transactions.ts'
import { decodeFetch, encodeFetch, FETCH } from '../src/kafka/wire/fetch.ts'
import { encodeListTransactions, LIST_TRANSACTIONS } from '../src/kafka/wire/list-transactions.ts'
import { findFirstRecord } from '../src/kafka/wire/record-batches.ts'
import { toEnd } from '../src/model/steps.ts'
import { buildTopology, rowOf } from '../src/model/topology.ts'
import { startKafka } from '../test/harness/kafka-cluster.ts'
import { type Compression, startLab } from '../test/harness/lab.ts'
import type { NewTopic } from '../test/harness/lab-types.ts'
import { waitUntil } from '../test/harness/wait-until.ts'
import { ask, captureAnswer } from './capture-answer.ts'

const dir = join(import.meta.dirname, '../test/golden/records')
mkdirSync(dir, { recursive: true })

const CODECS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
// Markers are dated now: by their time, a new segment would begin, and an answer is of one segment.
const KEEP = { 'retention.ms': '-1', 'segment.ms': '9000000000000' }
const TOPICS: readonly NewTopic[] = [
  ...CODECS.map(name => ({ name, configs: KEEP })),
  { name: 'appended', configs: { ...KEEP, 'message.timestamp.type': 'LogAppendTime' } },
  { name: 'compacted', configs: { 'cleanup.policy': 'compact', 'segment.ms': '60000' } },
  { name: 'empty' },
  { name: 'ledger', configs: KEEP },
]
const topology = buildTopology(TOPICS.map(({ name }) => ({ name, id: '', partitions: 1 })))
const T = 1_700_000_000_000
const DAY_MS = 86_400_000

/** Some of it repeats, as in real records. */
const values = Array.from(
  { length: 40 },
  (_, i) =>
    `{"id":${(i * 7_919) % 10_007},"name":"customer ${i}","note":"${'paid in full; '.repeat(i % 9)}"}`,
)

const kafka = await startKafka({
  brokers: 1,
  version: '4.1.1',
  properties: { 'log.cleaner.backoff.ms': '200', 'log.cleaner.min.cleanable.ratio': '0.01' },
})
const { port } = kafka.broker(1)
const lab = await startLab(kafka)
try {
  await lab.createTopics(TOPICS)
  for (const codec of CODECS) {
    // The first send makes the client fetch metadata: all that is sent after it comes in one batch.
    await lab.produce([{ topic: codec, values: ['warm'], timestamp: T - 1 }], codec)
    await lab.produce([{ topic: codec, values, timestamp: T, timestampStepMs: 1_000 }], codec)
    await captureFetch(codec, [codec], 0)
  }
  await lab.produce([{ topic: 'appended', values, timestamp: T, timestampStepMs: 1_000 }], 'lz4')
  await captureFetch('appended', ['appended'], 0)
  // Each has a batch there that is longer than may be.
  await captureFetch('one-after-the-other', ['gzip', 'none', 'empty'], 0, 100, 1)

  const keyed = (keys: string[], timestamp: number) =>
    lab.produce([{ topic: 'compacted', keys, values: keys, timestamp, timestampStepMs: 2_000 }], 'gzip')
  await keyed(['a', 'b', 'c', 'd', 'e'], T)
  await keyed(['a', 'e'], T + 20_000)
  await keyed(['f'], T + DAY_MS)
  await waitUntil('the first segment is compacted', async () => (await firstOfCompacted()) === 1)
  await captureFetch('compacted', ['compacted'], 0)

  const ledger = (count: number, timestamp: number) => [{ topic: 'ledger', count, timestamp }]
  await lab.transaction('undone', 'abort', ledger(3, T))
  await lab.transaction('done', 'commit', ledger(2, T + 1_000))
  await lab.transaction('undone', 'abort', ledger(1, T + 2_000))
  await lab.produce(ledger(1, T + 3_000))
  await lab.transaction('held', 'open', ledger(2, T + 4_000))
  await captureFetch('committed', ['ledger'], 1)
  await captureFetch('uncommitted', ['ledger'], 0)
  const rows = Int32Array.of(rowOf(topology, 'empty', 0), rowOf(topology, 'ledger', 0))
  await captureAnswer(dir, port, DESCRIBE_PRODUCERS, 0, encodeDescribeProducers(0, topology, rows))
  for (const version of [0, 1, 2]) {
    const ongoing = encodeListTransactions(version, { producerIds: [], states: ['Ongoing', 'Odd'] })
    await captureAnswer(dir, port, LIST_TRANSACTIONS, version, ongoing, 'ongoing')
  }
  const all = encodeListTransactions(1, { producerIds: [], states: [] })
  await captureAnswer(dir, port, LIST_TRANSACTIONS, 1, all, 'all')
  execFileSync('java', ['-cp', kafka.jars.classpath, join(import.meta.dirname, 'MessageSets.java'), dir])
  const described = encodeDescribeTransactions(0, ['held', 'done', 'nobody'])
  await captureAnswer(dir, port, DESCRIBE_TRANSACTIONS, 0, described)
} finally {
  await lab.close()
  await kafka.close()
}

function fetchOf(topics: readonly string[], isolation: 0 | 1, maxBytes: number, from = 0): Buffer {
  const rows = Int32Array.from(topics.map(topic => rowOf(topology, topic, 0))).sort()
  return encodeFetch(FETCH.max, {
    topology,
    rows,
    // The empty one has no offset 1.
    offsets: Float64Array.from(rows, row => (topology.topics[row] === 'empty' ? 0 : from)),
    maxBytes: new Int32Array(rows.length).fill(maxBytes),
    isolation,
    totalBytes: 1_048_576,
  })
}

async function captureFetch(
  variant: string,
  topics: readonly string[],
  isolation: 0 | 1,
  maxBytes = 65_536,
  from = 0,
): Promise<void> {
  const body = fetchOf(topics, isolation, maxBytes, from)
  const answer = await captureAnswer(dir, port, FETCH, FETCH.max, body, variant)
  const { partitions } = toEnd(decodeFetch(FETCH.max, answer, topology))
  for (const { row, records, ...rest } of partitions) {
    console.log(topology.topics[row], rest, records.length, findFirstRecord(records, from, rest.aborted))
  }
}

async function firstOfCompacted(): Promise<number> {
  const answer = await ask(port, FETCH, FETCH.max, fetchOf(['compacted'], 0, 65_536))
  const { partitions } = toEnd(decodeFetch(FETCH.max, answer, topology))
  const first = findFirstRecord(partitions[0]?.records ?? Buffer.alloc(0), 0, [], {})
  return first.kind === 'found' ? first.recordOffset : -1
}
