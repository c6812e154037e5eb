import avro from 'avsc'
import { DEAD_LETTER_HEADERS } from '../../src/domain/dlq/own-headers.ts'
import type { RecordHeader } from '../../src/model/tail.ts'
import type { SeededSchema } from '../../test/harness/schema-registry.ts'

/** One way to look at records as they arrive, and the records. */
export interface Watch {
  readonly name: string
  /** Of the configuration file; what `nothing` lacks. */
  readonly config: (registryUrl: string) => string
  readonly topic: string
  readonly values: readonly Buffer[]
  readonly headers: readonly RecordHeader[]
  /** Metrics that add up to the records of the topic, and series among them that tell of those not looked at. */
  readonly counters: readonly string[]
  readonly unread: RegExp
}

const OF_SCHEMAS = [
  'kafka_schema_records_checked_total',
  'kafka_schema_fallback_decodes_total',
  'kafka_schema_undecodable_records_total',
  'kafka_schema_records_unsampled_total',
]
const SCHEMA_ID = 1
const VALUES = 500

/** Sixteen fields, one a record, one a list: some 300 bytes in JSON, some 100 in Avro. */
const ORDER = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'orderId', type: 'string' },
    { name: 'customerId', type: 'long' },
    { name: 'channel', type: 'string' },
    { name: 'currency', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'discount', type: ['null', 'double'] },
    { name: 'itemCount', type: 'int' },
    { name: 'isGift', type: 'boolean' },
    { name: 'createdAt', type: 'long' },
    { name: 'note', type: ['null', 'string'] },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    {
      name: 'address',
      type: {
        type: 'record',
        name: 'Address',
        fields: ['street', 'city', 'postalCode', 'country'].map(name => ({ name, type: 'string' })),
      },
    },
  ],
} as const

export const SCHEMAS: readonly SeededSchema[] = [
  { subject: 'orders-value', version: 1, id: SCHEMA_ID, schema: { schema: JSON.stringify(ORDER) } },
]

const ORDERS = Array.from({ length: VALUES }, (_, i) => ({
  orderId: `order-${1_000_000 + i}`,
  customerId: 40_000_000 + 7 * i,
  channel: i % 3 === 0 ? 'web' : 'app',
  currency: 'EUR',
  amount: 19.9 + i,
  discount: i % 4 === 0 ? 2.5 : null,
  itemCount: 1 + (i % 5),
  isGift: i % 10 === 0,
  createdAt: 1_700_000_000_000 + i,
  note: i % 5 === 0 ? 'leave it with the neighbours' : null,
  tags: ['new', 'summer'],
  address: { street: `High Street ${i}`, city: 'Springfield', postalCode: `${10_000 + i}`, country: 'DE' },
}))

const json = ORDERS.map(order => Buffer.from(JSON.stringify(order)))
const type = avro.Type.forSchema(ORDER as unknown as avro.Schema, { wrapUnions: false })
const framed = ORDERS.map(order =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, SCHEMA_ID]), type.toBuffer(order)]),
)

const schemas = (entry: string) => `schemas: [{topics: [orders], ${entry}}]`
const header = (key: string, value: string) => ({ key, value: Buffer.from(value) })

export const WATCHES: readonly Watch[] = [
  {
    name: 'avro, all',
    config: url => schemas(`sample: all, registry: '${url}'`),
    topic: 'orders',
    values: framed,
    headers: [],
    counters: OF_SCHEMAS,
    unread: /undecodable|unsampled/,
  },
  {
    name: 'json, all',
    config: () => schemas('sample: all, target: bigquery'),
    topic: 'orders',
    values: json,
    headers: [],
    counters: OF_SCHEMAS,
    unread: /undecodable|unsampled/,
  },
  {
    name: 'json, 100/s',
    config: () => schemas('sample: 100'),
    topic: 'orders',
    values: json,
    headers: [],
    counters: OF_SCHEMAS,
    unread: /undecodable|unsampled/,
  },
  {
    name: 'dead letters',
    config: () => '',
    topic: 'orders-dlq',
    values: json,
    headers: [
      header(DEAD_LETTER_HEADERS.topic, 'orders'),
      header(DEAD_LETTER_HEADERS.partition, '3'),
      header(DEAD_LETTER_HEADERS.offset, '123456'),
      header(DEAD_LETTER_HEADERS.group, 'billing'),
      header(DEAD_LETTER_HEADERS.cause, 'TimeoutError'),
    ],
    // The second is there from the beginning on, and stays at 0.
    counters: ['kafka_dlq_cause_total', 'kafka_dlq_malformed_headers_total'],
    unread: /cause="unread"/,
  },
]
