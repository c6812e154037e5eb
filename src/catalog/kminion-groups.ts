import { FINEST, type Levels } from '../model/detail.ts'
import type { GroupView, Snapshot } from '../model/snapshot.ts'
import { topicOfRow } from '../model/topology.ts'
import { ABSENT, type Family, type Sample, type SampleFamily } from './family.ts'
import { GROUP_LAG } from './group-lag.ts'
import { KMINION_LABELS } from './label-names.ts'
import { renamed } from './renamed.ts'
import { blockOf, levelOfBlock, needsAttention } from './thinning.ts'

const facts = {
  type: 'gauge',
  onByDefault: true,
  subject: 'Names of kminion',
  labelNames: KMINION_LABELS,
} as const

function described(
  name: string,
  help: string,
  labels: readonly string[],
  samplesOf: (g: GroupView) => Iterable<Sample>,
): SampleFamily {
  return {
    ...facts,
    kind: 'sample',
    name,
    help,
    labels,
    *samples(s) {
      for (const g of s.groups) if (g.members !== null) yield* samplesOf(g)
    },
  }
}

/** Sums, by topic, over the members of what `count` makes of the partitions of the topic that one member has. */
function byTopic(name: string, help: string, count: (partitions: number) => number): SampleFamily {
  return {
    ...facts,
    kind: 'sample',
    name,
    help,
    labels: ['group_id', 'topic_name'],
    thinnedFrom: 'group',
    samples: (s, levels = FINEST) => samplesByTopic(s, levels, count),
  }
}

/** kminion's families about consumer groups. */
export const KMINION_GROUPS: readonly Family[] = [
  described(
    'kminion_kafka_consumer_group_info',
    '1 if the consumer group is stable, 0 in any other state',
    ['group_id', 'protocol', 'protocol_type', 'state', 'coordinator_id'],
    g => [
      [
        g.state === 'Stable' ? 1 : 0,
        g.id,
        g.protocol,
        g.protocolType,
        g.state,
        g.coordinator < 0 ? '' : String(g.coordinator),
      ],
    ],
  ),
  described('kminion_kafka_consumer_group_members', 'Members of the consumer group', ['group_id'], g => [
    [g.members?.length ?? 0, g.id],
  ]),
  described(
    'kminion_kafka_consumer_group_empty_members',
    'Members of the consumer group that no partition is assigned to; absent where there are none',
    ['group_id'],
    g => {
      const empty = g.members?.filter(member => member.rows.length === 0).length ?? 0
      return empty === 0 ? [] : [[empty, g.id]]
    },
  ),
  byTopic(
    'kminion_kafka_consumer_group_topic_members',
    'Members of the consumer group that partitions of the topic are assigned to',
    partitions => Math.min(1, partitions),
  ),
  byTopic(
    'kminion_kafka_consumer_group_topic_assigned_partitions',
    'Partitions of the topic that are assigned to members of the consumer group',
    partitions => partitions,
  ),
  renamed(GROUP_LAG, 'kafka_consumergroup_current_offset_sum', {
    ...facts,
    name: 'kminion_kafka_consumer_group_topic_offset_sum',
  }),
  renamed(GROUP_LAG, 'kafka_consumergroup_lag', {
    ...facts,
    name: 'kminion_kafka_consumer_group_topic_partition_lag',
    column: s => c => s.cells.lag[c] as number,
  }),
  renamed(GROUP_LAG, 'kafka_consumergroup_lag_sum', {
    ...facts,
    name: 'kminion_kafka_consumer_group_topic_lag',
  }),
]

const BY_GROUP = 2

function* samplesByTopic(
  s: Snapshot,
  levels: Levels,
  count: (partitions: number) => number,
): Iterable<Sample> {
  const { topology, layout } = s
  const stays = needsAttention('block', s)
  for (const [g, group] of s.groups.entries()) {
    for (const [t, sum] of sumsByTopic(s, group, count)) {
      const b = levels.blocks === null ? -1 : blockOf(layout, g, t)
      if (levelOfBlock(levels, b) >= BY_GROUP && !stays(b)) yield ABSENT
      else yield [sum, group.id, topology.topics[t] as string]
    }
  }
}

function sumsByTopic(
  { topology }: Snapshot,
  group: GroupView,
  count: (partitions: number) => number,
): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  for (const member of group.members ?? []) {
    const ofMember = new Map<number, number>()
    for (const row of member.rows) {
      const t = topicOfRow(topology, row)
      ofMember.set(t, (ofMember.get(t) ?? 0) + 1)
    }
    for (const [t, partitions] of ofMember) sums.set(t, (sums.get(t) ?? 0) + count(partitions))
  }
  return sums
}
