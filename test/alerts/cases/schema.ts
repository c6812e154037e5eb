import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

export const ORDERS = { topic: 'orders' }
export const flipped = { ...ORDERS, reason: 'type_flip' }
export const broken = { ...ORDERS, reason: 'undecodable' }
export const unknown = { ...ORDERS, reason: 'unknown_schema_id' }
export const registry = { dependency: 'registry', kind: 'schema_registry' }

export const affected = (timeline: Timeline, labels: Labels = flipped): Series =>
  series('kafka_schema_affected_records_total', labels, timeline)
export const undecodable = (timeline: Timeline, labels: Labels = broken): Series =>
  series('kafka_schema_undecodable_records_total', labels, timeline)
export const counted = (
  outcome: 'records_checked' | 'records_unsampled' | 'fallback_decodes',
  timeline: Timeline,
  labels: Labels = ORDERS,
): Series => series(`kafka_schema_${outcome}_total`, labels, timeline)
export const written = (timeline: Timeline, labels: Labels = ORDERS, partition = 0): Series =>
  series('kafka_topic_partition_current_offset', { ...labels, partition: String(partition) }, timeline)
export const up = (labels: Labels, timeline: Timeline): Series =>
  series('kafka_health_dependency_up', labels, timeline)

const passing = growing(4)
/** One in a quarter of an hour. */
const rarely: Timeline = t => Math.floor((t + 60) / 900)

export const SCHEMA: readonly AlertCase[] = [
  {
    name: 'KafkaSchemaDrops: four a minute for 50 minutes',
    until: '100m',
    series: [
      affected(stages(steady(0), ['10m', growing(1 / 15)], ['60m', steady(200)])),
      affected(steady(0), { ...ORDERS, reason: 'case_collision' }),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaSchemaDrops',
        labels: flipped,
        notAt: '30m',
        at: '31m',
        stillAt: '78m',
        overAt: '81m',
        summary: 'Records of orders lose fields',
        description:
          'About 40 records of orders that were checked within 10 minutes would lose fields, or be refused, at a consumer that holds to their schema: type_flip.',
      },
    ],
  },
  {
    name: 'KafkaSchemaDrops: a batch of bad records for eight minutes',
    until: '60m',
    series: [affected(stages(steady(0), ['10m', growing(1)], ['18m', steady(480)]))],
    fires: [],
    silent: ['KafkaSchemaDrops'],
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: two of them, while a database is down',
    until: '40m',
    series: [
      undecodable(stages(steady(0), ['10m', steady(2)])),
      up({ dependency: 'orders-db', kind: 'postgres' }, steady(0)),
      up(registry, steady(1)),
    ],
    fires: [
      { alert: 'KafkaDependencyDown', labels: { dependency: 'orders-db', kind: 'postgres' }, at: '2m' },
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: broken,
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
        summary: 'Records of orders cannot be decoded',
        description:
          'About 2 records of orders cannot be decoded: undecodable. A consumer that decodes them fails as well.',
      },
    ],
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: ids that nobody knows while the registry is down',
    until: '60m',
    series: [
      undecodable(stages(steady(0), ['10m', growing(1)], ['28m', steady(1080)]), unknown),
      up(registry, stages(steady(1), ['8m', steady(0)], ['30m', steady(1)])),
    ],
    fires: [{ alert: 'KafkaDependencyDown', labels: registry, at: '10m', overAt: '35m' }],
    silent: ['KafkaSchemaRecordsUndecodable'],
    slack: '2m',
  },
  {
    name: 'KafkaSchemaWatchBlind: more comes than can be read',
    until: '100m',
    series: [
      counted('records_unsampled', stages(steady(0), ['10m', passing], ['60m', steady(12_000)])),
      counted('records_checked', steady(50)),
      counted('fallback_decodes', steady(0)),
      undecodable(steady(0)),
      undecodable(steady(0), unknown),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaSchemaWatchBlind',
        labels: ORDERS,
        notAt: '25m',
        at: '26m',
        stillAt: '78m',
        overAt: '81m',
        summary: 'No record of orders is checked',
        description:
          'About 3600 records have come to orders in 15 minutes, and not one was looked at: what its schema is worth is not known.',
      },
    ],
  },
  {
    name: 'KafkaSchemaWatchBlind: a topic that may not be read, one that is read, and one that is not watched',
    until: '70m',
    series: [
      ...[0, 1].map(partition => written(stages(steady(100), ['10m', growing(2, 100)]), ORDERS, partition)),
      ...(['records_unsampled', 'records_checked', 'fallback_decodes'] as const).map(outcome =>
        counted(outcome, steady(50)),
      ),
      written(growing(2), { topic: 'refunds' }),
      counted('records_unsampled', steady(0), { topic: 'refunds' }),
      counted('records_checked', rarely, { topic: 'refunds' }),
      written(growing(2), { topic: 'audit' }),
    ],
    fires: [
      {
        alert: 'KafkaSchemaWatchBlind',
        labels: ORDERS,
        notAt: '25m',
        at: '26m',
        stillAt: '70m',
        summary: 'No record of orders is checked',
        description:
          'About 3600 records have come to orders in 15 minutes, and not one was looked at: what its schema is worth is not known.',
      },
    ],
  },
  {
    name: 'KafkaSchemaWatchBlind: a sample is checked, or read without its schema, or impossible to decode',
    until: '50m',
    series: [
      ...['orders', 'refunds', 'audit'].map(topic => counted('records_unsampled', passing, { topic })),
      counted('records_checked', rarely),
      counted('fallback_decodes', rarely, { topic: 'refunds' }),
      undecodable(rarely, { topic: 'audit', reason: 'undecodable' }),
    ],
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: { topic: 'audit', reason: 'undecodable' },
        at: '14m',
        stillAt: '50m',
      },
    ],
    silent: ['KafkaSchemaWatchBlind'],
  },
]
