import { CELL_UNCOMMITTED } from '../model/snapshot.ts'
import { type Family, secondsOf } from './family.ts'
import { cellTimes, perBlock, perCell } from './group-columns.ts'
import { perGroup } from './per-group.ts'

/** How far the groups are behind, in messages and in time. */
export const GROUP_LAG: readonly Family[] = [
  perCell(
    {
      name: 'kafka_consumergroup_current_offset',
      help: 'Committed offset of the consumer group on the partition',
    },
    ({ cells: { flags, committed }, uncommittedOffset }) => {
      return c => ((flags[c] as number) & CELL_UNCOMMITTED ? uncommittedOffset : (committed[c] as number))
    },
  ),
  perCell(
    {
      name: 'kafka_consumergroup_lag',
      help: 'Messages between the committed offset and the end of the partition, never below 0',
    },
    ({ cells: { flags, lag }, uncommittedOffset }) => {
      return c => ((flags[c] as number) & CELL_UNCOMMITTED ? uncommittedOffset : (lag[c] as number))
    },
  ),
  perBlock(
    {
      name: 'kafka_consumergroup_current_offset_sum',
      help: 'Sum of the committed offsets of the consumer group over the partitions of the topic',
    },
    s => b => s.blocks.committedSum[b] as number,
  ),
  perBlock(
    {
      name: 'kafka_consumergroup_lag_sum',
      help: 'Sum of the lag over the partitions of the topic; absent while one of them cannot be read',
    },
    s => b => s.blocks.lagSum[b] as number,
  ),
  perGroup(
    'kafka_consumergroup_lag_max',
    'Largest known lag of the consumer group over its partitions',
    g => g.lagMax,
  ),
  cellTimes(
    {
      name: 'kafka_consumergroup_lag_seconds',
      help: 'Age of the first record that is not yet committed, by its time stamp or from when it was first seen where that was earlier; 0 when caught up',
    },
    ({ cells: { lag, headAt }, takenAt }) => {
      return c => (lag[c] === 0 ? 0 : Math.max(0, takenAt - (headAt[c] as number)))
    },
  ),
  {
    ...cellTimes(
      {
        name: 'kafka_consumergroup_lag_seconds_uncertainty',
        help: 'Half the width of the interval in which kafka_consumergroup_lag_seconds lies; 0 where it was read from the record',
      },
      ({ cells: { lag, headAt, headUncertaintyMs } }) => {
        return c => {
          if (lag[c] === 0) return 0
          return Number.isNaN(headAt[c]) ? Number.NaN : (headUncertaintyMs[c] as number)
        }
      },
    ),
    onByDefault: false,
  },
  {
    ...cellTimes(
      {
        name: 'kafka_consumergroup_head_timestamp_seconds',
        help: 'Time stamp of the first record that is not yet committed, as it was written; absent when caught up',
      },
      s => c => s.cells.headTimestamp[c] as number,
    ),
    onByDefault: false,
  },
  perGroup(
    'kafka_consumergroup_lag_seconds_max',
    'Largest known lag in time of the consumer group over its partitions',
    g => secondsOf(g.lagMsMax),
  ),
  {
    ...perBlock(
      {
        name: 'kafka_consumergroup_catch_up_seconds',
        help: 'Estimate of the time until the group has caught up on the topic at the present rates, +Inf when falling behind; for people, not for alerts',
      },
      s => b => s.blocks.catchUpMs[b] as number,
    ),
    unit: 'milliseconds',
  },
  perBlock(
    {
      name: 'kafka_consumergroup_commits_beyond_end',
      help: 'Partitions whose commit lies beyond the end of the log: truncation, recreation or a bogus commit',
    },
    s => b => s.blocks.beyondEnd[b] as number,
  ),
]
