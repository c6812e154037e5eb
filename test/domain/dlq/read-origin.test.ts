import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readOrigin } from '../../../src/domain/dlq/read-origin.ts'
import { roleOfTopic } from '../../../src/domain/dlq/topic-role.ts'

const headers = (entries: readonly (readonly [string, string | null])[]) =>
  entries.map(([key, value]) => ({ key, value: value === null ? null : Buffer.from(value, 'latin1') }))
const NOTHING = { convention: null, topic: null, partition: null, offset: null, group: null, cause: null }

test('each convention is read', () => {
  assert.deepEqual(
    readOrigin(
      headers([
        ['kafka_dlt-original-topic', 'orders'],
        ['kafka_dlt-original-partition', '\0\0\0\x05'],
        ['kafka_dlt-original-offset', '\0\0\0\0\0\0\x01\x02'],
        ['kafka_dlt-original-consumer-group', 'billing'],
        ['kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'],
        ['kafka_dlt-exception-cause-fqcn', 'java.lang.IllegalStateException'],
      ]),
    ),
    {
      convention: 'spring',
      topic: 'orders',
      partition: 5,
      offset: 258,
      group: 'billing',
      cause: 'java.lang.IllegalStateException',
    },
  )
  assert.deepEqual(
    readOrigin(
      headers([
        ['__connect.errors.topic', 'orders'],
        ['__connect.errors.partition', '5'],
        ['__connect.errors.offset', '258'],
        ['__connect.errors.connector.name', 's3'],
        ['__connect.errors.exception.class.name', 'org.apache.kafka.connect.errors.DataException'],
      ]),
    ),
    {
      convention: 'connect',
      topic: 'orders',
      partition: 5,
      offset: 258,
      group: 'connect-s3',
      cause: 'org.apache.kafka.connect.errors.DataException',
    },
  )
  const streams = headers([
    ['__streams.errors.exception', 'java.lang.RuntimeException'],
    ['__streams.errors.topic', 'orders'],
  ])
  assert.deepEqual(readOrigin(streams), {
    ...NOTHING,
    convention: 'streams',
    topic: 'orders',
    cause: 'java.lang.RuntimeException',
  })
  const share = headers([
    ['__dlq.errors.topic', 'orders'],
    ['__dlq.errors.group', 'share'],
  ])
  assert.deepEqual(readOrigin(share), { ...NOTHING, convention: 'share', topic: 'orders', group: 'share' })
  const own = headers([
    ['kafka-health.dlq.topic', 'orders'],
    ['kafka-health.dlq.offset', '3'],
    ['kafka-health.dlq.cause', 'TypeError'],
  ])
  assert.deepEqual(readOrigin(own), {
    ...NOTHING,
    convention: 'own',
    topic: 'orders',
    offset: 3,
    cause: 'TypeError',
  })
})

test('of several the last one counts, and what is malformed is unknown', () => {
  const spring = (topic: string | null, partition: string | null) =>
    headers([
      ['kafka_dlt-original-topic', 'first'],
      ['kafka_dlt-original-topic', topic],
      ['kafka_dlt-original-partition', partition],
      ['kafka_dlt-exception-fqcn', 'order 17 has no customer'],
    ])
  assert.deepEqual(readOrigin(spring('orders', '5')), { ...NOTHING, convention: 'spring', topic: 'orders' })
  assert.deepEqual(readOrigin(spring(null, '\xff\xff\xff\xff')), { ...NOTHING, convention: 'spring' })
  assert.deepEqual(readOrigin([]), NOTHING)
})

test('nothing that a header holds can make it throw', () => {
  const keys = [
    'kafka_dlt-original-',
    '__connect.errors.',
    '__streams.errors.',
    '__dlq.errors.',
    'kafka-health.dlq.',
  ]
  const names = [
    'topic',
    'partition',
    'offset',
    'group',
    'cause',
    'consumer-group',
    'exception',
    'connector.name',
  ]
  const key = fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...names)).map(parts => parts.join(''))
  const value = fc.option(fc.uint8Array({ maxLength: 2_000 }).map(bytes => Buffer.from(bytes)))
  fc.assert(
    fc.property(fc.array(fc.record({ key, value }), { maxLength: 10 }), record => {
      const { topic, partition, offset } = readOrigin(record)
      assert.ok(topic === null || /^[\w.-]+$/.test(topic))
      for (const number of [partition, offset]) assert.ok(number === null || number >= 0)
    }),
    { numRuns: 1_000 },
  )
})

test('names tell dead letters from retries', () => {
  const deadLetters = [
    'orders-dlt',
    'orders.DLT',
    'orders-dlq',
    'orders.dlq',
    'dlq.orders',
    'orders_dead_letter',
  ]
  for (const topic of [...deadLetters, 'orders-parking-lot', 'dead-letters']) {
    assert.equal(roleOfTopic(topic), 'dead_letters', topic)
  }
  for (const topic of ['orders-retry', 'orders-retry-0', 'orders-retry-1000', 'orders-dlt-retry']) {
    assert.equal(roleOfTopic(topic), 'retries', topic)
  }
  for (const topic of ['orders', 'adlt', 'deadline', 'retrying', 'dlqs'])
    assert.equal(roleOfTopic(topic), null, topic)
})
