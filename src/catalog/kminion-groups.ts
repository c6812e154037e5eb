import type { GroupView, Snapshot } from '../model/snapshot.ts'
import { topicOfRow } from '../model/topology.ts'
import type { Family, Sample, SampleFamily } from './family.ts'
import { GROUP_LAG } from './group-lag.ts'
import { KMINION_LABELS } from './label-names.ts'
import { renamed } from './renamed.ts'

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
  samplesOf: (s: Snapshot, g: GroupView) => Iterable<Sample>,
): SampleFamily {
  return {
    ...facts,
    kind: 'sample',
    name,
    help,
    labels,
    *samples(s) {
      for (const g of s.groups) if (g.members !== null) yield* samplesOf(s, g)
    },
  }
}

/** kminion's families about consumer groups. */
export const KMINION_GROUPS: readonly Family[] = [
  described(
    'kminion_kafka_consumer_group_info',
    '1 if the consumer group is stable, 0 in any other state',
    ['group_id', 'protocol', 'protocol_type', 'state', 'coordinator_id'],
    (_, g) => [
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
  described('kminion_kafka_consumer_group_members', 'Members of the consumer group', ['group_id'], (_, g) => [
    [g.members?.length ?? 0, g.id],
  ]),
  described(
    'kminion_kafka_consumer_group_empty_members',
    'Members of the consumer group that no partition is assigned to; absent where there are none',
    ['group_id'],
    (_, g) => {
      const empty = g.members?.filter(member => member.rows.length === 0).length ?? 0
      return empty === 0 ? [] : [[empty, g.id]]
    },
  ),
  described(
    'kminion_kafka_consumer_group_topic_members',
    'Members of the consumer group that partitions of the topic are assigned to',
    ['group_id', 'topic_name'],
    (s, g) => samplesByTopic(s, g, partitions => Math.min(1, partitions)),
  ),
  described(
    'kminion_kafka_consumer_group_topic_assigned_partitions',
    'Partitions of the topic that are assigned to members of the consumer group',
    ['group_id', 'topic_name'],
    (s, g) => samplesByTopic(s, g, partitions => partitions),
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

/** Sums over the members of what `count` makes of the partitions of a topic that one member has. */
function* samplesByTopic(
  { topology }: Snapshot,
  g: GroupView,
  count: (partitions: number) => number,
): Iterable<Sample> {
  const sums = new Map<number, number>()
  for (const member of g.members ?? []) {
    const ofMember = new Map<number, number>()
    for (const row of member.rows) {
      const t = topicOfRow(topology, row)
      ofMember.set(t, (ofMember.get(t) ?? 0) + 1)
    }
    for (const [t, partitions] of ofMember) sums.set(t, (sums.get(t) ?? 0) + count(partitions))
  }
  for (const [t, sum] of sums) yield [sum, g.id, topology.topics[t] as string]
}
