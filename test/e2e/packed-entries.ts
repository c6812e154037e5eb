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
import { ConsumerMetrics, type ProgressView } from 'kafka-health-exporter/consumer'
declare const progress: ProgressView
const consumers = [oldKafka, newKafka].map(({ Kafka }) => new Kafka({ brokers: [] }).consumer({ groupId: 'g' }))
export const metrics = [
  new ConsumerMetrics({ client: oldProm }),
  new ConsumerMetrics({ client: newProm }),
  new ConsumerMetrics({ client: oldProm, registry: new oldProm.Registry() }),
  new ConsumerMetrics({ client: newProm, registry: new newProm.Registry() }),
]
for (const consumer of consumers) metrics[0]?.watch({ progress, consumer, isReady: () => null })
// @ts-expect-error an outcome that there is not
metrics[0]?.countAlert('critical', 'lost')
`

/** A suite of Jest's, which requires. */
export const JEST_SUITE = `
const { Kafka } = require('kafkajs')
const { ConsumerMetrics } = require('kafka-health-exporter/consumer')
const { SchemaCheck } = require('kafka-health-exporter/checks')

test.each(['prom-client', 'prom-client-14'])('the kit publishes to %s', async name => {
  const client = require(name)
  const registry = new client.Registry()
  const metrics = new ConsumerMetrics({ client, registry })
  const consumer = new Kafka({ brokers: ['127.0.0.1:1'] }).consumer({ groupId: 'g' })
  const progress = {
    groupId: 'g', liveness: () => ({ live: true, faults: [] }), partitions: () => [], isJoined: () => false, onTurn: () => () => {},
  }
  metrics.watch({ progress, consumer })
  expect(await registry.metrics()).toContain('kafka_consumer_client_live{consumergroup="g"} 1')
  metrics.stop()
})

test('the checks judge values of the sandbox', () => {
  const check = new SchemaCheck({ target: 'none' })
  check.check({ a: [1] })
  expect(check.check({ a: 'x', A: {} }).map(drop => drop.reason)).toEqual(['case_collision', 'case_collision'])
})
`
