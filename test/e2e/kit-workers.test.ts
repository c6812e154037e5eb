import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand } from './command.ts'
import { startKitService, startKitWorker, watchLiveness } from './kit-service.ts'

let kafka: KafkaCluster
let lab: Lab
let env: { readonly KAFKA_BROKERS: string }

before(async () => {
  kafka = await startKafka({ brokers: 1 })
  lab = await startLab(kafka)
  env = { KAFKA_BROKERS: kafka.brokers.join(',') }
})
after(async () => {
  await lab?.close()
  await kafka?.close()
})

async function committed(group: string, topic: string): Promise<Record<number, number>> {
  const { groups } = await lab.oracle()
  const offsets = (groups[group]?.offsets ?? []).filter(row => row.topic === topic)
  return Object.fromEntries(offsets.map(({ partition, offset }) => [partition, offset]))
}

test('a worker without a port is alive while its file comes back, and dead while a job hangs', async t => {
  await lab.createTopics([{ name: 'jobs', partitions: 2 }])
  const worker = await startKitWorker('exec-probe-worker', {
    ...env,
    KAFKA_TOPIC: 'jobs',
    KAFKA_GROUP: 'workers',
    STALLED_AFTER_MS: '2000',
  })
  t.after(() => worker.end('SIGTERM'))
  const isYoung = () => runCommand(['heartbeat-check', worker.heartbeatFile, '--max-age=10s'])

  await lab.produce([{ topic: 'jobs', partition: 0, values: Array(3).fill('{"takesMs":1}') }])
  await waitUntil('the jobs are done', async () => (await committed('workers', 'jobs'))[0] === 3)
  for (const time of ['first', 'second']) await waitUntil(`the ${time} probe`, worker.removeHeartbeat)
  await waitUntil('the file is back', async () => (await isYoung()).code === 0)

  await lab.produce([{ topic: 'jobs', partition: 1, values: ['{"takesMs":12000}'] }])
  await worker.heartbeatStops()
  const { code, stderr } = await isYoung()
  assert.notEqual(code, 0)
  assert.match(stderr, /alive/)
  await waitUntil('the long job is done', worker.removeHeartbeat)
  await waitUntil('it is committed', async () => (await committed('workers', 'jobs'))[1] === 1)
})

test('what cannot be processed is parked with all that was there, and the rest goes on', async t => {
  await lab.createTopics([{ name: 'payments' }, { name: 'payments-dlq' }])
  const payments = [
    '{"id":1,"amount":100}',
    '{"id":2,"amount":-1}',
    'no JSON',
    '{"id":4,"amount":100,"flaky":true}',
    '{"id":5,"amount":100}',
  ]
  await lab.produce([{ topic: 'payments', keys: payments.map((_, i) => `account-${i}`), values: payments }])
  const service = await startKitService('auto-healing-consumer', {
    ...env,
    KAFKA_TOPIC: 'payments',
    KAFKA_GROUP: 'healing',
    DEAD_LETTER_TOPIC: 'payments-dlq',
    STALLED_AFTER_MS: '30000',
    MAX_ATTEMPTS: '3',
  })
  t.after(() => service.end('SIGTERM'))
  const liveness = watchLiveness(service)
  t.after(() => liveness.stop())

  await waitUntil('all are passed', async () => (await committed('healing', 'payments'))[0] === 5)
  const letters = await read('payments-dlq', 2)
  assert.deepEqual(letters.map(({ key, value }) => `${key}: ${value}`).sort(), [
    'account-1: {"id":2,"amount":-1}',
    'account-2: no JSON',
  ])
  const parked = letters.find(({ key }) => String(key) === 'account-1')!
  const told = Object.fromEntries(
    Object.entries(parked.headers ?? {}).map(([name, text]) => [
      name.replace('kafka-health.dlq.', ''),
      String(text),
    ]),
  )
  const { topic, partition, offset, group, attempts } = told
  assert.deepEqual(
    { topic, partition, offset, group, attempts },
    { topic: 'payments', partition: '0', offset: '1', group: 'healing', attempts: '3' },
  )
  const page = await service.metrics()
  assert.match(page, /kafka_consumer_client_dead_letters_total\{[^}]*topic="payments"[^}]*\} 2\n/)
  assert.deepEqual(liveness.failures(), [])
})

/** The first records of a topic of one partition. */
async function read(topic: string, count: number): Promise<KafkaMessage[]> {
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING })
  const consumer = client.consumer({ groupId: `reader-of-${topic}` })
  const messages: KafkaMessage[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void messages.push(message) })
  await waitUntil(`${count} records of ${topic}`, () => messages.length >= count)
  await consumer.disconnect()
  return messages
}
