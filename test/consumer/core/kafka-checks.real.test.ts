import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { EndOffsets } from '../../../src/consumer/core/end-offsets.ts'
import { createHealth } from '../../../src/consumer/core/health.ts'
import { kafkaChecks } from '../../../src/consumer/core/kafka-checks.ts'
import { ProgressTracker } from '../../../src/consumer/core/progress-tracker.ts'
import { rotatingBrokers } from '../../../src/consumer/core/rotating-brokers.ts'
import { freePort } from '../../harness/free-port.ts'
import { type KafkaCluster, startKafka } from '../../harness/kafka-cluster.ts'
import { waitUntil } from '../../harness/wait-until.ts'

let cluster: KafkaCluster
let kafka: Kafka

before(async () => {
  cluster = await startKafka()
  const nobody = `127.0.0.1:${await freePort()}`
  kafka = new Kafka({
    clientId: 'orders',
    // The first of them is down.
    brokers: [nobody, ...cluster.brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 10_000,
  })
  const admin = kafka.admin()
  await admin.connect()
  const on3 = [{ partition: 0, replicas: [3] }]
  await admin.createTopics({
    topics: [
      { topic: 'orders', numPartitions: 3, replicationFactor: 3 },
      { topic: 'narrow', replicaAssignment: on3 },
    ],
    waitForLeaders: true,
  })
  await admin.disconnect()
})
after(() => cluster.close())

/** Whether it is ready once, and why not, with a deadline that a busy machine keeps. */
async function readyz(topics: readonly string[]) {
  const checks = kafkaChecks({ kafka, topics })
  const { ok, body } = await createHealth({ checks, checkDeadlineMs: 60_000 }).readyz()
  return { ok, reasons: Object.fromEntries(body.checks.map(({ name, reason }) => [name, reason])) }
}

test('ready with a broker that answers and a topic with leaders', async () => {
  assert.deepEqual(await readyz(['orders']), { ok: true, reasons: { kafka: null, 'topic orders': null } })
})

test('not ready without a topic, which nobody creates by asking', async () => {
  for (let asked = 0; asked < 2; asked++) {
    assert.deepEqual(await readyz(['orders', 'payments']), {
      ok: false,
      reasons: { kafka: null, 'topic orders': null, 'topic payments': 'there is no such topic' },
    })
  }
})

test('a topic that lives on a broker which is down has no leader; the others are well', async () => {
  assert.equal((await readyz(['orders', 'narrow'])).ok, true)
  await cluster.broker(3).kill()
  await waitUntil('the controller has noticed', async () => {
    const { reasons } = await readyz(['narrow'])
    return reasons['topic narrow'] === 'a partition has no leader'
  })
  assert.deepEqual((await readyz(['orders', 'narrow'])).reasons, {
    kafka: null,
    'topic orders': null,
    'topic narrow': 'a partition has no leader',
  })
})

/** A consumer of `orders` as a service has it. */
async function startConsumer() {
  const client = new Kafka({
    brokers: rotatingBrokers(cluster.brokers),
    logLevel: logLevel.NOTHING,
    retry: { maxRetryTime: 1_000 },
  })
  const consumer = client.consumer({ groupId: 'billing', sessionTimeout: 6_000, heartbeatInterval: 1_000 })
  const endOffsets = new EndOffsets({ kafka: client, intervalMs: 500 })
  const progress = new ProgressTracker({
    consumer,
    kafka: client,
    groupId: 'billing',
    endOffsets,
    stalledAfterMs: 30_000,
  })
  const read: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    eachMessage: progress.eachMessage(async ({ message }) => void read.push(String(message.value))),
  })
  return {
    progress,
    read,
    async stop() {
      await consumer.disconnect()
      await progress.stop()
      await endOffsets.stop()
    },
  }
}

async function produce(value: string): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value }] })
  await producer.disconnect()
}

test('not ready without brokers, and ready again with them; a consumer is alive all the time', async t => {
  const { progress, read, stop } = await startConsumer()
  t.after(stop)
  await produce('before')
  await waitUntil('it reads', () => read.includes('before'))
  const faults = new Set<string>()
  const watching = setInterval(() => {
    for (const { message } of progress.liveness().faults) faults.add(message)
  }, 100)
  t.after(() => clearInterval(watching))

  await Promise.all([1, 2].map(id => cluster.broker(id).kill()))
  const killedAt = performance.now()
  const { ok, reasons } = await readyz(['orders'])
  assert.equal(ok, false)
  assert.match(reasons.kafka ?? '', /^no broker answers/)
  await waitUntil('it was watched for long enough', () => performance.now() - killedAt > 10_000)
  await Promise.all([1, 2, 3].map(id => cluster.broker(id).restart()))
  await waitUntil('ready again', async () => (await readyz(['orders', 'narrow'])).ok)
  await produce('after')
  await waitUntil('it reads again', () => read.includes('after'))
  assert.deepEqual([...faults], [])
})
