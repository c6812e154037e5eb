import { UNDER_REPLICATED } from '../signals/reachability.ts'
import type { Alert } from './rule.ts'
import { COUNT, IN_CLUSTER } from './words.ts'

/**
 * Both exporters publish the metrics alike. Each partition for itself: in a rolling restart some are always behind, but
 * none for long. Of a topic that is published coarsely a partition is there while it is behind only, so that its own
 * series cannot tell a moment from the whole window: it was behind in each scrape that brought the topic.
 */
export const UNDER_REPLICATED_PARTITIONS: Omit<Alert, 'keepFiringFor'> = {
  name: 'KafkaUnderReplicatedPartitions',
  severity: 'warning',
  signal: UNDER_REPLICATED,
  expression: (q, t) => {
    const within = (name: string) => `${q.series(name)}[${t['under-replicated-window']}]`
    const behind = `sum_over_time(${within('kafka_topic_partition_under_replicated_partition')})`
    const scrapes = `count_over_time(${within('kafka_topic_partitions')})`
    const lasting = q.merged(`${behind} == ignoring (partition) group_left () ${scrapes}`)
    return `count without (topic, partition) (${lasting})`
  },
  for: '5m',
  summary: `Partitions lack replicas${IN_CLUSTER}`,
  description: `${COUNT} partitions have lacked an in-sync replica without a break: another broker down may cost data, or stop producers with acks=all.`,
  dashboard: 'cluster',
}
