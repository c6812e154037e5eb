import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { createHealth } from '../../../src/consumer/core/health.ts'
import { kafkaChecks } from '../../../src/consumer/core/kafka-checks.ts'
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

test('not ready without brokers, and ready again with them', async () => {
  await Promise.all([1, 2].map(id => cluster.broker(id).kill()))
  const { ok, reasons } = await readyz(['orders'])
  assert.equal(ok, false)
  assert.match(reasons.kafka ?? '', /^no broker answers/)
  await Promise.all([1, 2, 3].map(id => cluster.broker(id).restart()))
  await waitUntil('ready again', async () => (await readyz(['orders', 'narrow'])).ok)
})
