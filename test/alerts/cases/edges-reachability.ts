import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const ofOne = { 'a pair of exporters': 'it says itself what each of a pair tells' }
const exactly = { ...ofOne, 'one scrape in ten missing': 'the last sample is another one then' }
const orders = { topic: 'orders' }
const ordersDb = { dependency: 'orders-db', kind: 'postgres' }

/** What each of two exporters says. */
const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { instance: 'a', ...labels }, a),
  series(name, { instance: 'b', ...labels }, b),
]

/** One more every ten minutes: the least that ten minutes can show. */
const oneInTenMinutes: Timeline = t => Math.floor(t / 600)
const timedOut = { ...orders, code: 'REQUEST_TIMED_OUT' }
const errors = (timeline: Timeline) => series('kafka_topic_read_errors_total', timedOut, timeline)
const unreadable = (notAt: string, at: string): AlertCase['fires'][number] => ({
  alert: 'KafkaTopicUnreadable',
  labels: timedOut,
  notAt,
  at,
})

const TOPICS: readonly AlertCase[] = [
  {
    name: 'topics: one that is deleted while it has no leader; for three minutes its last sample holds',
    until: '40m',
    series: [
      series('kafka_topic_up', orders, stages(steady(1), ['5m', steady(0)])),
      series('kafka_topic_partitions', orders, stages(steady(6), ['20m', absent])),
    ],
    fires: [
      {
        alert: 'KafkaTopicPartitionOffline',
        labels: orders,
        notAt: '9m30s',
        at: '10m',
        stillAt: '24m30s',
        overAt: '25m30s',
      },
      { alert: 'KafkaTopicMissing', labels: orders, notAt: '27m30s', at: '28m' },
    ],
    without: exactly,
  },
  {
    name: 'KafkaUnderReplicatedPartitions: a single one, which one of two exporters sees',
    until: '20m',
    series: [
      ...pair('kafka_topic_partitions', orders, steady(1), steady(1)),
      ...pair(
        'kafka_topic_partition_under_replicated_partition',
        { ...orders, partition: '0' },
        steady(1),
        steady(0),
      ),
    ],
    fires: [{ alert: 'KafkaUnderReplicatedPartitions', labels: {}, at: '6m' }],
    without: ofOne,
  },
  {
    name: 'KafkaTopicUnreadable: for one of two exporters, now and then; the other sees neither topic nor cluster',
    until: '60m',
    series: [
      ...pair(
        'kafka_topic_read_errors_total',
        timedOut,
        stages(oneInTenMinutes, ['35m', steady(3)]),
        steady(0),
      ),
      ...pair('kafka_topic_up', orders, steady(1), steady(0)),
      ...pair('kafka_up', {}, steady(1), steady(0)),
      series('kafka_topic_partitions', orders, steady(6)),
    ],
    fires: [{ ...unreadable('24m30s', '25m'), stillAt: '44m30s', overAt: '46m' }],
    without: ofOne,
  },
  {
    name: 'KafkaTopicUnreadable: three minutes after the last word of its topic',
    until: '45m',
    series: [
      errors(t => Math.floor(t / 15)),
      series('kafka_topic_up', orders, stages(steady(0), ['20m', absent])),
      series('kafka_topic_partitions', orders, steady(6)),
    ],
    fires: [{ alert: 'KafkaTopicPartitionOffline', labels: orders, at: '5m' }, unreadable('37m30s', '38m')],
    without: exactly,
  },
  {
    name: 'KafkaTopicUnreadable: three minutes after the last word of its cluster',
    until: '45m',
    series: [
      errors(t => Math.floor(t / 15)),
      series('kafka_topic_up', orders, steady(1)),
      series('kafka_up', {}, stages(steady(0), ['20m', absent])),
    ],
    fires: [
      { alert: 'KafkaClusterUnreachable', labels: {}, at: '2m' },
      { alert: 'KafkaHealthExporterClusterUnobserved', labels: {}, at: '30m' },
      unreadable('37m30s', '38m'),
    ],
    without: exactly,
  },
  {
    name: 'KafkaTopicUnreadable: ten minutes after a broker was down',
    until: '45m',
    series: [
      errors(t => Math.floor(t / 15)),
      series('kafka_topic_up', orders, steady(1)),
      series('kafka_broker_up', { id: '1' }, stages(steady(1), ['5m', steady(0)], ['6m', steady(1)])),
    ],
    fires: [unreadable('30m30s', '31m')],
    without: exactly,
  },
  {
    name: 'KafkaTopicFutureTimestamps: a single one, which one of two exporters has seen',
    until: '80m',
    scrape: 30,
    series: pair(
      'kafka_topic_future_timestamps_total',
      orders,
      stages(steady(4), ['65m', steady(5)]),
      steady(4),
    ),
    fires: [{ alert: 'KafkaTopicFutureTimestamps', labels: orders, notAt: '69m30s', at: '70m' }],
    without: ofOne,
  },
]

/** Checks a second by how long they take: up to 0.1 s, 0.25 s, 0.5 s. */
const checks = (instance: string, quick: number, middling: number, slow: number): readonly Series[] =>
  (
    [
      ['0.1', quick],
      ['0.25', quick + middling],
      ['0.5', quick + middling + slow],
      ['+Inf', quick + middling + slow],
    ] as const
  ).map(([le, perSecond]) =>
    series(
      'kafka_health_dependency_ping_duration_seconds_bucket',
      { ...ordersDb, instance, le },
      t => t * perSecond,
    ),
  )
const isUp = 'kafka_health_dependency_up'

const DEPENDENCY: readonly AlertCase[] = [
  {
    name: 'KafkaDependencySlow: the checks of two exporters are taken together',
    until: '30m',
    series: [...checks('a', 92, 0, 8), ...checks('b', 90, 0, 0)],
    fires: [],
    silent: ['KafkaDependencySlow'],
    without: ofOne,
  },
  {
    name: 'KafkaDependencySlow: half of the checks take up to a quarter of a second',
    until: '30m',
    series: checks('a', 50, 50, 0),
    fires: [],
    silent: ['KafkaDependencySlow'],
    without: ofOne,
  },
  {
    name: 'KafkaDependencySlow: one of two exporters cannot reach it',
    until: '30m',
    series: [...checks('a', 50, 0, 50), ...pair(isUp, ordersDb, steady(1), steady(0))],
    fires: [{ alert: 'KafkaDependencySlow', labels: ordersDb, at: '12m' }],
    without: ofOne,
  },
  {
    name: 'KafkaDependencySlow: three minutes after the last word that it is down',
    until: '40m',
    series: [...checks('a', 50, 0, 50), series(isUp, ordersDb, stages(steady(0), ['20m', absent]))],
    fires: [
      { alert: 'KafkaDependencyDown', labels: ordersDb, at: '2m' },
      { alert: 'KafkaDependencySlow', labels: ordersDb, notAt: '32m30s', at: '33m' },
    ],
    without: exactly,
  },
]

const TARGET: readonly AlertCase[] = [
  {
    name: 'KafkaHealthExporterTargetDown: for a day after it was an exporter',
    until: '26h',
    only: 'kafka-health-exporter',
    scrape: 60,
    series: [
      series('up', {}, stages(steady(1), ['1h', steady(0)])),
      series('kafka_health_exporter_build_info', {}, stages(steady(1), ['1h', absent])),
    ],
    fires: [
      {
        alert: 'KafkaHealthExporterTargetDown',
        labels: { instance: 'a' },
        notAt: '1h4m30s',
        at: '1h5m',
        stillAt: '25h',
        overAt: '25h8m',
      },
      { alert: 'KafkaHealthExporterAbsent', labels: { job: '' }, at: '2h' },
    ],
    without: exactly,
  },
]

export const REACHABILITY_EDGES: readonly AlertCase[] = [...TOPICS, ...DEPENDENCY, ...TARGET]
