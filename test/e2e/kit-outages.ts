import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { EndOffsets, impatientSockets, ProgressTracker, rotatingBrokers } from '../../src/consumer.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startKitService, watchLiveness } from './kit-service.ts'

// By hand, for three brokers and minutes of outage: `npm run e2e:kit-outages`.

let cluster: KafkaCluster
let lab: Lab

before(async () => {
  cluster = await startKafka({
    brokers: 3,
    dedicatedController: true,
    // Each group has one broker that can look after it; topics have three.
    properties: { 'offsets.topic.replication.factor': '1' },
  })
  lab = await startLab(cluster)
  await lab.createTopics(
    ['orders', 'payments', 'payments-dlq'].map(name => ({ name, partitions: 3, replication: 3 })),
  )
  // With it comes the topic of offsets.
  await lab.commitOffsets([{ group: 'early', offsets: [['orders', 0, 0]] }])
})
after(async () => {
  await lab?.close()
  await cluster?.close()
})

test('while the coordinator of its group is away and topics are read, a consumer is alive', async t => {
  const kafka = new Kafka({
    brokers: rotatingBrokers(cluster.brokers),
    socketFactory: impatientSockets(),
    logLevel: logLevel.NOTHING,
    // It waits for the coordinator, and does not start again meanwhile.
    retry: { retries: 10_000, initialRetryTime: 100, maxRetryTime: 1_000 },
  })
  const groupId = 'billing'
  const consumer = kafka.consumer({ groupId, sessionTimeout: 6_000, heartbeatInterval: 1_000 })
  const endOffsets = new EndOffsets({ kafka, intervalMs: 1_000 })
  // An outage is seen after two rounds of ends.
  const limits = { stalledAfterMs: 30_000, maxPollIntervalMs: 30_000 }
  const progress = new ProgressTracker({
    consumer,
    kafka,
    groupId,
    endOffsets,
    fromBeginning: true,
    ...limits,
  })
  t.after(async () => {
    await consumer.disconnect()
    await progress.stop()
    await endOffsets.stop()
  })
  const read: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  let turnedAt = performance.now()
  progress.onTurn(() => {
    turnedAt = performance.now()
  })
  await consumer.run({
    eachMessage: progress.eachMessage(async ({ message }) => void read.push(String(message.value))),
  })
  await waitUntil('it is a member', () => progress.isJoined())
  const faults = new Set<string>()
  let longestMs = 0
  const watching = setInterval(() => {
    for (const { message } of progress.liveness().faults) faults.add(message)
    longestMs = Math.max(longestMs, performance.now() - turnedAt)
  }, 100)
  t.after(() => clearInterval(watching))

  const coordinator = cluster.broker(await coordinatorOf(groupId))
  await coordinator.kill()
  const killedAt = performance.now()
  await lab.produce([0, 1, 2].map(partition => ({ topic: 'orders', partition, values: ['meanwhile'] })))
  await waitUntil('it was away for long', () => performance.now() - killedAt > 90_000, { timeoutMs: 120_000 })
  const member = progress.isJoined()
  await coordinator.restart()
  await waitUntil('all are read', () => read.length >= 3, { timeoutMs: 120_000 })
  t.diagnostic(
    `listeners heard of turns at least every ${Math.round(longestMs)} ms; a member meanwhile: ${member}`,
  )
  assert.deepEqual([...faults], [])
})

test('all three brokers away: unready and alive, and well again with them', async t => {
  const service = await startKitService('auto-healing-consumer', {
    KAFKA_BROKERS: cluster.brokers.join(),
    KAFKA_TOPIC: 'payments',
    KAFKA_GROUP: 'healing',
    DEAD_LETTER_TOPIC: 'payments-dlq',
    STALLED_AFTER_MS: '5000',
  })
  t.after(() => service.end('SIGTERM'))
  await service.until('readyz', 200, 120_000)
  const liveness = watchLiveness(service)
  t.after(() => liveness.stop())
  await Promise.all([1, 2, 3].map(id => cluster.broker(id).kill()))
  await waitUntil('the brokers are missed', async () => {
    const { body } = await service.probe('readyz')
    return /^no broker answers/.test(body.checks.find(({ name }) => name === 'kafka')?.reason ?? '')
  })
  const from = liveness.forMs()
  await waitUntil('it was watched for long', () => liveness.forMs() - from > 60_000, { timeoutMs: 120_000 })
  await Promise.all([1, 2, 3].map(id => cluster.broker(id).restart()))
  await service.until('readyz', 200, 180_000)
  await lab.produce([{ topic: 'payments', partition: 0, values: ['{"id":1,"amount":100}'] }])
  await waitUntil('it is committed', async () => {
    const { groups } = await lab.oracle()
    return groups.healing?.offsets.find(row => row.partition === 0)?.offset === 1
  })
  await liveness.stop()
  assert.deepEqual(liveness.failures(), [])
})

test('a service whose first broker takes connections and says nothing joins its group by another one', async t => {
  // Each with a coordinator that is another broker, asked for while there is a leader of everything.
  const groups = [await groupOfOthers('first'), await groupOfOthers('second'), await groupOfOthers('third')]
  cluster.broker(1).stop()
  t.after(() => cluster.broker(1).cont())
  for (const group of groups) {
    const service = await startKitService('auto-healing-consumer', {
      KAFKA_BROKERS: cluster.brokers.join(),
      KAFKA_TOPIC: 'payments',
      KAFKA_GROUP: group,
      DEAD_LETTER_TOPIC: 'payments-dlq',
    })
    await service.until('startupz', 200, 180_000)
    await service.end('SIGTERM')
  }
})

async function groupOfOthers(name: string): Promise<string> {
  for (let n = 0; ; n++) {
    const groupId = `${name}-${n}`
    if ((await coordinatorOf(groupId)) > 1) return groupId
  }
}

/** Its id: the one that leads the partition of Kafka's offsets which the group is hashed to, one of six. */
async function coordinatorOf(groupId: string): Promise<number> {
  let hash = 0
  for (const unit of groupId) hash = (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0
  const partition = (hash & 0x7fffffff) % 6
  const admin = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] })
  await admin.disconnect()
  return topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1
}
