import { EXPORTER_BUILD } from '../../signals/exporter.ts'
import { BROKER_UP, TOPIC_UP } from '../../signals/reachability.ts'
import type { RuleGroup } from '../rule.ts'
import { UNDER_REPLICATED_PARTITIONS } from '../under-replicated-partitions.ts'
import { COUNT, IN_CLUSTER, TOPIC } from '../words.ts'

export const CLUSTER: RuleGroup = {
  name: 'kafka-exporter-cluster',
  meaning: 'Whether brokers, topics and replicas are there, and kafka_exporter itself.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaBrokerDown',
      severity: 'critical',
      signal: BROKER_UP,
      // It counts the brokers of the metadata, and does not say which one has left.
      expression: q =>
        `${q.merged(`max_over_time(${q.series('kafka_brokers')}[6h])`)} - ${q.held('kafka_brokers')} > 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `A broker is down${IN_CLUSTER}`,
      description: `There are ${COUNT} brokers fewer than at some time in the last six hours.`,
      dashboard: 'cluster',
    },
    {
      name: 'KafkaTopicPartitionOffline',
      severity: 'critical',
      signal: TOPIC_UP,
      // Without a leader it is -1.
      expression: q => `count without (partition) (${q.held('kafka_topic_partition_leader')} < 0)`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `A partition of ${TOPIC} is offline${IN_CLUSTER}`,
      description: `${COUNT} partitions of ${TOPIC} have no live leader: they can be neither written nor read.`,
      dashboard: 'topic',
    },
    { ...UNDER_REPLICATED_PARTITIONS, keepFiringFor: '5m' },
    {
      name: 'KafkaHealthExporterAbsent',
      severity: 'critical',
      signal: EXPORTER_BUILD,
      expression: q => `absent(${q.series('kafka_brokers')})`,
      for: '5m',
      keepFiringFor: '0m',
      summary: 'No exporter of Kafka is scraped',
      description:
        'Prometheus has no kafka_exporter to scrape: nothing is known of Kafka, and no other alert can fire.',
      dashboard: 'exporter',
    },
  ],
}
