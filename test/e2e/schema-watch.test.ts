import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import avro from 'avsc'
import { Kafka, logLevel, type Producer } from 'kafkajs'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { ownDirectory } from '../harness/owned-process.ts'
import { type SchemaRegistry, startSchemaRegistry } from '../harness/schema-registry.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type WatchedExporter, watchExporter } from './watched-exporter.ts'

/** `npm run e2e:schemas` has 100,000. */
const RECORDS = Number(process.env.KHE_SCHEMA_RECORDS ?? 6_000)
const TOPIC = 'events'
const DEADLINE = { timeoutMs: 120_000 }

const ORDER = (extra: readonly object[]) =>
  JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }, ...extra] })
const FIRST = ORDER([])
const SECOND = ORDER([{ name: 'note', type: ['null', 'string'] }])
const PROTO = 'syntax = "proto3"; message Paid { string order = 1; }'

const SCHEMAS = [
  { subject: 'events-value', version: 1, id: 1, schema: { schema: FIRST } },
  { subject: 'events-value', version: 2, id: 2, schema: { schema: SECOND } },
  {
    subject: 'clicks',
    version: 1,
    id: 3,
    schema: { schema: '{"title":"Click","type":"object"}', schemaType: 'JSON' },
  },
  { subject: 'paid', version: 1, id: 4, schema: { schema: PROTO, schemaType: 'PROTOBUF' } },
  {
    subject: 'views',
    version: 1,
    id: 5,
    schema: { schema: '{"title":"View","type":"object"}', schemaType: 'JSON' },
  },
] as const

const framed = (id: number, payload: Uint8Array | string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, id]), Buffer.from(payload as string)])
const FIRST_TYPE = avro.Type.forSchema(JSON.parse(FIRST) as avro.Schema)
const SECOND_TYPE = avro.Type.forSchema(JSON.parse(SECOND) as avro.Schema)
const firstOrder = framed(1, FIRST_TYPE.toBuffer({ id: 7 }))
const secondOrder = framed(2, SECOND_TYPE.toBuffer({ id: 7, note: null }))
const click = framed(3, '{"UserName":"a","username":"b"}')
const paid = framed(4, Buffer.from('000a0178', 'hex'))
const view = framed(5, '{"page":"x"}')

/** What is produced in turn, and what of it needs the schemas that are first met while the registry is away. */
const KNOWN = [firstOrder, paid, click, firstOrder, Buffer.from('text'), firstOrder, paid, null]
const NEW = [secondOrder, view, firstOrder, click]

let kafka: KafkaCluster
let lab: Lab
let registry: SchemaRegistry
let producer: Producer
const stateFile = join(ownDirectory('schemas'), 'state')

before(async () => {
  ;[kafka, registry] = await Promise.all([
    startKafka({ brokers: 1 }),
    startSchemaRegistry({ schemas: SCHEMAS }),
  ])
  lab = await startLab(kafka)
  await lab.createTopics([{ name: TOPIC, assignments: [[1], [1], [1], [1]] }])
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING })
  producer = client.producer({ allowAutoTopicCreation: false })
  await producer.connect()
})

after(async () => {
  await producer?.disconnect()
  await lab?.close()
  await registry?.close()
  await kafka?.close()
})

function exporter(): Promise<WatchedExporter> {
  return watchExporter(`
clusters:
  - {brokers: ['${kafka.brokers[0]}'], poll_interval: 1s, request_timeout: 5s, max_reading_age: 1m}
schemas:
  - {topics: [${TOPIC}], registry: '${registry.url}', sample: all, timeout: 1s, interval: 1s}
state_file: ${stateFile}
web: {listen_address: '127.0.0.1:0'}
`)
}

let produced = 0
async function produce(values: readonly (Buffer | null)[], count: number): Promise<void> {
  for (let done = 0; done < count; ) {
    const size = Math.min(1_000, count - done)
    const messages = Array.from({ length: size }, (_, i) => ({
      value: values[(done + i) % values.length] as Buffer | null,
      partition: (done + i) % 4,
    }))
    await producer.send({ topic: TOPIC, messages })
    done += size
  }
  produced += count
}

interface Counts {
  readonly checked: number
  readonly fallback: number
  readonly undecodable: Readonly<Record<string, number>>
  readonly unsampled: number
  readonly droppedFields: Readonly<Record<string, number>>
  readonly problems: readonly { readonly field: string }[]
}

async function counts(of: WatchedExporter): Promise<Counts> {
  const { topics } = (await of.json('/api/v1/schemas')) as { readonly topics: readonly Counts[] }
  return topics[0] as Counts
}

const total = ({ checked, fallback, undecodable, unsampled }: Counts) =>
  checked + fallback + unsampled + Object.values(undecodable).reduce((sum, count) => sum + count, 0)

test('an outage of the registry and a restart of the exporter lose no record', async () => {
  let watched = await exporter()
  const settled = () =>
    waitUntil(
      `${produced} records are accounted for`,
      async () => {
        const now = await counts(watched)
        assert.ok(total(now) <= produced, `${total(now)} of ${produced}`)
        return total(now) === produced && now
      },
      DEADLINE,
    )
  try {
    await waitUntil('the topic is followed', async () => (await counts(watched))?.checked === 0, DEADLINE)
    const third = Math.floor(RECORDS / 24) * 8
    await produce(KNOWN, third)
    const known = await settled()
    assert.equal(known.checked, (third * 7) / 8)
    assert.deepEqual(known.undecodable, { undecodable: third / 8, unknown_schema_id: 0 })
    assert.equal(known.droppedFields.case_collision, third / 4)
    assert.deepEqual(known.problems.map(({ field }) => field).sort(), ['UserName', 'username'])

    await registry.stop()
    await produce(NEW, third)
    const away = await settled()
    assert.equal(away.fallback, third / 4)
    assert.equal(away.undecodable.unknown_schema_id, third / 4)
    assert.equal(away.checked - known.checked, third / 2)
    await watched.until('the registry is down', samples =>
      [...samples].some(
        ([series, value]) =>
          series.startsWith('kafka_health_dependency_up{') &&
          series.includes('schema_registry') &&
          value === 0,
      ),
    )

    await watched.stop()
    await produce(NEW, third / 2)
    watched = await exporter()
    await registry.start()
    const before = await settled()
    await waitUntil(
      'the new schemas are known',
      async () => {
        await produce([secondOrder], 1)
        return (await settled()).checked > before.checked
      },
      DEADLINE,
    )
    const back = await settled()
    await produce(NEW, third / 2)
    const end = await settled()
    assert.equal(end.checked - back.checked, third / 2)
    assert.equal(end.unsampled, 0)
    const { body } = await textOf(watched)
    assert.match(body, new RegExp(`kafka_schema_records_checked_total\\{topic="${TOPIC}"\\} `))
  } finally {
    await watched.stop()
  }
})

async function textOf(of: WatchedExporter): Promise<{ readonly body: string }> {
  const answer = await fetch(`${of.url}/metrics`)
  return { body: await answer.text() }
}
