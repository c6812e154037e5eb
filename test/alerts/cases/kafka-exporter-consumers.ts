import { DEFAULT_THRESHOLDS } from '../../../src/rules/thresholds.ts'
import { type AlertCase, type Series, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const payments = { consumergroup: 'payments' }
const onOrders = { ...payments, topic: 'orders' }
const kafkaExporter = { set: 'kafka-exporter' } as const

/** A partition by what is committed and where its log ends. */
const partition = (id: string, committed: Timeline, end: Timeline, labels = onOrders): readonly Series[] => [
  series('kafka_consumergroup_current_offset', { ...labels, partition: id }, committed),
  series('kafka_consumergroup_lag', { ...labels, partition: id }, t => {
    const [c, e] = [committed(t), end(t)]
    // As kafka_exporter has it: -1 without a commit.
    return c === null || e === null ? null : c < 0 ? -1 : e - c
  }),
]
const members = (timeline: Timeline) => series('kafka_consumergroup_members', payments, timeline)
const lagSum = (timeline: Timeline) => series('kafka_consumergroup_lag_sum', onOrders, timeline)

const stuck = (name: string, until: string, all: readonly Series[]): AlertCase => ({
  ...kafkaExporter,
  name: `on offsets: ${name}`,
  until,
  series: [members(steady(3)), ...all],
  fires: [],
  silent: ['KafkaConsumerPartitionStuck'],
})

/** What is committed every so many seconds of a log that grows by one a second. */
const every =
  (seconds: number): Timeline =>
  t =>
    Math.floor(t / seconds) * seconds

export const KAFKA_EXPORTER_CONSUMERS: readonly AlertCase[] = [
  {
    ...kafkaExporter,
    name: 'on offsets: one partition of fifty is wedged while its siblings move',
    until: '60m',
    series: [
      members(steady(3)),
      ...Array.from({ length: 49 }, (_, i) => partition(String(i), growing(1), growing(1, 5))).flat(),
      ...partition('49', stages(growing(1), ['10m', steady(600)], ['40m', growing(1, 2400)]), growing(1, 5)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerPartitionStuck',
        labels: { ...onOrders, partition: '49' },
        notAt: '24m',
        at: '27m',
        stillAt: '44m',
        overAt: '50m',
        summary: 'payments is stuck on orders/49',
        description:
          'payments has had at least 1025 messages to read on orders/49 for 15 minutes and has not committed.',
      },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a poison pill with 5 messages left and no inflow',
    until: '30m',
    series: [members(steady(1)), ...partition('0', steady(100), steady(105))],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerPartitionStuck',
        labels: { ...onOrders, partition: '0' },
        notAt: '11m',
        at: '17m',
      },
    ],
  },
  stuck(
    'a healthy trickle',
    '60m',
    partition(
      '0',
      t => 10 * Math.floor(t / 300),
      t => 10 * Math.floor((t + 30) / 300),
    ),
  ),
  stuck('a constant healthy lag of 20,000', '60m', partition('0', growing(100), growing(100, 20_000))),
  stuck('an idle topic', '60m', partition('0', steady(100), steady(100))),
  stuck(
    'the first message of a sparse topic',
    '60m',
    partition('0', stages(steady(100), ['35m', steady(110)]), stages(steady(100), ['30m', steady(110)])),
  ),
  stuck('a job that commits every 10 minutes', '60m', partition('0', every(600), growing(1, 10))),
  stuck('a job of 8 minutes', '60m', partition('0', every(480), growing(1, 10))),
  stuck(
    'a deploy with a rebalance',
    '60m',
    partition('0', stages(growing(1), ['20m', steady(1200)], ['24m', growing(1, 1440)]), growing(1, 5)),
  ),
  stuck('the marker of a transaction', '60m', partition('0', steady(100), steady(101))),
  stuck('a partition without a commit', '60m', partition('0', steady(-1), growing(1, 10))),
  {
    ...stuck('a group scaled to zero without a backlog', '60m', partition('0', steady(100), steady(100))),
    series: [
      members(stages(steady(3), ['10m', steady(0)])),
      ...partition('0', steady(100), steady(100)),
      lagSum(steady(0)),
    ],
    silent: ['KafkaConsumerPartitionStuck', 'KafkaConsumerGroupWithoutConsumer', 'KafkaConsumerGroupMissing'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a group without members and with a backlog',
    until: '60m',
    series: [
      members(stages(steady(3), ['10m', steady(0)], ['40m', steady(3)])),
      ...partition('0', stages(steady(100), ['40m', steady(200)]), stages(steady(100), ['10m', steady(200)])),
      lagSum(stages(steady(0), ['10m', steady(100)], ['40m', steady(0)])),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerGroupWithoutConsumer',
        labels: onOrders,
        notAt: '29m',
        at: '30m30s',
        stillAt: '44m',
        overAt: '46m',
        summary: 'payments has a backlog on orders and no consumer',
        description:
          'payments has had at least 100 messages to read on orders for 15 minutes, and no members.',
      },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: the group and its series vanish, and come back',
    until: '60m',
    series: [
      members(stages(steady(3), ['10m', absent], ['40m', steady(3)])),
      ...partition('0', stages(growing(1), ['10m', absent], ['40m', growing(1, 2400)]), growing(1, 5)),
      series('kafka_consumergroup_members', { consumergroup: 'billing' }, steady(2)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerGroupMissing',
        labels: payments,
        notAt: '22m',
        at: '23m30s',
        stillAt: '44m',
        overAt: '46m',
        summary: 'Consumer group payments is missing',
        description:
          'payments had members within the last six hours and is no longer there: it was deleted, or its commits have expired.',
      },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a console consumer that never had members while it was looked at, and an exporter that is away',
    until: '60m',
    series: [
      members(stages(steady(3), ['10m', absent], ['30m', steady(3)])),
      series('kafka_brokers', {}, stages(steady(3), ['10m', absent], ['30m', steady(3)])),
      series('kafka_consumergroup_members', { consumergroup: 'once' }, stages(steady(0), ['20m', absent])),
    ],
    fires: [{ alert: 'KafkaHealthExporterAbsent', labels: { job: '' }, at: '16m' }],
    silent: ['KafkaConsumerGroupMissing'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: console consumers that come and go, and an exporter that is deployed anew elsewhere',
    until: '60m',
    series: [
      series(
        'kafka_consumergroup_members',
        { consumergroup: 'console-consumer-71' },
        stages(steady(1), ['20m', absent]),
      ),
      series(
        'kafka_consumergroup_members',
        { ...payments, namespace: 'old' },
        stages(steady(3), ['20m', absent]),
      ),
      series(
        'kafka_consumergroup_members',
        { ...payments, namespace: 'new' },
        stages(absent, ['20m', steady(3)]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerGroupMissing'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a job that commits once an hour, where that is chosen',
    until: '3h',
    choices: { thresholds: { ...DEFAULT_THRESHOLDS, 'offsets-stuck-after': '2h' } },
    series: [members(steady(3)), ...partition('0', every(3600), growing(1, 10))],
    fires: [],
    silent: ['KafkaConsumerPartitionStuck'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a group is reset to the beginning',
    until: '60m',
    series: [
      members(steady(3)),
      ...partition('0', stages(growing(1, 1000), ['10m', growing(1, 0)]), growing(1, 1005)),
      ...partition('1', growing(1, 1000), growing(1, 1005)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerRewound',
        labels: onOrders,
        notAt: '9m30s',
        at: '10m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'payments went back on orders',
        description: '1 commits of payments on orders went back: what lies between is read a second time.',
      },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: commits that expire, and first ones',
    until: '40m',
    series: [
      members(steady(3)),
      ...partition('0', stages(steady(1000), ['10m', steady(-1)]), steady(1000)),
      ...partition('1', stages(steady(-1), ['10m', growing(1)]), growing(1, 5)),
    ],
    fires: [],
    silent: ['KafkaConsumerRewound', 'KafkaConsumerPartitionStuck'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: retention passes the consumer',
    until: '90m',
    series: [
      members(steady(1)),
      ...partition('0', stages(steady(500), ['60m', steady(2000)]), growing(1, 1000)),
      series(
        'kafka_topic_partition_oldest_offset',
        { topic: 'orders', partition: '0' },
        stages(steady(0), ['30m', steady(700)]),
      ),
      series(
        'kafka_consumergroup_current_offset',
        { consumergroup: 'new', topic: 'orders', partition: '0' },
        steady(-1),
      ),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerOffsetsLost',
        labels: onOrders,
        notAt: '30m30s',
        at: '31m',
        // When it happens, not for as long as the group stays where it was.
        stillAt: '49m',
        overAt: '51m',
        summary: 'payments has lost records of orders',
        description: '200 offsets of orders were deleted before payments had committed them.',
      },
      { alert: 'KafkaConsumerPartitionStuck', labels: { ...onOrders, partition: '0' }, at: '17m' },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: retention that stays behind the consumer, to the offset',
    until: '40m',
    series: [
      members(steady(1)),
      ...partition('0', steady(500), steady(500)),
      series('kafka_topic_partition_oldest_offset', { topic: 'orders', partition: '0' }, steady(500)),
    ],
    fires: [],
    silent: ['KafkaConsumerOffsetsLost'],
  },
  {
    ...kafkaExporter,
    name: 'on offsets: a slow leak',
    until: '6h',
    scrape: 60,
    only: 'kafka-exporter-consumers',
    series: [members(steady(3)), lagSum(stages(t => 500 + t, ['5h', steady(100)]))],
    slack: '3m',
    fires: [
      {
        alert: 'KafkaConsumerFallingBehind',
        labels: onOrders,
        notAt: '1h44m',
        at: '2h20m',
        stillAt: '5h14m',
        overAt: '5h20m',
        summary: 'payments is falling behind on orders',
        description: 'The lag of payments on orders grows by 1.0 messages a second.',
      },
    ],
  },
  ...(
    [
      ['a constant lag of 20,000', steady(20_000)],
      ['lag that jitters by a tenth', (t: number) => 20_000 + 2_000 * Math.sin(t / 500)],
      ['a job of every hour', (t: number) => 10 * (t % 3600)],
      ['a backlog that is worked off', (t: number) => Math.max(0, 90_000 - 5 * t)],
      ['growth of a few hundred', (t: number) => Math.min(999, 0.2 * t)],
    ] as const
  ).map(
    ([what, timeline]): AlertCase => ({
      ...kafkaExporter,
      name: `on offsets: ${what} is not falling behind`,
      until: '4h',
      scrape: 60,
      only: 'kafka-exporter-consumers',
      series: [members(steady(3)), lagSum(timeline)],
      fires: [],
      silent: ['KafkaConsumerFallingBehind', 'KafkaConsumerLagHigh'],
    }),
  ),
  {
    ...kafkaExporter,
    name: 'on offsets: more than 100,000 messages over all topics',
    until: '60m',
    series: [
      members(steady(3)),
      lagSum(stages(steady(60_000), ['10m', steady(60_001)], ['40m', steady(0)])),
      series('kafka_consumergroup_lag_sum', { ...payments, topic: 'refunds' }, steady(40_000)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerLagHigh',
        labels: payments,
        notAt: '24m30s',
        at: '25m',
        stillAt: '44m30s',
        overAt: '46m',
        summary: 'payments is many messages behind',
        description: 'payments has 100001 messages to go.',
      },
    ],
  },
]
