import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KNOWN_HEADERS } from '../../../src/domain/dlq/conventions.ts'
import { type Origin, readOrigin } from '../../../src/domain/dlq/read-origin.ts'
import type { RecordHeader } from '../../../src/model/tail.ts'

type Values = Readonly<Record<string, string | Buffer | null>>

function headersOf(values: Values): RecordHeader[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }))
}

const int32 = (hex: string) => Buffer.from(hex, 'hex')
const int64 = int32

const SPRING: Values = {
  'kafka_dlt-original-topic': 'orders',
  'kafka_dlt-original-partition': int32('00000003'),
  'kafka_dlt-original-offset': int64('00000000000004d2'),
  'kafka_dlt-original-timestamp': int64('0000018bcfe56800'),
  'kafka_dlt-original-timestamp-type': 'CreateTime',
  'kafka_dlt-original-consumer-group': 'billing',
  'kafka_dlt-exception-fqcn': 'org.springframework.kafka.listener.ListenerExecutionFailedException',
  'kafka_dlt-exception-cause-fqcn': 'java.lang.IllegalStateException',
  'kafka_dlt-exception-message': 'Listener failed; card 4111-1111 refused',
  'kafka_dlt-exception-stacktrace': 'org.springframework…\n\tat com.example.Billing.charge(Billing.java:17)',
}

const CASES: readonly (readonly [name: string, headers: Values, origin: Partial<Origin>])[] = [
  ['no headers at all', {}, {}],
  ['headers of others', { traceparent: '00-4bf9-00f0-01', retry: '3' }, {}],
  [
    'Spring: binary numbers, the root cause before the wrapper',
    SPRING,
    {
      convention: 'spring',
      topic: 'orders',
      partition: 3,
      offset: 1234,
      group: 'billing',
      cause: 'java.lang.IllegalStateException',
    },
  ],
  [
    'Spring before it wrote root causes, with a topic of its own for each group',
    {
      'kafka_dlt-original-topic': 'orders',
      'kafka_dlt-original-partition': int32('00000000'),
      'kafka_dlt-original-offset': int64('0000000000000000'),
      'kafka_dlt-exception-fqcn': 'com.example.Refused',
    },
    { convention: 'spring', topic: 'orders', partition: 0, offset: 0, cause: 'com.example.Refused' },
  ],
  [
    'Spring: a key that cannot be read',
    { 'kafka_dlt-key-exception-fqcn': 'org.example.DeserializationException' },
    { convention: 'spring', cause: 'org.example.DeserializationException' },
  ],
  [
    'Spring behind its retry topics',
    {
      'kafka_original-topic': 'orders',
      'kafka_original-partition': int32('00000001'),
      'kafka_original-offset': int64('0000000000000007'),
      'kafka_dlt-original-consumer-group': 'billing',
      'kafka_exception-fqcn': 'org.springframework.kafka.listener.ListenerExecutionFailedException',
      'kafka_exception-cause-fqcn': 'java.net.SocketTimeoutException',
      'retry_topic-attempts': int32('00000004'),
    },
    {
      convention: 'spring',
      topic: 'orders',
      partition: 1,
      offset: 7,
      group: 'billing',
      cause: 'java.net.SocketTimeoutException',
    },
  ],
  [
    'Connect: decimals, the group of the sink by its name',
    {
      '__connect.errors.topic': 'orders',
      '__connect.errors.partition': '3',
      '__connect.errors.offset': '9007199254740',
      '__connect.errors.connector.name': 'warehouse',
      '__connect.errors.task.id': '0',
      '__connect.errors.stage': 'VALUE_CONVERTER',
      '__connect.errors.class.name': 'org.apache.kafka.connect.json.JsonConverter',
      '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
      '__connect.errors.exception.message': 'Converting byte[] to Kafka Connect data failed',
    },
    {
      convention: 'connect',
      topic: 'orders',
      partition: 3,
      offset: 9_007_199_254_740,
      group: 'connect-warehouse',
      cause: 'org.apache.kafka.connect.errors.DataException',
    },
  ],
  [
    'Connect: no record, no error',
    {
      '__connect.errors.topic': '',
      '__connect.errors.partition': '-1',
      '__connect.errors.offset': '-1',
      '__connect.errors.connector.name': 'warehouse',
    },
    { convention: 'connect', group: 'connect-warehouse' },
  ],
  [
    'Streams',
    {
      '__streams.errors.exception': 'org.apache.kafka.common.errors.SerializationException',
      '__streams.errors.message': 'Size of data received by IntegerDeserializer is not 4',
      '__streams.errors.stacktrace': 'org.apache.kafka…',
      '__streams.errors.topic': 'clicks',
      '__streams.errors.partition': '0',
      '__streams.errors.offset': '17',
    },
    {
      convention: 'streams',
      topic: 'clicks',
      partition: 0,
      offset: 17,
      cause: 'org.apache.kafka.common.errors.SerializationException',
    },
  ],
  [
    'Streams: a punctuation has no record, and an exception no message',
    {
      '__streams.errors.exception': 'com.example.Shop$Closed',
      '__streams.errors.message': null,
      '__streams.errors.topic': null,
      '__streams.errors.partition': '-1',
      '__streams.errors.offset': '-1',
    },
    { convention: 'streams', cause: 'com.example.Shop$Closed' },
  ],
  [
    'a share group: rejected',
    {
      '__dlq.errors.topic': 'orders',
      '__dlq.errors.partition': '2',
      '__dlq.errors.offset': '41',
      '__dlq.errors.group': 'packers',
      '__dlq.errors.delivery.count': '3',
      '__dlq.errors.message': 'Offset rejected by client.',
    },
    {
      convention: 'share',
      topic: 'orders',
      partition: 2,
      offset: 41,
      group: 'packers',
      cause: 'rejected',
    },
  ],
  [
    'a share group: delivered too often',
    { '__dlq.errors.message': 'Offset delivery count exceeded the threshold.' },
    { convention: 'share', cause: 'delivery_count_exceeded' },
  ],
  [
    'a share group: a text that is not the broker’s own is never told',
    { '__dlq.errors.message': 'card 4111-1111' },
    { convention: 'share', cause: 'other' },
  ],
  [
    'the consumer kit',
    {
      'kafka-health.dlq.topic': 'orders',
      'kafka-health.dlq.partition': '5',
      'kafka-health.dlq.offset': '99',
      'kafka-health.dlq.group': 'billing',
      'kafka-health.dlq.cause': 'TypeError',
    },
    {
      convention: 'own',
      topic: 'orders',
      partition: 5,
      offset: 99,
      group: 'billing',
      cause: 'TypeError',
    },
  ],
  [
    'parked twice: the last one counts',
    { ...SPRING, '__streams.errors.topic': 'orders-dlt', '__streams.errors.exception': 'Second' },
    { convention: 'streams', topic: 'orders-dlt', cause: 'Second' },
  ],
]

const MALFORMED: readonly (readonly [name: string, headers: Values, origin: Partial<Origin>])[] = [
  [
    'Spring: a partition as text',
    { ...SPRING, 'kafka_dlt-original-partition': '3' },
    { partition: null, offset: 1234 },
  ],
  [
    'Spring: an offset of 4 bytes',
    { ...SPRING, 'kafka_dlt-original-offset': int32('000004d2') },
    { offset: null },
  ],
  [
    'Spring: an offset below 0',
    { ...SPRING, 'kafka_dlt-original-offset': int64('fffffffffffffffe') },
    { offset: null },
  ],
  [
    'Spring: an offset beyond what is exact',
    { ...SPRING, 'kafka_dlt-original-offset': int64('7fffffffffffffff') },
    { offset: null },
  ],
  [
    'a topic that cannot be one',
    { ...SPRING, 'kafka_dlt-original-topic': 'orders/eu' },
    { topic: null, group: 'billing' },
  ],
  [
    'a group of control characters',
    { ...SPRING, 'kafka_dlt-original-consumer-group': 'a\nb' },
    { group: null },
  ],
  [
    'a message where the class should be',
    { ...SPRING, 'kafka_dlt-exception-cause-fqcn': 'card 4111-1111 refused' },
    { cause: 'org.springframework.kafka.listener.ListenerExecutionFailedException' },
  ],
  ['Connect: no number', { '__connect.errors.partition': '3.0' }, { partition: null }],
  ['Streams: bytes', { '__streams.errors.offset': Buffer.of(0, 0, 0, 0, 0, 0, 0, 1) }, { offset: null }],
  ['an endless class', { '__streams.errors.exception': 'x'.repeat(5_000) }, { cause: null }],
  ['no UTF-8', { '__dlq.errors.topic': Buffer.of(0xff, 0xfe) }, { topic: null }],
]

const NOTHING: Origin = {
  convention: null,
  topic: null,
  partition: null,
  offset: null,
  group: null,
  cause: null,
  isMalformed: false,
}

describe('where a dead letter comes from', () => {
  for (const [name, headers, origin] of CASES) {
    it(name, () => assert.deepEqual(readOrigin(headersOf(headers)), { ...NOTHING, ...origin }))
  }

  it('of a key that is there several times the last one counts', () => {
    const headers = [
      ...headersOf(SPRING),
      { key: 'kafka_dlt-original-topic', value: Buffer.from('orders-retry-2') },
    ]
    assert.equal(readOrigin(headers).topic, 'orders-retry-2')
  })

  for (const [name, headers, expected] of MALFORMED) {
    it(`malformed: ${name}`, () => {
      const origin = readOrigin(headersOf(headers))
      assert.deepEqual(origin, { ...origin, ...expected, isMalformed: true })
    })
  }

  it('whatever the bytes are: nothing is thrown, and no text of unbounded length comes out', () => {
    const key = fc.constantFrom(...KNOWN_HEADERS.keys(), 'traceparent')
    const value = fc.option(fc.uint8Array({ maxLength: 2_000 }), { nil: null })
    const headers = fc.array(fc.tuple(key, value), { maxLength: 30 })
    fc.assert(
      fc.property(headers, pairs => {
        const origin = readOrigin(pairs.map(([k, v]) => ({ key: k, value: v && Buffer.from(v) })))
        assert.ok([origin.topic, origin.group, origin.cause].every(text => (text?.length ?? 0) <= 263))
      }),
      { numRuns: 1_000 },
    )
  })
})
