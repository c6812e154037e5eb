import { CELL_ADVANCED, type GroupView } from '../model/snapshot.ts'
import { type Family, secondsOf } from './family.ts'
import { blockCounter, cellTimes } from './group-columns.ts'
import { partitionsByState, unhealthyPartitions } from './partition-states.ts'
import { perGroup } from './per-group.ts'

const facts = { type: 'gauge', onByDefault: true, subject: 'Consumer groups' } as const

/** Whether the groups move, and what is expected of them. */
export const GROUP_PROGRESS: readonly Family[] = [
  cellTimes(
    {
      name: 'kafka_consumergroup_offset_advance_age_seconds',
      help: 'Seconds since the committed offset last moved forward, or since the clock started while no advance was seen',
    },
    ({ cells: { committed, progressAt }, takenAt }) => {
      return c => (Number.isNaN(committed[c]) ? Number.NaN : Math.max(0, takenAt - (progressAt[c] as number)))
    },
  ),
  {
    ...cellTimes(
      {
        name: 'kafka_consumergroup_offset_advance_timestamp_seconds',
        help: 'Unix time at which the committed offset was last seen to move forward; absent while no advance was seen',
      },
      ({ cells: { flags, progressAt } }) => {
        return c => ((flags[c] as number) & CELL_ADVANCED ? (progressAt[c] as number) : Number.NaN)
      },
    ),
    onByDefault: false,
  },
  {
    ...cellTimes(
      {
        name: 'kafka_consumergroup_stalled_seconds',
        help: 'How long there has been work without an advance, any length, healthy or not; 0 without work',
      },
      ({ cells: { lag, workSince }, takenAt }) => {
        return c => (lag[c] === 0 ? 0 : Math.max(0, takenAt - (workSince[c] as number)))
      },
    ),
    onByDefault: false,
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_partition_unhealthy_seconds',
    help: 'How long the partition has been in a bad state; there in a bad state only',
    labels: ['consumergroup', 'topic', 'partition', 'state'],
    samples: unhealthyPartitions,
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_partitions',
    help: 'Partitions of the topic in each state of the consumer group on them; a state without any is left out, but for stalled',
    labels: ['consumergroup', 'topic', 'state'],
    thinnedFrom: 'group',
    samples: partitionsByState,
  },
  perGroup(
    'kafka_consumergroup_objective_lag_seconds',
    'The most that the group may be behind in time, as configured; absent without an objective',
    g => (g.objective.lagMs === null ? Number.NaN : secondsOf(g.objective.lagMs)),
  ),
  perGroup(
    'kafka_consumergroup_objective_stalled_after_seconds',
    'The least time without an advance that counts as stalled, as configured; what holds for a partition is learnt and never less',
    g => (commits(g) ? secondsOf(g.objective.stalledAfterMs) : Number.NaN),
  ),
  perGroup(
    'kafka_consumergroup_kept_up_seconds',
    'How long the group has met its objective while there was traffic; pauses while idle or unknown, 0 again on a breach',
    g => secondsOf(g.keptUpMs),
  ),
  blockCounter(
    { name: 'kafka_consumergroup_rewinds_total', help: 'Commits that were seen to go back' },
    s => b => s.blocks.rewinds[b] as number,
  ),
  {
    ...perGroup(
      'kafka_consumergroup_rebalances_total',
      'Observed changes of state, epoch or membership; a lower bound',
      g => g.rebalances,
    ),
    type: 'counter',
  },
]

/** Share groups have no committed offset that could stand still. */
function commits(group: GroupView): boolean {
  return group.kind !== 'share'
}
