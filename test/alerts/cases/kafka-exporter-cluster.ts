import { type AlertCase, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const kafkaExporter = { set: 'kafka-exporter' } as const
const leader = (partition: string, timeline: Timeline) =>
  series('kafka_topic_partition_leader', { topic: 'orders', partition }, timeline)
const partitions = series('kafka_topic_partitions', { topic: 'orders' }, steady(3))
const underReplicated = (partition: string, timeline: Timeline) =>
  series('kafka_topic_partition_under_replicated_partition', { topic: 'orders', partition }, timeline)

export const KAFKA_EXPORTER_CLUSTER: readonly AlertCase[] = [
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: a broker leaves for half an hour',
    until: '60m',
    series: [
      series('kafka_brokers', {}, stages(steady(3), ['10m', steady(2)], ['40m', steady(3)])),
      partitions,
      leader('0', steady(1)),
      leader('1', stages(steady(2), ['10m', steady(-1)], ['40m', steady(2)])),
      underReplicated('0', stages(steady(0), ['10m', steady(1)], ['40m', steady(0)])),
      underReplicated('2', steady(0)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaBrokerDown',
        labels: {},
        notAt: '14m30s',
        at: '15m',
        stillAt: '44m30s',
        overAt: '46m',
        summary: 'A broker is down',
        description: 'There are 1 brokers fewer than at some time in the last six hours.',
      },
      {
        alert: 'KafkaTopicPartitionOffline',
        labels: { topic: 'orders' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '44m30s',
        overAt: '46m',
        summary: 'A partition of orders is offline',
        description: '1 partitions of orders have no live leader: they can be neither written nor read.',
      },
      {
        alert: 'KafkaUnderReplicatedPartitions',
        labels: {},
        notAt: '24m30s',
        at: '25m',
        stillAt: '44m',
        overAt: '46m',
        summary: 'Partitions lack replicas',
        description:
          '1 partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.',
      },
    ],
  },
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: a rolling restart of three brokers',
    until: '60m',
    series: [
      series('kafka_brokers', {}, t => (t >= 600 && t < 1500 && t % 300 < 120 ? 2 : 3)),
      partitions,
      leader('0', t => (t >= 600 && t < 720 ? -1 : 1)),
      ...['0', '1', '2'].map((p, i) =>
        underReplicated(p, t => (t >= 600 + i * 300 && t < 840 + i * 300 ? 1 : 0)),
      ),
    ],
    fires: [],
    silent: ['KafkaBrokerDown', 'KafkaTopicPartitionOffline', 'KafkaUnderReplicatedPartitions'],
  },
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: it is away for 20 minutes',
    until: '45m',
    series: [series('kafka_brokers', {}, stages(steady(3), ['10m', absent], ['30m', steady(3)]))],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterAbsent',
        labels: { job: '' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m30s',
        overAt: '31m',
        summary: 'No exporter of Kafka is scraped',
        description:
          'Prometheus has no kafka_exporter to scrape: nothing is known of Kafka, and no other alert can fire.',
      },
    ],
    without: { 'a pair of exporters': 'the second is there when the first is away' },
  },
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: it is restarted',
    until: '30m',
    series: [series('kafka_brokers', {}, stages(steady(3), ['10m', absent], ['14m', steady(3)]))],
    fires: [],
    silent: ['KafkaHealthExporterAbsent', 'KafkaBrokerDown'],
  },
]
