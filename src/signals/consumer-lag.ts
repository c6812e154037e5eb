import type { Signal } from './signal.ts'

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
