import type { Queryable } from '../../signals/query.ts'

const gauge = (...labels: readonly string[]): Queryable => ({ type: 'gauge', labels })

/** What danielqsj/kafka_exporter publishes and these rules use; offsets are gauges there. */
export const KAFKA_EXPORTER_FAMILIES: ReadonlyMap<string, Queryable> = new Map([
  ['kafka_brokers', gauge()],
  ['kafka_topic_partitions', gauge('topic')],
  ['kafka_topic_partition_current_offset', gauge('topic', 'partition')],
  ['kafka_topic_partition_oldest_offset', gauge('topic', 'partition')],
  ['kafka_topic_partition_leader', gauge('topic', 'partition')],
  ['kafka_topic_partition_under_replicated_partition', gauge('topic', 'partition')],
  ['kafka_consumergroup_current_offset', gauge('consumergroup', 'topic', 'partition')],
  ['kafka_consumergroup_lag', gauge('consumergroup', 'topic', 'partition')],
  ['kafka_consumergroup_lag_sum', gauge('consumergroup', 'topic')],
  ['kafka_consumergroup_members', gauge('consumergroup')],
])
