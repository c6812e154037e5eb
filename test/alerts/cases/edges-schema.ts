import { type AlertCase, type Labels, series } from '../promtool/alert-case.ts'
import { replaced } from '../promtool/replaced.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'
import { affected, broken, counted, flipped, ORDERS, registry, undecodable, unknown, up } from './schema.ts'

const only = 'kafka-schema'
const asItIs = {
  'one scrape in ten missing': 'it is about missing scrapes',
  'a pair of exporters': 'it tells of several exporters itself',
}

const ofPair = (labels: Labels, a: Timeline, b: Timeline): readonly (readonly [Labels, Timeline])[] => [
  [{ ...labels, instance: 'a' }, a],
  [{ ...labels, instance: 'b' }, b],
]

export const SCHEMA_EDGES: readonly AlertCase[] = [
  {
    name: 'KafkaSchemaDrops: one in nine minutes, through the replacement of the exporter',
    only,
    until: '60m',
    series: replaced('28m', t => Math.floor(t / 540), affected),
    fires: [{ alert: 'KafkaSchemaDrops', labels: flipped, notAt: '28m', at: '29m', stillAt: '60m' }],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: three while the exporter was away',
    only,
    until: '80m',
    series: [undecodable(stages(steady(10), ['10m', absent], ['40m', steady(13)]))],
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: broken,
        notAt: '39m',
        at: '40m',
        stillAt: '58m',
        overAt: '61m',
      },
    ],
    without: { 'one scrape in ten missing': 'it is about missing scrapes' },
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: three while the exporter was away for two hours',
    only,
    until: '3h',
    series: [undecodable(stages(steady(10), ['10m', absent], ['130m', steady(13)]))],
    fires: [],
    silent: ['KafkaSchemaRecordsUndecodable'],
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: through the replacement of the exporter',
    only,
    until: '40m',
    series: replaced('11m', stages(steady(0), ['10m', steady(2)]), undecodable),
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: broken,
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: one, while the exporter is replaced',
    only,
    until: '60m',
    series: replaced('10m', steady(40), undecodable, steady(41)),
    fires: [
      { alert: 'KafkaSchemaRecordsUndecodable', labels: broken, notAt: '24m', at: '25m', overAt: '31m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: at once after a registry that was away for a minute, and half an hour later',
    only,
    until: '60m',
    series: [
      undecodable(stages(steady(0), ['5m', growing(1)], ['6m', steady(60)], ['36m', steady(61)]), unknown),
      up(registry, stages(steady(1), ['5m', steady(0)], ['6m', steady(1)])),
    ],
    fires: [
      { alert: 'KafkaSchemaRecordsUndecodable', labels: unknown, notAt: '35m', at: '36m', overAt: '57m' },
    ],
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: bytes that are none, while the registry was away for a minute, and ids',
    only,
    until: '30m',
    series: [
      undecodable(stages(steady(0), ['10m', steady(2)])),
      undecodable(stages(steady(0), ['10m', steady(2)]), unknown),
      up(registry, stages(steady(1), ['5m', steady(0)], ['6m', steady(1)])),
    ],
    // The ids when the minute is out of the window.
    fires: [
      { alert: 'KafkaSchemaRecordsUndecodable', labels: broken, notAt: '9m', at: '10m', overAt: '31m' },
      { alert: 'KafkaSchemaRecordsUndecodable', labels: unknown, notAt: '20m', at: '21m', overAt: '31m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: a registry that one of a pair cannot reach',
    only,
    until: '30m',
    series: [
      undecodable(stages(steady(0), ['10m', steady(2)])),
      undecodable(stages(steady(0), ['10m', steady(2)]), unknown),
      up({ ...registry, instance: 'a' }, steady(1)),
      up({ ...registry, instance: 'b' }, steady(0)),
    ],
    fires: [
      { alert: 'KafkaSchemaRecordsUndecodable', labels: broken, notAt: '9m', at: '10m' },
      { alert: 'KafkaSchemaRecordsUndecodable', labels: unknown, notAt: '9m', at: '10m' },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaWatchBlind: from a quarter of an hour after the last record that was looked at',
    only,
    until: '60m',
    series: [
      ...['orders', 'refunds', 'audit'].map(topic => counted('records_unsampled', growing(4), { topic })),
      ...[
        counted('records_checked', growing(1 / 15)),
        counted('fallback_decodes', growing(1 / 15), { topic: 'refunds' }),
        undecodable(growing(1 / 15), { topic: 'audit', reason: 'undecodable' }),
      ].map(one => ({ ...one, timeline: stages(one.timeline, ['10m', steady(40)]) })),
    ],
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: { topic: 'audit', reason: 'undecodable' },
        at: '1m',
        overAt: '31m',
      },
      ...['orders', 'refunds', 'audit'].map(topic => ({
        alert: 'KafkaSchemaWatchBlind',
        labels: { topic },
        notAt: '39m',
        at: '40m',
      })),
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaWatchBlind: a replica that is blind, and one that looks',
    only,
    until: '40m',
    series: [
      ...['orders', 'refunds', 'audit'].map(topic => counted('records_unsampled', growing(4), { topic })),
      ...ofPair(ORDERS, steady(0), growing(1)).map(([labels, timeline]) =>
        counted('records_checked', timeline, labels),
      ),
      ...ofPair({ topic: 'refunds' }, steady(0), growing(1)).map(([labels, timeline]) =>
        counted('fallback_decodes', timeline, labels),
      ),
      ...ofPair({ topic: 'audit', reason: 'undecodable' }, steady(0), growing(1)).map(([labels, timeline]) =>
        undecodable(timeline, labels),
      ),
    ],
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: { topic: 'audit', reason: 'undecodable' },
        at: '1m',
        stillAt: '40m',
      },
    ],
    silent: ['KafkaSchemaWatchBlind'],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaWatchBlind: one record in a quarter of an hour is enough, and one of a pair that passes it over',
    only,
    until: '40m',
    series: ofPair(ORDERS, t => Math.floor((t + 60) / 900), steady(0)).map(([labels, timeline]) =>
      counted('records_unsampled', timeline, labels),
    ),
    fires: [{ alert: 'KafkaSchemaWatchBlind', labels: ORDERS, notAt: '28m', at: '29m', stillAt: '40m' }],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaDrops: seen by one of a pair, one in nine minutes',
    only,
    until: '60m',
    series: ofPair(flipped, t => Math.floor(t / 540), steady(0)).map(([labels, timeline]) =>
      affected(timeline, labels),
    ),
    fires: [{ alert: 'KafkaSchemaDrops', labels: flipped, notAt: '28m', at: '29m', stillAt: '60m' }],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaRecordsUndecodable: three, counted by one of a pair, while both were away',
    only,
    until: '60m',
    series: ofPair(
      broken,
      stages(steady(10), ['10m', absent], ['40m', steady(13)]),
      stages(steady(2), ['10m', absent], ['40m', steady(2)]),
    ).map(([labels, timeline]) => undecodable(timeline, labels)),
    fires: [
      {
        alert: 'KafkaSchemaRecordsUndecodable',
        labels: broken,
        notAt: '39m',
        at: '40m',
        summary: 'Records of orders cannot be decoded',
        description:
          'About 3 records of orders cannot be decoded: undecodable. A consumer that decodes them fails as well.',
      },
    ],
    without: asItIs,
  },
  {
    name: 'KafkaSchemaWatchBlind: through the replacement of the exporter',
    only,
    until: '50m',
    series: replaced('20m', stages(steady(0), ['10m', growing(4)]), timeline =>
      series('kafka_schema_records_unsampled_total', ORDERS, timeline),
    ),
    fires: [{ alert: 'KafkaSchemaWatchBlind', labels: ORDERS, notAt: '25m', at: '26m', stillAt: '50m' }],
    without: asItIs,
  },
]
