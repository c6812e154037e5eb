import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as newest from 'kafkajs'
import * as oldest from 'kafkajs-2.2.0'
import * as promClient from 'prom-client'
import {
  ConsumerMetrics,
  createHealth,
  createResilientConsumer,
  ProgressTracker,
  UnprocessableRecord,
} from '../../src/consumer.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { waitUntil } from '../harness/wait-until.ts'

let cluster: KafkaCluster
before(async () => {
  cluster = await startKafka({ brokers: 1 })
})
after(() => cluster?.close())

const RECORDS = 40

// Whether their types fit is asked of the packed package.
const VERSIONS: readonly (readonly [string, typeof newest])[] = [
  ['2.2.0', oldest as unknown as typeof newest],
  ['2.2.4', newest],
]
for (const [version, { Kafka, logLevel }] of VERSIONS) {
  const at = version.replaceAll('.', '-')

  /** A topic with as many records in each of two partitions, and a consumer of it with all that follows it. */
  async function world(name: string) {
    const topic = `${name}-${at}`
    const groupId = `${topic}-group`
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING })
    const admin = kafka.admin()
    await admin.connect()
    const topics = [topic, `${topic}-dlq`].map(each => ({ topic: each, numPartitions: 2 }))
    await admin.createTopics({ topics, waitForLeaders: true })
    const producer = kafka.producer()
    await producer.connect()
    const messages = Array.from({ length: RECORDS }, (_, i) => ({ partition: i % 2, value: `${i}` }))
    await producer.send({ topic, messages })

    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 })
    const progress = new ProgressTracker({ consumer, kafka, groupId, fromBeginning: true })
    const registry = new promClient.Registry()
    const metrics = new ConsumerMetrics({ client: promClient, registry })
    metrics.watch({ progress, consumer })
    const health = createHealth({ consumers: [progress] })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const said = async (metric: string) => {
      const values = (await registry.getMetricsAsJSON()).find(each => each.name === metric)?.values ?? []
      return values.map(({ value }) => value)
    }
    const stop = async () => {
      await progress.stop()
      metrics.stop()
      await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()])
    }
    return { topic, groupId, consumer, producer, admin, progress, metrics, health, said, stop }
  }

  test(`kafkajs ${version}: what is processed is followed to the end of its topic`, async () => {
    const { consumer, progress, health, said, stop } = await world('followed')
    try {
      await consumer.run({ eachMessage: progress.eachMessage(async () => {}) })
      await waitUntil('both partitions are read to their ends', () => {
        const positions = progress.partitions().map(each => [each.position, each.end, each.lag])
        return JSON.stringify(positions) === '[[20,20,0],[20,20,0]]'
      })
      assert.deepEqual(await said('kafka_consumer_client_lag'), [0, 0])
      assert.deepEqual(await said('kafka_consumer_client_processed_records_total'), [RECORDS])
      assert.deepEqual(await said('kafka_consumer_client_live'), [1])
      assert.equal(health.livez().ok, true)
      assert.equal((await health.readyz()).ok, true)
    } finally {
      await stop()
    }
  })

  test(`kafkajs ${version}: a record that cannot be processed is parked, and counted`, async () => {
    const { topic, groupId, consumer, producer, admin, progress, metrics, said, stop } = await world('parked')
    const resilient = createResilientConsumer({
      consumer,
      producer,
      group: groupId,
      progress,
      handler: ({ message }) => {
        if (message.value?.toString() === '7') throw new UnprocessableRecord('seven')
      },
      onEvent: metrics.eventsOf(groupId),
    })
    try {
      await resilient.run()
      await waitUntil('all is processed or parked', () => {
        const positions = progress.partitions().map(({ position }) => position)
        return positions.length === 2 && positions.every(position => position === RECORDS / 2)
      })
      await waitUntil('the dead letter is counted', async () => {
        const counts = await said('kafka_consumer_client_dead_letters_total')
        return counts.length === 1 && counts[0] === 1
      })
      const parked = await admin.fetchTopicOffsets(`${topic}-dlq`)
      assert.equal(
        parked.reduce((sum, { high }) => sum + Number(high), 0),
        1,
      )
    } finally {
      await resilient.stop()
      await stop()
    }
  })
}
