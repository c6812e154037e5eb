/** How each entry of the package is used, without anything beside it. */
export interface PackedEntry {
  readonly entry: string
  readonly names: string
  readonly use: string
  readonly said: string
}

export const ENTRIES: readonly PackedEntry[] = [
  {
    entry: 'kafka-health-exporter/checks',
    names: '{ ProgressCheck, SchemaCheck, shapeOfAvro }',
    use: `
const schema = new SchemaCheck({ target: 'bigquery' })
schema.check({ userName: 'a', at: 1 })
const drops = schema.check({ username: 'b', at: 'x' })
const progress = new ProgressCheck().look({ now: 0, position: 5, end: 7 })
console.log(drops.map(drop => drop.reason).join(' '), progress.state, shapeOfAvro('string').types[0])`,
    said: 'case_collision type_flip advancing string\n',
  },
  {
    entry: 'kafka-health-exporter/consumer',
    names: '{ ConsumerMetrics }',
    use: `
const registry = new Map()
class Metric {
  constructor(options) { registry.set(options.name, this) }
  inc() {}
}
const client = { Gauge: Metric, Counter: Metric, Histogram: Metric }
const metrics = new ConsumerMetrics({
  client,
  registry: { getSingleMetric: name => registry.get(name), removeSingleMetric: name => registry.delete(name) },
})
console.log(registry.has('kafka_consumer_client_lag'))
metrics.stop()
console.log(registry.size)`,
    said: 'true\n0\n',
  },
]

/** What holds of the types of the checks, without Node's. */
export const TYPED_CHECKS = `
import { DROP_REASONS, type Drop, type DropReason, type Shape, ProgressCheck, type ProgressAnswer, SchemaCheck, shapeOfAvro } from 'kafka-health-exporter/checks'
const shape: Shape = shapeOfAvro({ type: 'record', name: 'R', fields: [] })
const drops: readonly Drop[] = new SchemaCheck({ target: 'bigquery', maxFields: 10 }).check({}, shape, 'R')
export const reasons: readonly DropReason[] = [...drops.map(drop => drop.reason), ...DROP_REASONS]
export const state: ProgressAnswer['state'] = new ProgressCheck().look({ now: 0, position: null, end: 1 }).state
// @ts-expect-error a target that there is not
new SchemaCheck({ target: 'bigtable' })
`

/** What holds of the types of the kit, with the oldest and the newest kafkajs and prom-client that it takes. */
export const TYPED_KIT = `
import * as oldKafka from 'kafkajs-2.2.0'
import * as newKafka from 'kafkajs'
import * as oldProm from 'prom-client-14'
import * as newProm from 'prom-client'
import { ConsumerMetrics, createHealth, createResilientConsumer, type Health, impatientSockets, kafkaChecks, ProgressTracker, type ResilientConsumer, rotatingBrokers } from 'kafka-health-exporter/consumer'
const ownMetrics = new ConsumerMetrics({ client: newProm })
export const metrics = [
  new ConsumerMetrics({ client: oldProm }),
  new ConsumerMetrics({ client: newProm }),
  new ConsumerMetrics({ client: oldProm, registry: new oldProm.Registry() }),
  new ConsumerMetrics({ client: newProm, registry: new newProm.Registry() }),
]

const oldClient = new oldKafka.Kafka({ brokers: rotatingBrokers(['a:9092']), socketFactory: impatientSockets() })
const newClient = new newKafka.Kafka({ brokers: rotatingBrokers(['a:9092']), socketFactory: impatientSockets() })
function progressOf(kafka: oldKafka.Kafka | newKafka.Kafka, consumer: oldKafka.Consumer | newKafka.Consumer) {
  return new ProgressTracker({ consumer, kafka, groupId: 'g', stalledAfterMs: topic => topic.length })
}
const [oldConsumer, newConsumer] = [oldClient.consumer({ groupId: 'g' }), newClient.consumer({ groupId: 'g' })]
const [oldProgress, newProgress] = [progressOf(oldClient, oldConsumer), progressOf(newClient, newConsumer)]
const health: Health = createHealth({
  consumers: [oldProgress, newProgress],
  checks: [...kafkaChecks({ kafka: oldClient, topics: ['t'] }), ...kafkaChecks({ kafka: newClient, topics: ['t'] }), { name: 'own', run: async () => 1 }],
})
metrics[0]?.watch({ progress: oldProgress, consumer: oldConsumer, isReady: () => health.lastReady() })
metrics[1]?.watch({ progress: newProgress, consumer: newConsumer })

export const runs = [
  oldConsumer.run({ eachMessage: oldProgress.eachMessage(async ({ message }: oldKafka.EachMessagePayload) => void message.headers) }),
  newConsumer.run({ eachMessage: newProgress.eachMessage(async ({ message, heartbeat, pause }) => void [message.value?.length, heartbeat(), pause()]) }),
  oldConsumer.run({ eachBatch: oldProgress.eachBatch(async ({ batch, resolveOffset, isRunning }: oldKafka.EachBatchPayload) => void [isRunning(), batch.partition, resolveOffset('1')]) }),
  newConsumer.run({ eachBatch: newProgress.eachBatch(async ({ batch, uncommittedOffsets }: newKafka.EachBatchPayload) => void [batch.topic, uncommittedOffsets()], { eachBatchAutoResolve: false }) }),
]
export const resilient: readonly ResilientConsumer[] = [
  createResilientConsumer({
    consumer: oldConsumer, producer: oldClient.producer(), group: 'g', progress: oldProgress,
    handler: async ({ value, topic }) => void [value?.byteLength, topic.length],
  }),
  createResilientConsumer({
    consumer: newConsumer, producer: newClient.producer(), group: 'g', progress: newProgress,
    decode: ({ message }) => ({ id: Number(message.value) }),
    handler: async ({ value }, { attempt, signal }) => void [value.id.toFixed(), attempt, signal.aborted],
    deadLetters: { topic: source => source },
    retry: { maxAttempts: 3 },
    onEvent: ownMetrics.eventsOf('g'),
  }),
]
// @ts-expect-error an outcome that there is not
metrics[0]?.countAlert('critical', 'lost')
// @ts-expect-error no group
new ProgressTracker({ consumer: newConsumer, kafka: newClient })
// @ts-expect-error a check without a name
createHealth({ checks: [{ run: async () => 1 }] })
// @ts-expect-error an admin client is no consumer
createResilientConsumer({ consumer: newClient.admin(), producer: newClient.producer(), group: 'g', handler: async () => {} })
`

/** A suite of Jest's, which requires. */
export const JEST_SUITE = `
const { Kafka, logLevel } = require('kafkajs')
const { ConsumerMetrics, createHealth, createResilientConsumer, ProgressTracker } = require('kafka-health-exporter/consumer')
const { SchemaCheck } = require('kafka-health-exporter/checks')

test.each(['prom-client', 'prom-client-14'])('the kit follows a consumer and publishes to %s', async name => {
  const client = require(name)
  const registry = new client.Registry()
  const metrics = new ConsumerMetrics({ client, registry })
  const kafka = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const consumer = kafka.consumer({ groupId: 'g' })
  const progress = new ProgressTracker({ consumer, kafka, groupId: 'g' })
  const resilient = createResilientConsumer({ consumer, producer: kafka.producer(), group: 'g', progress, handler: () => {} })
  expect(typeof resilient.run).toBe('function')
  const health = createHealth({ consumers: [progress] })
  metrics.watch({ progress, consumer })
  expect(health.livez()).toEqual({ ok: true, body: { status: 'pass', faults: [], faultCount: 0 } })
  expect((await health.readyz()).body.checks[0].reason).toBe('has not joined its group')
  expect(await registry.metrics()).toContain('kafka_consumer_client_live{consumergroup="g"} 1')
  metrics.stop()
  await progress.stop()
})

test('the checks judge values of the sandbox', () => {
  const check = new SchemaCheck({ target: 'none' })
  check.check({ a: [1] })
  expect(check.check({ a: 'x', A: {} }).map(drop => drop.reason)).toEqual(['case_collision', 'case_collision'])
})
`
