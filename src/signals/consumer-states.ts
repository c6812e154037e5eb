import type { CellState } from '../model/snapshot.ts'
import type { Signal } from './signal.ts'
import { STATES_BY_BADNESS } from './state-order.ts'

const unhealthy = 'kafka_consumergroup_partition_unhealthy_seconds'

/** How long partitions have been in one bad state. */
function inState(state: CellState, signal: Pick<Signal, 'title' | 'description'>): Signal {
  return {
    ...signal,
    id: `${state.replaceAll('_', '-')}-partitions`,
    unit: 's',
    labels: ['consumergroup', 'topic', 'partition', 'state'],
    expression: q => q.now(unhealthy, `state="${state}"`),
  }
}

/** The same for whole topics of a group: the partition that is longest in it counts. */
function topicInState(state: CellState, signal: Pick<Signal, 'title' | 'description'>): Signal {
  return {
    ...signal,
    id: `${state.replaceAll('_', '-')}-topics`,
    unit: 's',
    labels: ['consumergroup', 'topic', 'state'],
    expression: q => `max without (${q.without('partition')}) (${q.series(unhealthy, `state="${state}"`)})`,
  }
}

export const STALLED = inState('stalled', {
  title: 'Stalled partitions',
  description:
    'Partitions that have work and a consumer, and on which no commit has moved for longer than it ever takes there. The threshold is learnt for each partition, so that any value is a fault. Time since the last move.',
})

export const NO_CONSUMER = topicInState('no_consumer', {
  title: 'Backlog without a consumer',
  description:
    'Topics with a backlog whose group has no member: nobody is working on it. Time since the last member left, or since the backlog began.',
})

export const NEVER_COMMITTED = topicInState('never_committed', {
  title: 'Consumers that never commit',
  description:
    'Topics that are assigned to members of the group and hold data, without a first commit. After a restart such a consumer begins anew, or skips what it has not read.',
})

export const ABANDONED = topicInState('abandoned', {
  title: 'Topics that the group no longer reads',
  description:
    'Topics with commits of a group whose members read other topics only. Its lag grows for ever, until the commits are deleted.',
})

export const HUNG_TRANSACTION = topicInState('hung_transaction', {
  title: 'Hung transactions',
  description:
    'Topics on which the group waits at a transaction that was never ended: no consumer with isolation.level=read_committed gets past it.',
})

export const UNHEALTHY: Signal = {
  id: 'unhealthy-partitions',
  title: 'Partitions in a bad state',
  description:
    'Each partition in a bad state, and for how long: stalled, no_consumer, never_committed, abandoned, hung_transaction. Nothing when all is well.',
  unit: 's',
  labels: ['consumergroup', 'topic', 'partition', 'state'],
  expression: q => q.now(unhealthy),
}

export const PARTITION_STATES: Signal = {
  id: 'partition-states',
  title: 'Partitions by state',
  description:
    'How many partitions are in each state. Caught up and advancing are well; unknown could not be read; all others are faults.',
  unit: 'short',
  labels: ['consumergroup', 'topic', 'state'],
  expression: q => q.now('kafka_consumergroup_partitions'),
}

export const WORST_STATE: Signal = {
  id: 'worst-state',
  title: 'State of groups',
  description:
    'The worst state that any partition of the group is in, from caught_up over advancing to stalled. Lag alone is no fault: a group that advances is at work.',
  unit: 'none',
  labels: ['consumergroup'],
  expression: q =>
    `max without (topic, state) (\n  ${STATES_BY_BADNESS.map(
      (state, i) => `${i + 1} * (${q.now('kafka_consumergroup_partitions', `state="${state}"`)} > bool 0)`,
    ).join('\n  or ')}\n)`,
}

export const STALLED_PARTITIONS: Signal = {
  id: 'stalled-count',
  title: 'Count of stalled partitions',
  description: 'How many partitions of the topic are stalled; 0 is told too.',
  unit: 'short',
  labels: ['consumergroup', 'topic', 'state'],
  expression: q => q.now('kafka_consumergroup_partitions', 'state="stalled"'),
}

export const ADVANCE_AGE: Signal = {
  id: 'advance-age',
  title: 'Age of the last advance',
  description:
    'Time since a commit last moved forward. It grows on idle partitions too: what is wrong is told by the states.',
  unit: 's',
  labels: ['consumergroup', 'topic', 'partition'],
  expression: q => q.now('kafka_consumergroup_offset_advance_age_seconds'),
}
