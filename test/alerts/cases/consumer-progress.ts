import type { AlertCase, Labels } from '../promtool/alert-case.ts'
import { series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady } from '../promtool/timeline.ts'

const unhealthy = (state: string, labels: Labels, timeline: Parameters<typeof series>[2]) =>
  series('kafka_consumergroup_partition_unhealthy_seconds', { ...labels, state }, timeline)
const payments = { consumergroup: 'payments', topic: 'orders' }

/** A partition that comes into a state at ten minutes, then for `threshold`, and leaves it at 25 minutes. */
const spell = (threshold: number) => stages(absent, ['10m', growing(1, threshold)], ['25m', absent])

/** An alert on a clock: it fires as soon as the state is there, and for 5 minutes after it has gone. */
const onAState = (
  alert: string,
  state: string,
  threshold: number,
  labels: Labels,
  texts: { summary: string; description: string },
): AlertCase => ({
  name: `${alert}: fires with the state and ends after it`,
  until: '40m',
  series: [unhealthy(state, { ...payments, partition: '3' }, spell(threshold))],
  fires: [
    {
      alert,
      labels: { ...labels, state },
      notAt: '9m30s',
      at: '10m',
      stillAt: '29m',
      overAt: '31m',
      ...texts,
    },
  ],
})

export const CONSUMER_PROGRESS: readonly AlertCase[] = [
  onAState(
    'KafkaConsumerPartitionStuck',
    'stalled',
    300,
    { ...payments, partition: '3' },
    {
      summary: 'payments is stuck on orders/3',
      description:
        'payments has work on orders/3 and has not advanced for 5m 0s: longer than it ever takes there.',
    },
  ),
  onAState('KafkaConsumerGroupWithoutConsumer', 'no_consumer', 900, payments, {
    summary: 'payments has a backlog on orders and no consumer',
    description:
      'Nobody has worked on the backlog of payments on orders for 15m 0s: the group has no members.',
  }),
  onAState('KafkaConsumerNeverCommits', 'never_committed', 900, payments, {
    summary: 'payments reads orders and never commits',
    description:
      'orders has been assigned to members of payments and has held data for 15m 0s, without a first commit: a restart begins anew, or skips what was not read.',
  }),
  onAState('KafkaHungTransaction', 'hung_transaction', 900, payments, {
    summary: 'A transaction on orders holds payments up',
    description:
      'payments has waited at a transaction on orders for 15m 0s: it was never ended, and nobody who reads committed data gets past it.',
  }),
  {
    name: 'KafkaConsumerPartitionStuck: one partition is one alert, in each cluster its own, and names its cluster',
    until: '20m',
    series: ['east', 'west'].flatMap(kafka_cluster =>
      ['0', '7'].map(partition =>
        unhealthy(
          'stalled',
          { kafka_cluster, ...payments, partition },
          stages(absent, ['5m', growing(1, 300)]),
        ),
      ),
    ),
    fires: ['east', 'west'].flatMap(kafka_cluster =>
      ['0', '7'].map(partition => ({
        alert: 'KafkaConsumerPartitionStuck',
        labels: { kafka_cluster, ...payments, partition, state: 'stalled' },
        notAt: '4m30s',
        at: '5m',
        stillAt: '20m',
      })),
    ),
  },
  {
    name: 'KafkaConsumerPartitionStuck: a state that flickers is one firing',
    until: '30m',
    series: [
      unhealthy('stalled', { ...payments, partition: '0' }, t =>
        t >= 300 && t < 1200 && t % 240 < 120 ? t : null,
      ),
    ],
    fires: [
      {
        alert: 'KafkaConsumerPartitionStuck',
        labels: { ...payments, partition: '0', state: 'stalled' },
        notAt: '4m30s',
        at: '8m',
        stillAt: '19m',
        overAt: '25m',
      },
    ],
  },
  {
    name: 'other states than its own leave each alert of a state silent',
    until: '20m',
    series: [
      series('kafka_consumergroup_partitions', { ...payments, state: 'stalled' }, steady(0)),
      series('kafka_consumergroup_partitions', { ...payments, state: 'advancing' }, steady(6)),
      series('kafka_consumergroup_partitions', { ...payments, state: 'unknown' }, steady(1)),
      unhealthy('abandoned', { ...payments, partition: '0' }, growing(1)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerTopicAbandoned',
        labels: { ...payments, state: 'abandoned' },
        notAt: '15m',
        at: '15m30s',
      },
    ],
    silent: [
      'KafkaConsumerPartitionStuck',
      'KafkaConsumerGroupWithoutConsumer',
      'KafkaConsumerNeverCommits',
      'KafkaHungTransaction',
    ],
  },
  {
    name: 'KafkaConsumerTopicAbandoned: after its patience, by the partition that is longest so',
    until: '40m',
    series: [
      unhealthy('abandoned', { ...payments, partition: '0' }, stages(growing(1), ['25m', absent])),
      unhealthy('abandoned', { ...payments, partition: '1' }, stages(growing(1, 60), ['25m', absent])),
    ],
    fires: [
      {
        alert: 'KafkaConsumerTopicAbandoned',
        labels: { ...payments, state: 'abandoned' },
        notAt: '14m',
        at: '14m30s',
        overAt: '31m',
        summary: 'payments no longer reads orders',
        description:
          'payments has commits on orders, but for 15m 30s none of its members has read it. If that is meant, delete its offsets there.',
      },
    ],
  },
  {
    name: 'KafkaConsumerTopicAbandoned: a deploy in which nobody reads a topic for ten minutes',
    until: '30m',
    series: [
      unhealthy(
        'abandoned',
        { ...payments, partition: '0' },
        stages(absent, ['5m', growing(1)], ['20m', absent]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerTopicAbandoned'],
  },
  {
    name: 'KafkaConsumerGroupMissing: after 5 minutes, until it is back',
    until: '40m',
    series: [
      series(
        'kafka_consumergroup_exists',
        { consumergroup: 'payments' },
        stages(steady(1), ['10m', steady(0)], ['25m', steady(1)]),
      ),
      series('kafka_consumergroup_exists', { consumergroup: 'billing' }, steady(1)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerGroupMissing',
        labels: { consumergroup: 'payments' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'Consumer group payments is missing',
        description:
          'payments is expected by the configuration, and its coordinator does not know it: it was never started, was deleted, or its commits have expired.',
      },
    ],
  },
  {
    name: 'KafkaConsumerGroupMissing: made anew within 5 minutes',
    until: '20m',
    series: [
      series(
        'kafka_consumergroup_exists',
        { consumergroup: 'payments' },
        stages(steady(1), ['5m', steady(0)], ['9m', steady(1)]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerGroupMissing'],
  },
  {
    name: 'KafkaConsumerRewound: at once, for its window and 5 minutes',
    until: '45m',
    series: [
      series('kafka_consumergroup_rewinds_total', payments, stages(steady(4), ['10m', steady(6)])),
      series('kafka_consumergroup_rewinds_total', { consumergroup: 'billing', topic: 'orders' }, steady(3)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerRewound',
        labels: payments,
        notAt: '9m30s',
        at: '10m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'payments went back on orders',
        description:
          'About 2 commits of payments on orders went back: what lies between is read a second time.',
      },
    ],
  },
  {
    name: 'KafkaConsumerRewound: a counter that begins again with the exporter',
    until: '30m',
    series: [
      series(
        'kafka_consumergroup_rewinds_total',
        payments,
        stages(steady(4), ['10m', absent], ['11m', steady(0)]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerRewound'],
  },
  {
    name: 'KafkaConsumerCommitBeyondEnd: after 5 minutes',
    until: '40m',
    series: [
      series(
        'kafka_consumergroup_commits_beyond_end',
        payments,
        stages(steady(0), ['10m', steady(2)], ['25m', steady(0)]),
      ),
    ],
    fires: [
      {
        alert: 'KafkaConsumerCommitBeyondEnd',
        labels: payments,
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'payments has committed beyond the end of orders',
        description:
          'On 2 partitions of orders the commit of payments lies beyond the end: the log was truncated or made anew, or the commit is wrong.',
      },
    ],
  },
  {
    name: 'KafkaConsumerCommitBeyondEnd: an end that was read late once',
    until: '20m',
    series: [
      series(
        'kafka_consumergroup_commits_beyond_end',
        payments,
        stages(steady(0), ['5m', steady(1)], ['6m', steady(0)]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerCommitBeyondEnd'],
  },
  {
    name: 'KafkaConsumerRebalanceStorm: one a minute, for longer than a deploy',
    until: '150m',
    // 11 in 30 minutes are there at 21 minutes; half an hour later it is told.
    series: [
      series('kafka_consumergroup_rebalances_total', { consumergroup: 'payments' }, t =>
        Math.floor(Math.min(Math.max(0, t - 600), 4800) / 60),
      ),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaConsumerRebalanceStorm',
        labels: { consumergroup: 'payments' },
        notAt: '49m',
        at: '52m',
        stillAt: '105m',
        overAt: '120m',
      },
    ],
  },
  {
    name: 'KafkaConsumerRebalanceStorm: its texts',
    until: '60m',
    series: [
      series('kafka_consumergroup_rebalances_total', { consumergroup: 'payments' }, t => Math.floor(t / 30)),
    ],
    fires: [
      {
        alert: 'KafkaConsumerRebalanceStorm',
        labels: { consumergroup: 'payments' },
        at: '59m',
        summary: 'payments rebalances again and again',
        description:
          'payments has rebalanced about 60 times in 30 minutes, for longer than a deploy takes. Its members come and go, or take longer than max.poll.interval.ms.',
      },
    ],
  },
  {
    name: 'KafkaConsumerRebalanceStorm: a deploy of twenty minutes, one rebalance a minute',
    until: '90m',
    series: [
      series('kafka_consumergroup_rebalances_total', { consumergroup: 'payments' }, t =>
        Math.floor(Math.min(Math.max(0, t - 600), 1200) / 60),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerRebalanceStorm'],
  },
  {
    name: 'KafkaConsumerRebalanceStorm: three in ten minutes, at the edge of both counts',
    until: '120m',
    // Nine in thirty minutes are not more than ten.
    series: [
      series('kafka_consumergroup_rebalances_total', { consumergroup: 'payments' }, t => Math.floor(t / 200)),
      // Eleven in thirty minutes, but in one burst a half hour: never more than two in each ten.
      series(
        'kafka_consumergroup_rebalances_total',
        { consumergroup: 'billing' },
        t => 12 * Math.floor(t / 3600),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerRebalanceStorm'],
  },
  {
    name: 'KafkaConsumerGroupUnreadable: after 10 minutes',
    until: '45m',
    series: [
      series(
        'kafka_consumergroup_up',
        { consumergroup: 'payments' },
        stages(steady(1), ['10m', steady(0)], ['30m', steady(1)]),
      ),
    ],
    fires: [
      {
        alert: 'KafkaConsumerGroupUnreadable',
        labels: { consumergroup: 'payments' },
        notAt: '19m30s',
        at: '20m',
        stillAt: '31m',
        overAt: '33m',
        summary: 'payments cannot be read',
        description:
          'The exporter cannot read payments, so that nothing else can be said about it. The label code of kafka_consumergroup_read_errors_total says why.',
      },
    ],
  },
  {
    name: 'KafkaConsumerGroupUnreadable: a coordinator that moves',
    until: '30m',
    series: [
      series(
        'kafka_consumergroup_up',
        { consumergroup: 'payments' },
        stages(steady(1), ['10m', steady(0)], ['18m', steady(1)]),
      ),
    ],
    fires: [],
    silent: ['KafkaConsumerGroupUnreadable'],
  },
]
