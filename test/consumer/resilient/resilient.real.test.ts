import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Consumer, Kafka, type KafkaMessage, logLevel, Partitioners, type Producer } from 'kafkajs'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import type { ResilientEvent } from '../../../src/consumer/core/resilient/resilient-event.ts'
import type { ResilientOptions } from '../../../src/consumer/core/resilient/resilient-options.ts'
import { UnprocessableRecord } from '../../../src/consumer/core/resilient/verdict.ts'
import { type KafkaCluster, startKafka } from '../../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../../harness/lab.ts'
import { waitUntil } from '../../harness/wait-until.ts'

let cluster: KafkaCluster
let lab: Lab
let kafka: Kafka
let producer: Producer

before(async () => {
  cluster = await startKafka({ brokers: 1, properties: { 'auto.create.topics.enable': 'false' } })
  lab = await startLab(cluster)
  kafka = new Kafka({
    brokers: [...cluster.brokers],
    logLevel: logLevel.NOTHING,
    // On a busy machine the default of a second is over before the loop sees that the connection is there.
    connectionTimeout: 10_000,
  })
  const createPartitioner = Partitioners.DefaultPartitioner
  producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner, retry: { retries: 1 } })
  await producer.connect()
})
after(async () => {
  await producer?.disconnect()
  await lab?.close()
  await cluster?.close()
})

interface Running {
  readonly consumer: Consumer
  readonly events: ResilientEvent[]
  joins(): number
  stop(): Promise<void>
}

async function start(
  topic: string,
  group: string,
  handler: ResilientOptions['handler'],
  more: Partial<ResilientOptions> = {},
): Promise<Running> {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: 6_000,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 200,
    allowAutoTopicCreation: false,
  })
  let joins = 0
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joins++
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const events: ResilientEvent[] = []
  const resilient = createResilientConsumer({
    consumer,
    producer,
    group,
    handler,
    onEvent: event => events.push(event),
    ...more,
  })
  await resilient.run()
  return {
    consumer,
    events,
    joins: () => joins,
    async stop() {
      await resilient.stop()
      await consumer.disconnect()
    },
  }
}

async function committed(group: string, topic: string): Promise<readonly number[]> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    return (answer?.partitions ?? []).sort((a, b) => a.partition - b.partition).map(p => Number(p.offset))
  } finally {
    await admin.disconnect()
  }
}

async function readAll(topic: string, count: number): Promise<readonly KafkaMessage[]> {
  const reader = kafka.consumer({ groupId: `reader-of-${topic}`, maxWaitTimeInMs: 200 })
  const messages: KafkaMessage[] = []
  await reader.connect()
  await reader.subscribe({ topic, fromBeginning: true })
  await reader.run({
    eachMessage: async ({ message }) => {
      messages.push(message)
    },
  })
  try {
    await waitUntil(`${count} records in ${topic}`, () => messages.length >= count)
  } finally {
    await reader.disconnect()
  }
  return messages
}

test('dead letters hold the very bytes; the partition waits until their topic is there', async () => {
  await lab.createTopics([{ name: 'bytes', partitions: 1 }])
  const binary = Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])
  const records = [
    { key: binary, value: binary, headers: { trace: binary, tag: ['a', 'b'] }, timestamp: '1700000000000' },
    { key: null, value: Buffer.from('fine') },
    { key: Buffer.alloc(0), value: null },
    { key: null, value: Buffer.alloc(0), headers: { empty: '' } },
  ]
  await producer.send({ topic: 'bytes', messages: records })
  const seen: string[] = []
  const running = await start(
    'bytes',
    'bytes-group',
    ({ message }) => {
      seen.push(message.offset)
      if (message.offset !== '1') throw new UnprocessableRecord('no')
    },
    { retry: { maxMs: 500 }, deadLetters: { timeoutMs: 5_000 } },
  )
  try {
    await waitUntil('two dead letters have failed', () => running.events.length >= 2)
    assert.deepEqual(
      running.events.map(({ kind }) => kind).filter(kind => kind !== 'dead_letter_failed'),
      [],
    )
    assert.deepEqual(await committed('bytes-group', 'bytes'), [-1])
    await lab.createTopics([{ name: 'bytes-dlq', partitions: 1 }])
    await waitUntil('all is committed', async () => (await committed('bytes-group', 'bytes'))[0] === 4)
    assert.deepEqual(seen, ['0', '1', '2', '3'])
  } finally {
    await running.stop()
  }
  const dead = await readAll('bytes-dlq', 3)
  assert.deepEqual(
    dead.map(({ key, value }) => [key, value]),
    [
      [binary, binary],
      [Buffer.alloc(0), null],
      [null, Buffer.alloc(0)],
    ],
  )
  const { headers = {} } = dead[0] as KafkaMessage
  assert.deepEqual(headers.trace, binary)
  assert.deepEqual(headers.tag, [Buffer.from('a'), Buffer.from('b')])
  assert.equal(String(headers['kafka-health.dlq.topic']), 'bytes')
  assert.equal(String(headers['kafka-health.dlq.offset']), '0')
  assert.equal(String(headers['kafka-health.dlq.timestamp']), '1700000000000')
  assert.equal(String(headers['kafka-health.dlq.attempts']), '1')
  assert.deepEqual(dead[2]?.headers?.empty, Buffer.alloc(0))
})

test('neither a long wait nor a long handler costs the membership, and other partitions go on', async () => {
  await lab.createTopics([
    { name: 'long', partitions: 2 },
    { name: 'long-dlq', partitions: 1 },
  ])
  // One after the other: where a leader is late, KafkaJS sends the records of the other partition again.
  for (const [partition, values] of [
    ['bad', 'slow'],
    ['x', 'y'],
  ].entries()) {
    await producer.send({ topic: 'long', messages: values.map(value => ({ partition, value })) })
  }
  const seen: string[] = []
  const running = await start(
    'long',
    'long-group',
    async ({ message }, { signal }) => {
      const value = String(message.value)
      seen.push(value)
      if (value === 'bad') throw new Error('no')
      // Longer than the session.
      if (value === 'slow') await new Promise(resolve => setTimeout(resolve, 8_000))
      assert.equal(signal.aborted, false)
    },
    // Longer than the session, too.
    { retry: { maxAttempts: 2, initialMs: 8_000, maxMs: 8_000 }, random: () => 0.999999 },
  )
  try {
    await waitUntil('the other partition is done', async () => {
      const offsets = await committed('long-group', 'long')
      const kinds = running.events.map(({ kind }) => kind)
      const come = JSON.stringify({ offsets, seen, kinds, joins: running.joins() })
      assert.equal(offsets[1], 2, `it has come to ${come}`)
      return true
    })
    assert.deepEqual(await committed('long-group', 'long'), [-1, 2])
    await waitUntil('all is committed', async () => (await committed('long-group', 'long'))[0] === 2)
    assert.equal(running.joins(), 1)
    assert.deepEqual(seen.slice().sort(), ['bad', 'bad', 'slow', 'x', 'y'])
  } finally {
    await running.stop()
  }
})

test('while members come and go under load, no commit passes a record that is not done', async () => {
  const partitions = 4
  const count = 2_000
  await lab.createTopics([
    { name: 'storm', partitions },
    { name: 'storm-dlq', partitions: 1 },
  ])
  const done = Array.from({ length: partitions }, () => new Set<number>())
  const passed: string[] = []
  const member = () =>
    start(
      'storm',
      'storm-group',
      async ({ partition, message }, { attempt }) => {
        const offset = Number(message.offset)
        await new Promise(resolve => setImmediate(resolve))
        if (offset % 97 === 13 && attempt < 3) throw new Error('not yet')
        if (offset % 101 === 7) throw new UnprocessableRecord('never')
        done[partition]?.add(offset)
      },
      {
        retry: { initialMs: 20, maxMs: 50, inPlaceMs: 10 },
        autoCommitInterval: 50,
        partitionsConsumedConcurrently: 2,
        onEvent(event) {
          if (event.kind === 'dead_letter') done[event.partition]?.add(Number(event.offset))
        },
      },
    ).then(running => {
      running.consumer.on(running.consumer.events.COMMIT_OFFSETS, ({ payload }) => {
        for (const { partition, offset } of payload.topics.flatMap(t => t.partitions)) {
          for (let o = 0; o < Number(offset); o++) {
            if (!done[partition]?.has(o)) passed.push(`${partition}/${o} by ${offset}`)
          }
        }
      })
      return running
    })
  const first = await member()
  const second = await member()
  for (let i = 0; i < count; i += 200) {
    const messages = Array.from({ length: 200 }, (_, j) => ({
      partition: (i + j) % partitions,
      value: `${i + j}`,
    }))
    await producer.send({ topic: 'storm', messages })
  }
  await second.stop()
  const third = await member()
  const goal = Array.from({ length: partitions }, () => count / partitions)
  try {
    await waitUntil('all is committed', async () => {
      assert.deepEqual(await committed('storm-group', 'storm'), goal)
      return true
    })
  } finally {
    await Promise.all([first.stop(), third.stop()])
  }
  assert.deepEqual(passed, [])
  assert.deepEqual(
    done.map(({ size }) => size),
    goal,
  )
})
