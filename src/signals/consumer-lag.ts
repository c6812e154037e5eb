import type { Signal } from './signal.ts'
import { TOPIC_WRITE_RATE } from './topics.ts'

export const LAG_SECONDS: Signal = {
  id: 'lag-seconds',
  title: 'Lag in time',
  description:
    'Age of the oldest record that is not committed, of the partition that is furthest behind. Read from the records themselves; 0 when caught up.',
  unit: 's',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_lag_seconds_max'),
}

export const LAG_OBJECTIVE: Signal = {
  id: 'lag-objective',
  title: 'Lag objective',
  description: 'The most that the group may be behind in time, as its objective says.',
  unit: 's',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_objective_lag_seconds'),
}

export const LAG_OVER_OBJECTIVE: Signal = {
  id: 'lag-over-objective',
  title: 'Over its lag objective',
  description:
    '1 while the group is further behind than its objective allows, else 0; groups with an objective only.',
  unit: 'bool',
  labels: ['consumergroup'],
  expression: q => `${LAG_SECONDS.expression(q)} > bool ${LAG_OBJECTIVE.expression(q)}`,
}

export const LAG_MESSAGES: Signal = {
  id: 'lag-messages',
  title: 'Lag in messages',
  description:
    'Messages that are not committed, over all topics of the group; absent while a partition cannot be read. Large is not late: lag in time says how late.',
  unit: 'short',
  labels: ['consumergroup'],
  expression: q => `sum without (topic) (${q.held('kafka_consumergroup_lag_sum')})`,
}

export const KEPT_UP: Signal = {
  id: 'kept-up',
  title: 'Kept up',
  description:
    'How long the group has met its objective while there was traffic. It pauses while there is none and is 0 again after a breach; a day of it is a good reason to trust a new consumer.',
  unit: 's',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_kept_up_seconds'),
}

export const LAG_SECONDS_BY_PARTITION: Signal = {
  id: 'lag-seconds-by-partition',
  title: 'Lag in time by partition',
  description: 'Age of the oldest record of each partition that is not committed; 0 when caught up.',
  unit: 's',
  labels: ['consumergroup', 'topic', 'partition'],
  expression: q => q.now('kafka_consumergroup_lag_seconds'),
}

export const LAG_MESSAGES_BY_TOPIC: Signal = {
  id: 'lag-messages-by-topic',
  title: 'Lag in messages by topic',
  description:
    'Messages of the topic that the group has not committed; absent while a partition cannot be read.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => q.now('kafka_consumergroup_lag_sum'),
}

export const COMMIT_RATE: Signal = {
  id: 'commit-rate',
  title: 'Committed',
  description:
    'Messages a second that the group commits, as the slope of its offsets; below 0 after a rewind.',
  unit: 'cps',
  labels: ['consumergroup', 'topic'],
  expression: q => q.merged(`deriv(${q.series('kafka_consumergroup_current_offset_sum')}[5m])`),
}

export const WRITE_RATE: Signal = {
  id: 'write-rate',
  title: 'Written to its topics',
  description:
    'Messages a second that are written to the topics of the group, as the slope of their ends. Not of topics that are published without their partitions.',
  unit: 'cps',
  labels: ['topic'],
  expression: q =>
    [
      TOPIC_WRITE_RATE.expression(q),
      `and on (kafka_cluster, topic) ${q.now('kafka_consumergroup_current_offset_sum')}`,
    ].join('\n'),
}

export const CATCH_UP: Signal = {
  id: 'catch-up',
  title: 'Until it has caught up',
  description:
    'Estimate at the present rates; infinite while the group falls behind. For people, not for alerts.',
  unit: 's',
  labels: ['consumergroup', 'topic'],
  expression: q => q.now('kafka_consumergroup_catch_up_seconds'),
}
