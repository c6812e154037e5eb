import type { Signal } from './signal.ts'

export const GROUP_EXISTS: Signal = {
  id: 'group-exists',
  title: 'Expected groups',
  description:
    '1 for a group that its coordinator knows, 0 for one that the configuration expects and that is missing.',
  unit: 'bool',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_exists'),
}

export const GROUP_READABLE: Signal = {
  id: 'group-readable',
  title: 'Readable groups',
  description: '1 if the last poll could read the group, else 0: its series stand still, then vanish.',
  unit: 'bool',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_up'),
}

export const MEMBERS: Signal = {
  id: 'members',
  title: 'Members',
  description: 'Members of the group. None while scaled to zero.',
  unit: 'short',
  labels: ['consumergroup'],
  expression: q => q.held('kafka_consumergroup_members'),
}

export const REBALANCES: Signal = {
  id: 'rebalances',
  title: 'Rebalances',
  description:
    'Changes of state, epoch or membership that polls have seen: a lower bound. Each may stop the consumers.',
  unit: 'short',
  labels: ['consumergroup'],
  expression: q => q.now('kafka_consumergroup_rebalances_total'),
}

export const REWINDS: Signal = {
  id: 'rewinds',
  title: 'Rewinds',
  description: 'Commits that went back: a reset of offsets, or a consumer that commits what it has not read.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => q.now('kafka_consumergroup_rewinds_total'),
}

export const COMMITS_BEYOND_END: Signal = {
  id: 'commits-beyond-end',
  title: 'Commits beyond the end',
  description:
    'Partitions whose commit lies beyond the end of the log: it was truncated or made anew, or the commit is wrong. The consumer waits, or begins anew by auto.offset.reset.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => q.held('kafka_consumergroup_commits_beyond_end'),
}

export const GROUP_STATE: Signal = {
  id: 'group-state',
  title: 'State of the group',
  description: 'The state that the coordinator tells: Stable is at work, Empty has no members.',
  unit: 'none',
  labels: ['consumergroup', 'state'],
  expression: q => `${q.now('kafka_consumergroup_state')} == 1`,
}
