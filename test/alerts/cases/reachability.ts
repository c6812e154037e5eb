import { type AlertCase, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const broker = (id: string, timeline: Timeline, cluster = {}) =>
  series('kafka_broker_up', { ...cluster, id }, timeline)
const topicUp = (topic: string, timeline: Timeline) => series('kafka_topic_up', { topic }, timeline)
const partitions = (topic: string, timeline: Timeline) =>
  series('kafka_topic_partitions', { topic }, timeline)
const underReplicated = (partition: string, timeline: Timeline, topic = 'orders') =>
  series('kafka_topic_partition_under_replicated_partition', { topic, partition }, timeline)

/** 0 from the first time to the second, else 1. */
const downBetween = (from: string, to: string) => stages(steady(1), [from, steady(0)], [to, steady(1)])

export const REACHABILITY: readonly AlertCase[] = [
  {
    name: 'KafkaClusterUnreachable: after 2 minutes, of one cluster of two',
    until: '40m',
    series: [
      series('kafka_up', { kafka_cluster: 'east' }, downBetween('10m', '25m')),
      series('kafka_up', { kafka_cluster: 'west' }, steady(1)),
    ],
    fires: [
      {
        alert: 'KafkaClusterUnreachable',
        labels: { kafka_cluster: 'east' },
        notAt: '11m30s',
        at: '12m',
        stillAt: '34m',
        overAt: '36m',
        summary: 'Kafka cluster east is unreachable',
        description: 'No broker of the Kafka cluster east answers the exporter.',
      },
    ],
  },
  {
    name: 'KafkaClusterUnreachable: one poll that got no answer',
    until: '20m',
    series: [series('kafka_up', {}, downBetween('10m', '11m30s'))],
    fires: [],
    silent: ['KafkaClusterUnreachable'],
  },
  {
    name: 'KafkaBrokerDown: after 5 minutes',
    until: '40m',
    series: [broker('1', steady(1)), broker('2', downBetween('10m', '25m'))],
    fires: [
      {
        alert: 'KafkaBrokerDown',
        labels: { id: '2' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'Broker 2 is down',
        description: 'Broker 2 does not answer within its deadline, for longer than a restart takes.',
      },
    ],
  },
  {
    name: 'a rolling restart of ten brokers, two minutes each, with the replicas behind for three',
    until: '60m',
    series: Array.from({ length: 10 }, (_, i) => [
      broker(String(i), t => (t >= 600 + i * 180 && t < 720 + i * 180 ? 0 : 1)),
      // A partition has replicas on three of them.
      underReplicated(String(i), t =>
        [i, (i + 1) % 10, (i + 2) % 10].some(b => t >= 600 + b * 180 && t < 780 + b * 180) ? 1 : 0,
      ),
      series('kafka_health_exporter_poll_errors_total', { stage: 'offsets', code: 'REQUEST_TIMED_OUT' }, t =>
        Math.floor(Math.min(Math.max(0, t - 600), 1800) / 15),
      ),
    ])
      .flat()
      .concat(partitions('orders', steady(10)))
      .filter(
        (one, i, all) =>
          all.findIndex(
            o => o.name === one.name && JSON.stringify(o.labels) === JSON.stringify(one.labels),
          ) === i,
      ),
    fires: [],
    silent: ['KafkaBrokerDown', 'KafkaUnderReplicatedPartitions', 'KafkaHealthExporterPollFailing'],
  },
  {
    name: 'KafkaTopicMissing: one that never was; KafkaTopicPartitionOffline: one without a leader',
    until: '40m',
    series: [
      topicUp('invoices', downBetween('10m', '25m')),
      topicUp('orders', downBetween('10m', '25m')),
      partitions('orders', steady(6)),
      topicUp('refunds', steady(1)),
      partitions('refunds', steady(6)),
    ],
    fires: [
      {
        alert: 'KafkaTopicMissing',
        labels: { topic: 'invoices' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m',
        overAt: '31m',
        summary: 'Topic invoices is missing',
        description: 'invoices is expected by the configuration, and no broker knows it.',
      },
      {
        alert: 'KafkaTopicPartitionOffline',
        labels: { topic: 'orders' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '26m',
        overAt: '28m',
        summary: 'A partition of orders is offline',
        description:
          'At least one partition of orders has no live leader: it can be neither written nor read.',
      },
    ],
  },
  {
    name: 'topics: made four minutes late, without a leader for the restart of a broker, deleted',
    until: '40m',
    series: [
      topicUp('invoices', stages(steady(0), ['4m', steady(1)])),
      partitions('invoices', stages(absent, ['4m', steady(3)])),
      topicUp('orders', downBetween('10m', '14m')),
      partitions('orders', steady(6)),
      topicUp('refunds', stages(steady(1), ['20m', absent])),
      partitions('refunds', stages(steady(6), ['20m', absent])),
    ],
    fires: [],
    silent: ['KafkaTopicMissing', 'KafkaTopicPartitionOffline'],
  },
  {
    name: 'KafkaUnderReplicatedPartitions: without a break for 10 minutes, and 5 more',
    until: '60m',
    series: [
      partitions('orders', steady(3)),
      underReplicated('0', stages(steady(0), ['10m', steady(1)], ['40m', steady(0)])),
      underReplicated('1', stages(steady(0), ['10m', steady(1)], ['40m', steady(0)])),
      underReplicated('2', steady(0)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaUnderReplicatedPartitions',
        labels: {},
        notAt: '24m30s',
        at: '25m',
        stillAt: '39m',
        overAt: '41m',
        summary: 'Partitions lack replicas',
        description:
          '2 partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.',
      },
    ],
  },
  {
    name: 'KafkaUnderReplicatedPartitions: of topics without healthy partitions, for a moment, by turns, for long',
    until: '60m',
    series: [
      partitions('moment', steady(100)),
      underReplicated('7', stages(absent, ['10m', steady(1)], ['10m30s', absent]), 'moment'),
      partitions('by-turns', steady(100)),
      ...['1', '2', '3'].map((p, i) =>
        underReplicated(p, t => (t >= 600 && Math.floor(t / 180) % 3 === i ? 1 : null), 'by-turns'),
      ),
      partitions('long', steady(100)),
      underReplicated('9', stages(absent, ['10m', steady(1)], ['40m', absent]), 'long'),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaUnderReplicatedPartitions',
        labels: {},
        notAt: '24m30s',
        at: '25m',
        stillAt: '39m',
        overAt: '41m',
        description:
          '1 partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.',
      },
    ],
  },
  {
    name: 'KafkaTopicUnreadable: for 15 minutes, with the reason',
    until: '60m',
    series: [
      series(
        'kafka_topic_read_errors_total',
        { topic: 'orders', code: 'TOPIC_AUTHORIZATION_FAILED' },
        stages(steady(0), ['10m', t => Math.floor(t / 15)], ['40m', steady(120)]),
      ),
      topicUp('orders', steady(1)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaTopicUnreadable',
        labels: { topic: 'orders', code: 'TOPIC_AUTHORIZATION_FAILED' },
        notAt: '24m30s',
        at: '25m30s',
        stillAt: '49m',
        overAt: '56m',
        summary: 'orders cannot be read',
        description:
          'Offsets of orders cannot be read: TOPIC_AUTHORIZATION_FAILED. What is known of it and of its consumers is incomplete.',
      },
    ],
  },
  {
    name: 'KafkaTopicUnreadable: a topic without a leader, which has an alert of its own, and a moment',
    until: '60m',
    series: [
      series('kafka_topic_read_errors_total', { topic: 'orders', code: 'LEADER_NOT_AVAILABLE' }, t =>
        Math.floor(t / 15),
      ),
      topicUp('orders', stages(steady(1), ['5m', steady(0)])),
      partitions('orders', steady(6)),
      series(
        'kafka_topic_read_errors_total',
        { topic: 'refunds', code: 'REQUEST_TIMED_OUT' },
        stages(steady(0), ['20m', growing(1 / 15)], ['21m', steady(4)]),
      ),
      topicUp('refunds', steady(1)),
    ],
    fires: [{ alert: 'KafkaTopicPartitionOffline', labels: { topic: 'orders' }, at: '10m' }],
    silent: ['KafkaTopicUnreadable'],
  },
  {
    name: 'KafkaTopicUnreadable: brokers that are restarted one after another',
    until: '60m',
    series: [
      series(
        'kafka_topic_read_errors_total',
        { topic: 'orders', code: 'TIMEOUT' },
        stages(
          steady(0),
          ['10m', growing(1 / 15)],
          ['11m', steady(4)],
          ['20m', growing(1 / 15, 4)],
          ['21m', steady(8)],
          ['30m', growing(1 / 15, 8)],
          ['31m', steady(12)],
        ),
      ),
      topicUp('orders', steady(1)),
      broker('1', downBetween('10m', '11m')),
      broker('2', downBetween('20m', '21m')),
      broker('3', downBetween('30m', '31m')),
    ],
    fires: [],
    silent: ['KafkaTopicUnreadable'],
  },
  {
    name: 'a cluster that cannot be reached: one alert, and none for each topic and group',
    until: '60m',
    series: [
      series('kafka_up', {}, steady(0)),
      series('kafka_topic_read_errors_total', { topic: 'orders', code: 'TIMEOUT' }, t => Math.floor(t / 15)),
      series('kafka_consumergroup_up', { consumergroup: 'payments' }, steady(0)),
    ],
    fires: [{ alert: 'KafkaClusterUnreachable', labels: {}, at: '2m' }],
    silent: ['KafkaTopicUnreadable', 'KafkaConsumerGroupUnreadable'],
  },
  {
    name: 'KafkaTopicFutureTimestamps: for an hour after the last',
    until: '2h',
    scrape: 30,
    series: [
      series(
        'kafka_topic_future_timestamps_total',
        { topic: 'orders' },
        stages(steady(0), ['10m', steady(7)]),
      ),
      series('kafka_topic_future_timestamps_total', { topic: 'refunds' }, steady(3)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaTopicFutureTimestamps',
        labels: { topic: 'orders' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '70m',
        overAt: '76m',
        summary: 'Records of orders are stamped in the future',
        description:
          'About 7 records of orders carry a time that is yet to come. Retention by time keeps their segments for longer.',
      },
    ],
  },
  {
    name: 'KafkaTopicFutureTimestamps: an exporter that begins to count again',
    until: '40m',
    series: [
      series(
        'kafka_topic_future_timestamps_total',
        { topic: 'orders' },
        stages(steady(7), ['10m', absent], ['12m', steady(0)]),
      ),
    ],
    fires: [],
    silent: ['KafkaTopicFutureTimestamps'],
  },
]
