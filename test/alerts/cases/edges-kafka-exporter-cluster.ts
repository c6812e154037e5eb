import { type AlertCase, type Labels, type Series, series } from '../promtool/alert-case.ts'
import { absent, stages, steady, type Timeline } from '../promtool/timeline.ts'

const kafkaExporter = { set: 'kafka-exporter', only: 'kafka-exporter-cluster' } as const
const ofOne = { 'a pair of exporters': 'it says itself what each of a pair tells' }

const inCluster = (name: string) => ({ kafka_cluster: name })
const pair = (name: string, labels: Labels, a: Timeline, b: Timeline): readonly Series[] => [
  series(name, { ...labels, instance: 'a' }, a),
  series(name, { ...labels, instance: 'b' }, b),
]
const oneLess = stages(steady(3), ['1h', steady(2)])
const down = (cluster: string, overAt: string, stillAt: string) => ({
  alert: 'KafkaBrokerDown',
  labels: inCluster(cluster),
  notAt: '1h4m30s',
  at: '1h5m',
  stillAt,
  overAt,
})
const underReplicated = (cluster: string, partition: string, a: number, b: number) =>
  pair(
    'kafka_topic_partition_under_replicated_partition',
    { ...inCluster(cluster), topic: 'orders', partition },
    steady(a),
    steady(b),
  )

export const KAFKA_EXPORTER_CLUSTER_EDGES: readonly AlertCase[] = [
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: KafkaBrokerDown: for six hours after the broker was there, which one exporter saw',
    until: '8h',
    scrape: 60,
    series: [
      series('kafka_brokers', inCluster('alone'), oneLess),
      ...pair('kafka_brokers', inCluster('pair'), oneLess, steady(2)),
      ...pair('kafka_brokers', inCluster('disputed'), steady(3), steady(2)),
      series('kafka_brokers', inCluster('vanishes'), stages(steady(3), ['1h', steady(2)], ['2h', absent])),
    ],
    fires: [
      down('alone', '7h4m30s', '7h4m'),
      down('pair', '7h4m30s', '7h4m'),
      down('vanishes', '2h7m30s', '2h7m'),
    ],
    without: { ...ofOne, 'one scrape in ten missing': 'the last sample is another one then' },
  },
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: the first broker is 0, and leads',
    until: '20m',
    series: [series('kafka_topic_partition_leader', { topic: 'orders', partition: '0' }, steady(0))],
    fires: [],
    silent: ['KafkaTopicPartitionOffline'],
  },
  {
    ...kafkaExporter,
    name: 'on kafka_exporter: KafkaUnderReplicatedPartitions: two partitions, of which one exporter each knows',
    until: '20m',
    series: [
      ...pair('kafka_topic_partitions', { ...inCluster('one'), topic: 'orders' }, steady(2), steady(2)),
      ...underReplicated('one', '0', 1, 0),
      ...underReplicated('one', '1', 0, 1),
    ],
    fires: [
      {
        alert: 'KafkaUnderReplicatedPartitions',
        labels: inCluster('one'),
        notAt: '4m30s',
        at: '5m',
        summary: 'Partitions lack replicas in one',
        description:
          '2 partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.',
      },
    ],
    without: ofOne,
  },
]
