import {
  BROKER_UP,
  CLUSTER_UP,
  FUTURE_TIMESTAMPS,
  TOPIC_READ_ERRORS,
  TOPIC_UP,
} from '../../signals/reachability.ts'
import type { RuleGroup } from '../rule.ts'
import { UNDER_REPLICATED_PARTITIONS } from '../under-replicated-partitions.ts'
import { COUNT, IN_CLUSTER, TOPIC } from '../words.ts'
import { unlessUnreachable } from './unless-unreachable.ts'

const CLUSTER = 'Kafka cluster{{ with $labels.kafka_cluster }} {{ . }}{{ end }}'

export const REACHABILITY: RuleGroup = {
  name: 'kafka-reachability',
  meaning: 'Whether brokers, topics and replicas are there, as the clients of the cluster find them.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaClusterUnreachable',
      severity: 'critical',
      signal: CLUSTER_UP,
      expression: q => `${CLUSTER_UP.expression(q)} == 0`,
      for: '2m',
      // For longer than what it inhibits: of a fault that is over, none of its consequences is told.
      keepFiringFor: '10m',
      summary: `${CLUSTER} is unreachable`,
      description: `No broker of the ${CLUSTER} answers the exporter.`,
      dashboard: 'cluster',
    },
    {
      name: 'KafkaBrokerDown',
      severity: 'critical',
      signal: BROKER_UP,
      expression: q => `${BROKER_UP.expression(q)} == 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `Broker {{ $labels.id }} is down${IN_CLUSTER}`,
      description:
        'Broker {{ $labels.id }} does not answer within its deadline, for longer than a restart takes.',
      dashboard: 'cluster',
    },
    {
      name: 'KafkaTopicMissing',
      severity: 'critical',
      signal: TOPIC_UP,
      expression: q => `${TOPIC_UP.expression(q)} == 0 unless ${q.held('kafka_topic_partitions')}`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `Topic ${TOPIC} is missing${IN_CLUSTER}`,
      description: `${TOPIC} is expected by the configuration, and no broker knows it.`,
      dashboard: 'topic',
    },
    {
      name: 'KafkaTopicPartitionOffline',
      severity: 'critical',
      signal: TOPIC_UP,
      expression: q => `${TOPIC_UP.expression(q)} == 0 and ${q.held('kafka_topic_partitions')}`,
      for: '5m',
      // Not for as long as that of a broker that is down, which inhibits it.
      keepFiringFor: '2m',
      summary: `A partition of ${TOPIC} is offline${IN_CLUSTER}`,
      description: `At least one partition of ${TOPIC} has no live leader: it can be neither written nor read.`,
      dashboard: 'topic',
    },
    {
      ...UNDER_REPLICATED_PARTITIONS,
      // The window is the patience already, and a broker that is down inhibits it for longer.
      keepFiringFor: '0m',
    },
    {
      name: 'KafkaTopicUnreadable',
      severity: 'warning',
      signal: TOPIC_READ_ERRORS,
      // Brokers that are down, or are restarted one after another, are told by an alert of their own.
      expression: q =>
        [
          `${q.merged(`increase(${q.series('kafka_topic_read_errors_total')}[10m])`)} > 0`,
          `unless ignoring (code) ${TOPIC_UP.expression(q)} == 0`,
          unlessUnreachable(q, 'topic', 'code'),
          `unless ignoring (topic, code) min without (${q.without('id')}) (min_over_time(${q.series('kafka_broker_up')}[10m])) == 0`,
        ].join('\n'),
      for: '15m',
      keepFiringFor: '5m',
      summary: `${TOPIC} cannot be read${IN_CLUSTER}`,
      description: `Offsets of ${TOPIC} cannot be read: {{ $labels.code }}. What is known of it and of its consumers is incomplete.`,
      dashboard: 'topic',
    },
    {
      name: 'KafkaTopicFutureTimestamps',
      severity: 'info',
      signal: FUTURE_TIMESTAMPS,
      expression: q => `${q.merged(`increase(${q.series('kafka_topic_future_timestamps_total')}[1h])`)} > 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `Records of ${TOPIC} are stamped in the future${IN_CLUSTER}`,
      description: `About ${COUNT} records of ${TOPIC} carry a time that is yet to come. Retention by time keeps their segments for longer.`,
      dashboard: 'topic',
    },
  ],
}
