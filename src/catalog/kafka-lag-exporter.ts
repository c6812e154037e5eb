import type { GroupView, Snapshot } from '../model/snapshot.ts'
import { type Column, type ColumnFamily, type Family, type SampleFamily, secondsOf } from './family.ts'
import { KAFKA_LAG_EXPORTER_LABELS } from './label-names.ts'

const facts = {
  type: 'gauge',
  onByDefault: true,
  subject: 'Names of kafka-lag-exporter',
  labelNames: KAFKA_LAG_EXPORTER_LABELS,
} as const

function column(
  scope: ColumnFamily['scope'],
  name: string,
  help: string,
  columnOf: (s: Snapshot) => Column,
): ColumnFamily {
  return { ...facts, kind: 'column', unit: 'number', scope, name, help, column: columnOf }
}

/** The largest of a group; kafka-lag-exporter says of these two alone whether the group is used without joining it. */
function largest(name: string, help: string, largestOf: (g: GroupView) => number): SampleFamily {
  return {
    ...facts,
    kind: 'sample',
    name,
    help,
    labels: ['group', 'is_simple_consumer'],
    *samples(s) {
      for (const g of s.groups) yield [largestOf(g), g.id, String(g.protocolType === '')]
    },
  }
}

/** What kafka-lag-exporter publishes, under its names. docs/coming-from-kafka-lag-exporter.md has what differs. */
export const KAFKA_LAG_EXPORTER: readonly Family[] = [
  column(
    'partition',
    'kafka_partition_latest_offset',
    'End offset of the partition',
    s => row => s.partitions.highWatermark[row] as number,
  ),
  column(
    'partition',
    'kafka_partition_earliest_offset',
    'Log start offset of the partition',
    s => row => s.partitions.logStart[row] as number,
  ),
  column(
    'cell',
    'kafka_consumergroup_group_offset',
    'Committed offset of the consumer group on the partition',
    s => c => s.cells.committed[c] as number,
  ),
  column(
    'cell',
    'kafka_consumergroup_group_lag',
    'Messages between the committed offset and the end of the partition, never below 0',
    s => c => s.cells.lag[c] as number,
  ),
  {
    ...column(
      'cell',
      'kafka_consumergroup_group_lag_seconds',
      'Age of the first record that is not yet committed; 0 when caught up',
      ({ cells: { lag, headAt }, takenAt }) => {
        return c => (lag[c] === 0 ? 0 : Math.max(0, takenAt - (headAt[c] as number)))
      },
    ),
    unit: 'milliseconds',
  },
  column(
    'block',
    'kafka_consumergroup_group_topic_sum_lag',
    'Sum of the lag over the partitions of the topic; absent while one of them cannot be read',
    s => b => s.blocks.lagSum[b] as number,
  ),
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_group_sum_lag',
    help: 'Sum of the lag of the group over all its partitions; absent while one of them cannot be read',
    labels: ['group'],
    *samples({ layout: { groups, groupStart }, blocks: { lagSum } }) {
      for (const [g, id] of groups.entries()) {
        const [from, to] = [groupStart[g] as number, groupStart[g + 1] as number]
        if (from < to) yield [lagSum.subarray(from, to).reduce((sum, lag) => sum + lag, 0), id]
      }
    },
  },
  largest(
    'kafka_consumergroup_group_max_lag',
    'Largest known lag of the consumer group over its partitions',
    g => g.lagMax,
  ),
  largest(
    'kafka_consumergroup_group_max_lag_seconds',
    'Largest known lag in time of the consumer group over its partitions',
    g => secondsOf(g.lagMsMax),
  ),
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_poll_time_ms',
    help: 'Duration of the last poll in milliseconds',
    labels: [],
    samples: s => [[s.poll.endedAt - s.poll.startedAt]],
  },
]
