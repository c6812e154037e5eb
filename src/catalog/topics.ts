import type { PartitionColumns, Snapshot } from '../model/snapshot.ts'
import type { Column, ColumnFamily, Family } from './family.ts'

const facts = { type: 'gauge', onByDefault: true, subject: 'Topics' } as const

type PartitionColumn = (p: PartitionColumns) => Column | null

function partition(name: string, help: string, column: PartitionColumn, onByDefault = true): ColumnFamily {
  const family = {
    ...facts,
    kind: 'column',
    scope: 'partition',
    unit: 'number',
    thinnedFrom: 'topic',
    name,
    help,
    onByDefault,
  } as const
  return { ...family, column: s => column(s.partitions) }
}

export const TOPICS: readonly Family[] = [
  {
    ...facts,
    kind: 'column',
    scope: 'topic',
    unit: 'number',
    name: 'kafka_topic_partitions',
    help: 'Number of partitions of the topic',
    column: ({ topology }) => {
      return t => (topology.start[t + 1] as number) - (topology.start[t] as number)
    },
  },
  {
    ...facts,
    kind: 'column',
    scope: 'topic',
    unit: 'number',
    name: 'kafka_topic_consumergroups',
    help: 'Consumer groups with a commit or an assignment on the topic; 0 = read by nobody',
    column: s => t => s.topics.consumerGroups[t] as number,
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_topic_info',
    help: 'Topic id and configuration of the topic; always 1',
    labels: ['topic', 'topic_id', 'cleanup_policy', 'timestamp_type'],
    samples: topicInfo,
  },
  partition(
    'kafka_topic_partition_current_offset',
    'End offset of the partition (high watermark); absent where it cannot be read',
    p => row => p.highWatermark[row] as number,
  ),
  partition(
    'kafka_topic_partition_oldest_offset',
    'Log start offset of the partition; absent where it cannot be read',
    p => row => p.logStart[row] as number,
  ),
  partition(
    'kafka_topic_partition_last_stable_offset',
    'End offset for read-committed consumers; costs one more request to each broker and poll',
    ({ lastStableOffset }) => lastStableOffset && (row => lastStableOffset[row] as number),
    false,
  ),
  partition(
    'kafka_topic_partition_leader',
    'Broker id of the partition leader; absent without a leader',
    p => row => ((p.leader[row] as number) < 0 ? Number.NaN : (p.leader[row] as number)),
  ),
  partition(
    'kafka_topic_partition_replicas',
    'Number of replicas of the partition',
    p => row => (isDescribed(p, row) ? (p.replicas[row] as number) : Number.NaN),
  ),
  partition(
    'kafka_topic_partition_in_sync_replica',
    'Number of in-sync replicas of the partition',
    p => row => (isDescribed(p, row) ? (p.inSyncReplicas[row] as number) : Number.NaN),
  ),
  partition(
    'kafka_topic_partition_leader_is_preferred',
    '1 if the leader is the first replica of the list',
    p => row => {
      const leader = p.leader[row] as number
      return leader < 0 ? Number.NaN : leader === p.preferredLeader[row] ? 1 : 0
    },
  ),
  partition(
    'kafka_topic_partition_under_replicated_partition',
    '1 if fewer replicas are in sync than the partition has',
    p => row => {
      if (!isDescribed(p, row)) return Number.NaN
      return (p.inSyncReplicas[row] as number) < (p.replicas[row] as number) ? 1 : 0
    },
  ),
  partition(
    'kafka_topic_partition_size_bytes',
    "Bytes of the leader's log, where DescribeLogDirs is authorised",
    ({ sizeBytes }) => sizeBytes && (row => sizeBytes[row] as number),
    false,
  ),
  {
    ...facts,
    kind: 'sample',
    type: 'counter',
    name: 'kafka_topic_future_timestamps_total',
    help: 'Records that were seen to be stamped later than the clock of the exporter; only topics whose records are read have it',
    labels: ['topic'],
    *samples(s) {
      for (const [topic, count] of s.topics.futureTimestamps) yield [count, topic]
    },
  },
]

/** Every partition has a replica: one without is an index that Metadata left out. */
function isDescribed({ replicas }: PartitionColumns, row: number): boolean {
  return replicas[row] !== 0
}

function* topicInfo(s: Snapshot): Iterable<readonly [number, string, string, string, string]> {
  for (let t = 0; t < s.topology.topics.length; t++) {
    const topic = s.topology.topics[t] as string
    const config = s.topics.configs.get(topic)
    yield [1, topic, s.topology.topicIds[t] ?? '', config?.cleanupPolicy ?? '', config?.timestampType ?? '']
  }
}
