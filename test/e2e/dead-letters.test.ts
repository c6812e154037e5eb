import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type ServingCommand, startServing } from './command.ts'
import { type Metrics, scrape } from './metrics-text.ts'

/** What each framework writes, byte for byte. */
const LETTERS: Readonly<Record<string, Readonly<Record<string, string | Buffer>>>> = {
  spring: {
    'kafka_dlt-original-topic': 'orders',
    'kafka_dlt-original-partition': Buffer.from('00000002', 'hex'),
    'kafka_dlt-original-offset': Buffer.from('00000000000001f4', 'hex'),
    'kafka_dlt-original-timestamp': Buffer.from('0000018bcfe56800', 'hex'),
    'kafka_dlt-original-timestamp-type': 'CreateTime',
    'kafka_dlt-original-consumer-group': 'billing',
    'kafka_dlt-exception-fqcn': 'org.springframework.kafka.listener.ListenerExecutionFailedException',
    'kafka_dlt-exception-cause-fqcn': 'java.lang.IllegalStateException',
    'kafka_dlt-exception-message': 'Listener failed',
  },
  connect: {
    '__connect.errors.topic': 'orders',
    '__connect.errors.partition': '2',
    '__connect.errors.offset': '501',
    '__connect.errors.connector.name': 'warehouse',
    '__connect.errors.task.id': '0',
    '__connect.errors.stage': 'VALUE_CONVERTER',
    '__connect.errors.class.name': 'org.apache.kafka.connect.json.JsonConverter',
    '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
    '__connect.errors.exception.message': 'Converting failed',
  },
  streams: {
    '__streams.errors.exception': 'org.apache.kafka.common.errors.SerializationException',
    '__streams.errors.message': 'Size of data is not 4',
    '__streams.errors.topic': 'clicks',
    '__streams.errors.partition': '0',
    '__streams.errors.offset': '17',
  },
  share: {
    '__dlq.errors.topic': 'orders',
    '__dlq.errors.partition': '1',
    '__dlq.errors.offset': '41',
    '__dlq.errors.group': 'packers',
    '__dlq.errors.delivery.count': '5',
    '__dlq.errors.message': 'Offset delivery count exceeded the threshold.',
  },
  own: {
    'kafka-health.dlq.topic': 'orders',
    'kafka-health.dlq.partition': '0',
    'kafka-health.dlq.offset': '7',
    'kafka-health.dlq.group': 'mailer',
    'kafka-health.dlq.cause': 'TypeError',
  },
}

const ATTRIBUTED: Readonly<Record<string, readonly [topic: string, group: string, cause: string]>> = {
  spring: ['orders', 'billing', 'java.lang.IllegalStateException'],
  connect: ['orders', 'connect-warehouse', 'org.apache.kafka.connect.errors.DataException'],
  streams: ['clicks', '', 'org.apache.kafka.common.errors.SerializationException'],
  share: ['orders', 'packers', 'delivery_count_exceeded'],
  own: ['orders', 'mailer', 'TypeError'],
}

const T = Date.now() - 3_600_000

let kafka: KafkaCluster
let lab: Lab
let producer: Producer
let dir: string
let exporter: ServingCommand

const start = () => startServing([`--config=${join(dir, 'exporter.yml')}`])

async function until(what: string, holds: (metrics: Metrics) => boolean): Promise<Metrics> {
  return waitUntil(what, async () => {
    const metrics = await scrape(exporter.url)
    return holds(metrics) && metrics
  })
}

before(async () => {
  kafka = await startKafka({ brokers: 1, properties: { 'log.cleaner.backoff.ms': '500' } })
  lab = await startLab(kafka)
  await lab.createTopics([
    { name: 'orders-dlt', partitions: 2 },
    { name: 'orders-retry' },
    { name: 'noise-dlq' },
    {
      name: 'compact-dlq',
      configs: {
        'cleanup.policy': 'compact',
        'segment.bytes': '1048576',
        'segment.ms': '500',
        'min.cleanable.dirty.ratio': '0.01',
      },
    },
  ])
  dir = ownDirectory('dead-letters')
  writeFileSync(
    join(dir, 'exporter.yml'),
    `
clusters:
  - brokers: [${kafka.brokers.map(b => `'${b}'`).join(', ')}]
    poll_interval: 1s
    dlq: {drained_by: {orders-dlt: redriver}}
state_file: '${join(dir, 'state')}'
`,
  )
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING })
  producer = client.producer()
  await producer.connect()
  exporter = await start()
  await until('the records are watched', m => m.all('kafka_dlq_malformed_headers_total').length === 3)
})
after(async () => {
  await exporter?.end('SIGKILL')
  await producer?.disconnect()
  await lab?.close()
  await kafka?.close()
  if (dir !== undefined) await removeOwnDirectory(dir)
})

const ofTopic = (topic: string) => (metrics: Metrics) => ({
  depth: metrics.all('kafka_dlq_depth', { topic }).map(s => s.value),
  arrived: metrics.all('kafka_dlq_records_total', { topic }).map(s => s.value),
  undrained: metrics.all('kafka_dlq_undrained', { topic }).map(s => s.value),
  oldest: metrics.value('kafka_dlq_oldest_record_timestamp_seconds', { topic }),
  newest: metrics.value('kafka_dlq_newest_record_timestamp_seconds', { topic }),
})
const orders = ofTopic('orders-dlt')

/** In seconds; absent with brokers that do not tell it. */
const newestAt = (ms: number) => (kafka.abilities.newestTimes ? ms / 1_000 : undefined)

/** How many are attributed as those of a convention have to be; 0 where the series is not there. */
const countOf = (metrics: Metrics, name: string) => {
  const [topic, group, cause] = ATTRIBUTED[name]!
  const labels = { topic: 'orders-dlt', source_topic: topic, consumergroup: group, cause }
  return metrics.value('kafka_dlq_cause_total', labels) ?? 0
}
const counts = (metrics: Metrics) => Object.keys(LETTERS).map(name => countOf(metrics, name))

test('dead letters of five writers, counted, dated and attributed', async () => {
  let at = T
  const messages = Object.values(LETTERS).flatMap(headers =>
    Array.from({ length: 4 }, (_, i) => ({ value: 'x', headers, partition: i % 2, timestamp: String(at++) })),
  )
  await producer.send({ topic: 'orders-dlt', messages })
  await lab.commitOffsets([{ group: 'redriver', offsets: [['orders-dlt', 0, 6]] }])
  const metrics = await until('all are attributed', m => counts(m).every(count => count === 4))
  assert.deepEqual(metrics.all('kafka_dlq_cause_total', { topic: 'orders-dlt' }).length, 5)
  const known = await until('offsets, commits and ages are known', m => {
    const { undrained, newest } = orders(m)
    return undrained[0] === 4 && newest === newestAt(T + 19)
  })
  assert.deepEqual(orders(known), {
    depth: [10, 10],
    arrived: [10, 10],
    undrained: [4, 10],
    oldest: T / 1_000,
    newest: newestAt(T + 19),
  })
  assert.deepEqual(known.all('kafka_dlq_depth', { topic: 'orders-retry' }), [])
})

test('a thousand malformed headers are counted and crash nothing', async () => {
  for (let sent = 0; sent < 1_000; sent += 500) {
    const messages = Array.from({ length: 500 }, (_, i) => ({
      value: null,
      headers: {
        'kafka_dlt-original-topic': 'orders',
        'kafka_dlt-original-partition': Buffer.from(`${sent + i}`.padStart(5, '0')),
        'kafka_dlt-exception-fqcn': `message ${i}`,
      },
    }))
    await producer.send({ topic: 'noise-dlq', messages })
    const topic = { topic: 'noise-dlq' }
    await until(
      `${sent + 500} are counted`,
      m => m.value('kafka_dlq_malformed_headers_total', topic) === sent + 500,
    )
  }
  const metrics = await scrape(exporter.url)
  assert.equal(metrics.value('kafka_dlq_cause_total', { source_topic: 'orders', cause: 'unknown' }), 1_000)
})

test('what arrives while the exporter is dead is counted once', async () => {
  await exporter.end('SIGKILL')
  const messages = Array.from({ length: 30 }, () => ({
    value: 'x',
    headers: LETTERS.streams!,
    partition: 1,
    timestamp: String(T + 100),
  }))
  await producer.send({ topic: 'orders-dlt', messages })
  exporter = await start()
  const metrics = await until('they are attributed', m => countOf(m, 'streams') === 34)
  assert.deepEqual(counts(metrics), [4, 4, 34, 4, 4])
  assert.deepEqual(orders(metrics).arrived, [10, 40])
  assert.equal(metrics.value('kafka_dlq_malformed_headers_total', { topic: 'noise-dlq' }), 1_000)
})

test('retention takes the oldest, and no arrival', async () => {
  await lab.deleteRecords('orders-dlt', 0, 3)
  await lab.deleteRecords('orders-dlt', 1, 40)
  const metrics = await until('the depth falls', m => {
    const { depth, oldest } = orders(m)
    return depth[0] === 7 && depth[1] === 0 && oldest !== T / 1_000
  })
  const { arrived, undrained, oldest, newest } = orders(metrics)
  // Every other one of the first twenty is in partition 0.
  assert.deepEqual([arrived, undrained, oldest], [[10, 40], [4, 0], (T + 6) / 1_000])
  assert.equal(newest, newestAt(T + 18))
})

test('a topic that is deleted is gone, and counts from 0 when it is created anew', async () => {
  await lab.deleteTopics(['orders-dlt'])
  await until('it is gone', m => m.all('kafka_dlq_depth', { topic: 'orders-dlt' }).length === 0)
  await lab.createTopics([{ name: 'orders-dlt', partitions: 2 }])
  const messages = Array.from({ length: 3 }, () => ({ value: 'x', headers: LETTERS.own!, partition: 0 }))
  await producer.send({ topic: 'orders-dlt', messages })
  const metrics = await until('they are attributed', m => countOf(m, 'own') === 7)
  assert.deepEqual(
    [orders(metrics).depth, orders(metrics).arrived],
    [
      [3, 0],
      [3, 0],
    ],
  )
})

test('compaction makes the oldest a younger one, and the depth a bound', async () => {
  const letter = (key: string, ms: number) => ({ key, value: 'x', timestamp: String(T + ms) })
  const send = (...messages: ReturnType<typeof letter>[]) => producer.send({ topic: 'compact-dlq', messages })
  await send(letter('a', 1_000))
  await send(letter('a', 2_000), letter('b', 3_000))
  await waitUntil('the first one is compacted away', async () => {
    // A segment is closed when something is written after its time.
    await send(letter('c', 4_000))
    return (await lab.contents('compact-dlq', 1))[0]?.[0] === 1
  })
  const [offsets] = await lab.contents('compact-dlq', 1)
  const end = (offsets?.at(-1) ?? 0) + 1
  const metrics = await until('the oldest is the second one', m => {
    const { oldest, depth } = ofTopic('compact-dlq')(m)
    return oldest === (T + 2_000) / 1_000 && depth[0] === end
  })
  const { depth, arrived, newest } = ofTopic('compact-dlq')(metrics)
  assert.deepEqual([depth, arrived, newest], [[end], [end], newestAt(T + 4_000)])
})
