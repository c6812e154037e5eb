import type { Signal } from './signal.ts'
import { ofWholeTopics } from './whole-topics.ts'

export const PARTITION_COUNT: Signal = {
  id: 'partition-count',
  title: 'Partitions',
  description: 'Partitions of the topic.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.held('kafka_topic_partitions'),
}

export const READERS: Signal = {
  id: 'readers',
  title: 'Groups that read it',
  description: 'Groups with a commit or an assignment on the topic. 0 = read by nobody.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.held('kafka_topic_consumergroups'),
}

export const TOPIC_WRITE_RATE: Signal = {
  id: 'topic-write-rate',
  title: 'Written to the topic',
  description:
    'Messages a second that are written to the topic, as the slope of its ends. Not of topics that are published without their partitions.',
  unit: 'cps',
  labels: ['topic'],
  expression: q =>
    ofWholeTopics(
      q,
      'kafka_topic_partition_current_offset',
      `sum without (partition) (${q.merged(`deriv(${q.series('kafka_topic_partition_current_offset')}[5m])`)})`,
    ),
}

export const MESSAGES_KEPT: Signal = {
  id: 'messages-kept',
  title: 'Kept',
  description:
    'Offsets between the start and the end of the log: messages that are kept, and holes of compaction and transactions. Not of topics that are published without their partitions.',
  unit: 'short',
  labels: ['topic'],
  expression: q =>
    ofWholeTopics(
      q,
      'kafka_topic_partition_current_offset',
      `sum without (partition) (${q.now('kafka_topic_partition_current_offset')} - ${q.now('kafka_topic_partition_oldest_offset')})`,
    ),
}

export const TOPIC_UNDER_REPLICATED: Signal = {
  id: 'topic-under-replicated',
  title: 'Under-replicated partitions by topic',
  description: 'Partitions of the topic with fewer replicas in sync than they have.',
  unit: 'short',
  labels: ['topic'],
  expression: q => `sum without (partition) (${q.now('kafka_topic_partition_under_replicated_partition')})`,
}

export const NOT_PREFERRED: Signal = {
  id: 'not-preferred',
  title: 'Partitions not led by their first replica',
  description:
    'After a restart leaders come back by themselves; many for long is an uneven load. Not of topics that are published without their partitions.',
  unit: 'short',
  labels: ['topic'],
  expression: q =>
    ofWholeTopics(
      q,
      'kafka_topic_partition_leader_is_preferred',
      `count without (partition) (${q.now('kafka_topic_partition_leader_is_preferred')} == 0)`,
    ),
}
