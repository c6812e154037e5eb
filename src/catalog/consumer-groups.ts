import { FINEST, type Levels } from '../model/detail.ts'
import type { GroupKind } from '../model/observation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { topicOfRow } from '../model/topology.ts'
import { ABSENT, type Family, type Sample } from './family.ts'
import { GROUP_LAG } from './group-lag.ts'
import { GROUP_LOSS } from './group-loss.ts'
import { GROUP_PROGRESS } from './group-progress.ts'
import { perGroup } from './per-group.ts'
import { blockOf, cellOf, levelOfBlock, needsAttention } from './thinning.ts'

const facts = { type: 'gauge', onByDefault: true, subject: 'Consumer groups' } as const

/** What the brokers say of the groups themselves. */
const GROUPS: readonly Family[] = [
  perGroup(
    'kafka_consumergroup_members',
    'Members of the consumer group',
    g => g.members?.length ?? Number.NaN,
  ),
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_info',
    help: 'Kind, assignor or protocol, and coordinator of the group; always 1',
    labels: ['consumergroup', 'type', 'protocol', 'coordinator'],
    samples: s =>
      s.groups.map(g => [1, g.id, g.kind, g.protocol, g.coordinator < 0 ? '' : String(g.coordinator)]),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_state',
    help: '1 for the state that the group is in, 0 for the others of its kind',
    labels: ['consumergroup', 'state'],
    samples: groupStates,
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_exists',
    help: '1 if a coordinator says that the group exists; 0 for a configured group that does not',
    labels: ['consumergroup'],
    *samples(s) {
      for (const g of s.groups) if (g.exists) yield [1, g.id]
      for (const [id, reason] of s.missingGroups) if (reason.kind === 'absent') yield [0, id]
    },
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_consumergroup_up',
    help: '1 if the last poll could read the group',
    labels: ['consumergroup'],
    *samples(s) {
      for (const g of s.groups) yield [g.up ? 1 : 0, g.id]
      for (const [id, reason] of s.missingGroups) yield [s.up && reason.kind === 'absent' ? 1 : 0, id]
    },
  },
  perGroup(
    'kafka_consumergroup_last_read_timestamp_seconds',
    'Unix time at which the group was last read',
    g => (g.lastReadAt === 0 ? Number.NaN : g.lastReadAt / 1000),
  ),
  {
    ...facts,
    kind: 'sample',
    type: 'counter',
    name: 'kafka_consumergroup_read_errors_total',
    help: 'Polls in which the group could not be read, by reason',
    labels: ['consumergroup', 'code'],
    *samples(s) {
      for (const g of s.groups) for (const e of g.readErrors) yield [e.count, g.id, e.code]
    },
  },
  {
    ...facts,
    kind: 'sample',
    onByDefault: false,
    name: 'kafka_consumergroup_partition_owner_info',
    help: 'The member that a partition is assigned to; always 1',
    labels: ['consumergroup', 'topic', 'partition', 'client_id', 'host'],
    thinnedFrom: 'topic',
    samples: partitionOwners,
  },
]

export const CONSUMER_GROUPS: readonly Family[] = [...GROUP_LAG, ...GROUP_PROGRESS, ...GROUP_LOSS, ...GROUPS]

/** States by kind, as the brokers write them (KIP-518, KIP-848, KIP-932, KIP-1071). */
const STATES: Readonly<Record<GroupKind, readonly string[]>> = {
  classic: ['PreparingRebalance', 'CompletingRebalance', 'Stable', 'Empty', 'Dead'],
  consumer: ['Assigning', 'Reconciling', 'Stable', 'Empty', 'Dead'],
  share: ['Stable', 'Empty', 'Dead'],
  streams: ['NotReady', 'Assigning', 'Reconciling', 'Stable', 'Empty', 'Dead'],
  unknown: [],
}

function* groupStates(s: Snapshot): Iterable<Sample> {
  for (const g of s.groups) {
    if (g.state === '') continue
    const states = STATES[g.kind]
    for (const state of states) yield [state === g.state ? 1 : 0, g.id, state]
    if (!states.includes(g.state)) yield [1, g.id, g.state]
  }
}

function* partitionOwners(s: Snapshot, levels: Levels = FINEST): Iterable<Sample> {
  const stays = needsAttention('cell', s)
  for (const [g, group] of s.groups.entries()) {
    for (const member of group.members ?? []) {
      for (const row of member.rows) {
        const t = topicOfRow(s.topology, row)
        const b = levels.blocks === null ? -1 : blockOf(s.layout, g, t)
        if (levelOfBlock(levels, b) > 0) {
          const c = cellOf(s.layout, b, row)
          if (c < 0 || !stays(c)) {
            yield ABSENT
            continue
          }
        }
        const partition = row - (s.topology.start[t] as number)
        yield [1, group.id, s.topology.topics[t] as string, String(partition), member.clientId, member.host]
      }
    }
  }
}
