import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type ServingCommand, startServing } from './command.ts'
import { type Metrics, scrape } from './metrics-text.ts'

const CHECKED = 'kafka_schema_records_checked_total'
const RELOADED = 'kafka_health_exporter_config_last_reload_success_timestamp_seconds'
const DEADLINE = { timeoutMs: 120_000 }

let kafka: KafkaCluster
let exporter: ServingCommand
const dir = ownDirectory('watch-reload')
const file = join(dir, 'exporter.yml')

/** @param entries schemas */
function write(...entries: readonly string[]): void {
  writeFileSync(
    file,
    `
clusters: [{brokers: ['${kafka.internalBrokers[0]}'], poll_interval: 1s}]
schemas: [${entries.map(topics => `{topics: [${topics}], sample: all}`).join(', ')}]
state_file: ${join(dir, 'state')}
`,
  )
}

before(async () => {
  kafka = await startKafka({ brokers: 1 })
})
after(async () => {
  await exporter?.end()
  await kafka?.close()
  await removeOwnDirectory(dir)
})

test('entries come and go by SIGHUP while records arrive: each record of the others counts once', async () => {
  const client = new Kafka({ brokers: [...kafka.internalBrokers], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  const topics = ['orders', 'returns'].map(topic => ({ topic, numPartitions: 3 }))
  await admin.createTopics({ topics, waitForLeaders: true })
  await admin.disconnect()
  write('orders', 'returns')
  exporter = await startServing([`--config=${file}`])

  /** What every scrape showed of a topic never goes back. */
  let shown = -1
  const until = (what: string, holds: (metrics: Metrics) => boolean) =>
    waitUntil(
      what,
      async () => {
        const metrics = await scrape(exporter.url)
        const checked = metrics.value(CHECKED, { topic: 'orders' })
        assert.ok(checked === undefined || checked >= shown, `${checked} after ${shown}`)
        shown = Math.max(shown, checked ?? shown)
        return holds(metrics) && metrics
      },
      DEADLINE,
    )
  const of = (metrics: Metrics, topic: string) => metrics.value(CHECKED, { topic })
  await until('both are followed', metrics => of(metrics, 'orders') === 0 && of(metrics, 'returns') === 0)

  let produced = 0
  let isProducing = true
  const producer = client.producer()
  await producer.connect()
  const producing = (async () => {
    for (; isProducing; produced += 30) {
      const messages = Array.from({ length: 30 }, (_, i) => ({ partition: i % 3, value: `{"id":${i}}` }))
      await producer.sendBatch({ topicMessages: ['orders', 'returns'].map(topic => ({ topic, messages })) })
      await new Promise<void>(resume => setImmediate(resume))
    }
  })()
  try {
    const moreThan = (checked: number) =>
      until(`more than ${checked} are checked`, metrics => (of(metrics, 'orders') ?? 0) > checked)
    await moreThan(0)
    for (const entries of [['orders'], ['orders', 'returns'], ['orders', 'other'], ['orders', 'returns']]) {
      const { value } = await scrape(exporter.url)
      const before = value(RELOADED) ?? 0
      write(...entries)
      exporter.signal('SIGHUP')
      const isWatched = entries.includes('returns')
      await until(
        `${entries.join(' and ')} are watched`,
        metrics =>
          (metrics.value(RELOADED) ?? 0) > before && (of(metrics, 'returns') !== undefined) === isWatched,
      )
      await moreThan(shown)
    }
  } finally {
    isProducing = false
    await producing
    await producer.disconnect()
  }
  const end = await until('every record is counted', metrics => of(metrics, 'orders') === produced)
  assert.equal(end.value('kafka_schema_records_unsampled_total', { topic: 'orders' }), 0)
  const again = of(end, 'returns') ?? Number.NaN
  assert.ok(again > 0 && again < produced, `${again} of ${produced} since it was watched again`)
})
