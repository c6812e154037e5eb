import { type AlertCase, type Series, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const jmx = { set: 'jmx-exporter' } as const
const MIB = 1 << 20

/** The counters of two brokers for a topic that half of it is led by each. */
const bytes = (direction: 'in' | 'out', topic: string, total: Timeline): readonly Series[] =>
  ['kafka-0:7071', 'kafka-1:7071'].map(instance =>
    series(
      `kafka_server_brokertopicmetrics_bytes${direction}_total`,
      { job: 'jmx', instance, topic },
      t => (total(t) ?? 0) / 2,
    ),
  )
const groups = (topic: string, count: number) =>
  series('kafka_topic_consumergroups', { topic }, steady(count))
const lag = (topic: string, partition: string, timeline: Timeline, consumergroup = 'replay') =>
  series('kafka_consumergroup_lag_seconds', { consumergroup, topic, partition }, timeline)
const reads = (consumergroup: string, topic: string, rewinds = 0) =>
  series('kafka_consumergroup_rewinds_total', { consumergroup, topic }, steady(rewinds))
const largest = (consumergroup: string, timeline: Timeline, instance = 'a') =>
  series('kafka_consumergroup_lag_seconds_max', { consumergroup, instance }, timeline)
/** Three times what is written is read: two megabytes a second too many for one group. */
const trebled = (topic: string) => [
  ...bytes('in', topic, growing(MIB)),
  ...bytes('out', topic, growing(3 * MIB)),
]
const unknown = (topic: string, times: Omit<AlertCase['fires'][number], 'alert' | 'labels'>) => ({
  alert: 'KafkaTopicReadByUnknown',
  labels: { job: '', topic },
  ...times,
})

export const JMX: readonly AlertCase[] = [
  {
    ...jmx,
    name: 'KafkaTopicReadByUnknown: two megabytes a second beyond what two groups explain',
    until: '90m',
    series: [
      ...bytes('in', 'orders', growing(MIB)),
      ...bytes('out', 'orders', t => 2 * MIB * t + 2 * MIB * Math.min(Math.max(0, t - 600), 2400)),
      groups('orders', 2),
    ],
    slack: '4m',
    fires: [
      {
        alert: 'KafkaTopicReadByUnknown',
        labels: { job: '', topic: 'orders' },
        // Half of it counts when half of the 15 minutes are over, then 15 more.
        notAt: '31m',
        at: '36m',
        stillAt: '70m',
        overAt: '76m',
      },
    ],
    without: { 'a pair of exporters': 'these are the brokers’ own counters' },
  },
  {
    ...jmx,
    name: 'KafkaTopicReadByUnknown: its texts, of a topic that nobody commits on',
    until: '40m',
    series: [
      ...bytes('in', 'orders', growing(MIB)),
      ...bytes('out', 'orders', growing(3 * MIB)),
      groups('orders', 0),
    ],
    fires: [
      {
        alert: 'KafkaTopicReadByUnknown',
        labels: { job: '', topic: 'orders' },
        notAt: '19m',
        at: '22m',
        summary: 'Something reads orders without a group',
        description:
          '3MiB/s are read of orders beyond what its groups explain, and none of them is catching up.',
      },
    ],
    without: { 'a pair of exporters': 'these are the brokers’ own counters' },
  },
  {
    ...jmx,
    name: 'KafkaTopicReadByUnknown: what groups explain, one that catches up, less than a megabyte',
    until: '60m',
    series: [
      ...bytes('in', 'orders', growing(MIB)),
      ...bytes('out', 'orders', growing(2 * MIB)),
      groups('orders', 2),
      ...bytes('in', 'refunds', growing(MIB)),
      ...bytes('out', 'refunds', growing(20 * MIB)),
      groups('refunds', 1),
      series(
        'kafka_consumergroup_lag_seconds',
        { consumergroup: 'replay', topic: 'refunds', partition: '0' },
        stages(t => 90_000 - 20 * t, ['50m', steady(10_000)]),
      ),
      ...bytes('in', 'invoices', growing(MIB)),
      ...bytes('out', 'invoices', growing(2 * MIB - 1)),
      groups('invoices', 1),
    ],
    fires: [],
    silent: ['KafkaTopicReadByUnknown'],
    without: { 'a pair of exporters': 'these are the brokers’ own counters' },
  },
  {
    ...jmx,
    name: 'KafkaTopicReadByUnknown: groups whose partitions are not published, one of them in part',
    until: '50m',
    series: [
      ...trebled('catching-up'),
      groups('catching-up', 1),
      reads('coarse', 'catching-up'),
      reads('prompt', 'catching-up'),
      ...trebled('late'),
      groups('late', 1),
      reads('prompt', 'late', 4),
      ...trebled('caught-up'),
      groups('caught-up', 1),
      reads('coarse', 'caught-up'),
      lag('caught-up', '0', steady(9), 'coarse'),
      ...trebled('recovered'),
      groups('recovered', 1),
      reads('replay', 'recovered'),
      largest('coarse', stages(steady(301), ['10m', steady(0)], ['20m', steady(301)])),
      largest('coarse', steady(0), 'b'),
      largest('prompt', steady(300)),
      largest('replay', stages(steady(9000), ['10m', steady(0)])),
    ],
    fires: [
      unknown('late', { notAt: '21m', at: '24m' }),
      unknown('caught-up', { notAt: '21m', at: '24m' }),
      unknown('recovered', { notAt: '39m30s', at: '40m' }),
    ],
    without: { 'a pair of exporters': 'these are the brokers’ own counters' },
  },
  {
    ...jmx,
    name: 'KafkaTopicReadByUnknown: what windows, holds and replicas decide',
    until: '70m',
    series: [
      // Nothing is written any more: of 15 minutes, five have to be over until a megabyte is too many.
      ...bytes('in', 'written-no-more', t => 3 * MIB * Math.min(t, 1800)),
      ...bytes('out', 'written-no-more', growing(3 * MIB)),
      groups('written-no-more', 1),
      ...trebled('forgotten'),
      series('kafka_topic_consumergroups', { topic: 'forgotten' }, stages(steady(1), ['40m', absent])),
      ...trebled('disputed'),
      ...(['a', 'b'] as const).map((instance, i) =>
        series('kafka_topic_consumergroups', { topic: 'disputed', instance }, steady([3, 1][i] as number)),
      ),
      ...bytes('in', 'a-megabyte', growing(MIB)),
      ...bytes('out', 'a-megabyte', growing(2 * MIB)),
      groups('a-megabyte', 1),
      ...trebled('caught-up'),
      groups('caught-up', 1),
      lag('caught-up', '0', stages(steady(9000), ['30m', steady(0)])),
      ...trebled('late'),
      groups('late', 1),
      lag('late', '0', steady(300)),
      ...trebled('catching-up'),
      groups('catching-up', 1),
      lag('catching-up', '0', steady(301)),
      lag('catching-up', '1', steady(0)),
    ],
    fires: [
      unknown('late', { notAt: '21m', at: '24m' }),
      unknown('written-no-more', { notAt: '49m30s', at: '50m30s' }),
      unknown('forgotten', { at: '24m', stillAt: '57m30s', overAt: '58m' }),
      unknown('caught-up', { notAt: '59m30s', at: '60m' }),
    ],
    without: {
      'one scrape in ten missing': 'the last sample is another one then',
      'a pair of exporters': 'these are the brokers’ own counters',
    },
  },
]
