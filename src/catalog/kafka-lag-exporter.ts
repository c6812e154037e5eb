import type { GroupView } from '../model/snapshot.ts'
import { type Family, type SampleFamily, secondsOf } from './family.ts'
import { GROUP_LAG } from './group-lag.ts'
import { KAFKA_LAG_EXPORTER_LABELS } from './label-names.ts'
import { renamed } from './renamed.ts'
import { TOPICS } from './topics.ts'

const facts = {
  type: 'gauge',
  onByDefault: true,
  subject: 'Names of kafka-lag-exporter',
  labelNames: KAFKA_LAG_EXPORTER_LABELS,
} as const

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
  renamed(TOPICS, 'kafka_topic_partition_current_offset', {
    ...facts,
    name: 'kafka_partition_latest_offset',
  }),
  renamed(TOPICS, 'kafka_topic_partition_oldest_offset', {
    ...facts,
    name: 'kafka_partition_earliest_offset',
  }),
  // Its own columns: what `compat.uncommitted` brings back is kafka_exporter's.
  renamed(GROUP_LAG, 'kafka_consumergroup_current_offset', {
    ...facts,
    name: 'kafka_consumergroup_group_offset',
    column: s => c => s.cells.committed[c] as number,
  }),
  renamed(GROUP_LAG, 'kafka_consumergroup_lag', {
    ...facts,
    name: 'kafka_consumergroup_group_lag',
    column: s => c => s.cells.lag[c] as number,
  }),
  renamed(GROUP_LAG, 'kafka_consumergroup_lag_seconds', {
    ...facts,
    name: 'kafka_consumergroup_group_lag_seconds',
  }),
  renamed(GROUP_LAG, 'kafka_consumergroup_lag_sum', {
    ...facts,
    name: 'kafka_consumergroup_group_topic_sum_lag',
  }),
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
