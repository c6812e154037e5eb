import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { startKafka } from './kafka-cluster.ts'
import { API, startKafkaGate } from './kafka-gate.ts'
import { startLab } from './lab.ts'
import { waitUntil } from './wait-until.ts'

test('all goes through, but for the requests that are to be lost, until the connections are cut', async t => {
  let broker = ''
  const gate = await startKafkaGate(() => broker)
  t.after(() => gate.close())
  const kafka = await startKafka({
    brokers: 1,
    extraListeners: { GATED: { protocol: 'PLAINTEXT', properties: {}, advertised: { 1: gate.address } } },
  })
  t.after(() => kafka.close())
  broker = kafka.listener('GATED')[0]!
  const lab = await startLab(kafka)
  t.after(() => lab.close())
  await lab.createTopics([{ name: 'orders' }])
  await lab.produce([{ topic: 'orders', values: ['first'] }])

  const client = new Kafka({ brokers: [gate.address], logLevel: logLevel.NOTHING })
  const consumer = client.consumer({ groupId: 'readers', maxWaitTimeInMs: 200 })
  const seen: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: 'orders', fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      seen.push(String(message.value))
    },
  })
  await waitUntil('the record that is there', () => seen.length === 1)

  gate.lose(API.fetch)
  await lab.produce([{ topic: 'orders', values: ['second'] }])
  await waitUntil('a fetch is lost', () => gate.lost() > 0)
  const admin = client.admin()
  await admin.connect()
  assert.equal((await admin.fetchTopicOffsets('orders'))[0]?.high, '2')
  await admin.disconnect()

  gate.lose()
  gate.cut()
  await waitUntil('the record that was written meanwhile', () => seen.length === 2)
  assert.deepEqual(seen, ['first', 'second'])
  await consumer.disconnect()
})
