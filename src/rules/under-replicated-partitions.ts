import { UNDER_REPLICATED } from '../signals/reachability.ts'
import type { Alert } from './rule.ts'
import { COUNT, IN_CLUSTER } from './words.ts'

/**
 * Both exporters publish the metric alike. Each partition for itself: in a rolling restart some are always behind, but
 * none for long.
 */
export const UNDER_REPLICATED_PARTITIONS: Omit<Alert, 'keepFiringFor'> = {
  name: 'KafkaUnderReplicatedPartitions',
  severity: 'warning',
  signal: UNDER_REPLICATED,
  expression: (q, t) => {
    const partitions = q.series('kafka_topic_partition_under_replicated_partition')
    const lasting = q.merged(`min_over_time(${partitions}[${t['under-replicated-window']}])`)
    return `sum without (topic, partition) (${lasting}) > 0`
  },
  for: '5m',
  summary: `Partitions lack replicas${IN_CLUSTER}`,
  description: `${COUNT} partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.`,
  dashboard: 'cluster',
}
