import { NO_DEAD_LETTERS } from '../../src/model/dead-letters.ts'
import type { GroupKind, GroupMember, MissingReason, TopicConfig } from '../../src/model/observation.ts'
import {
  type BrokerView,
  CELL_BEYOND_END,
  CELL_STATES,
  type CellState,
  type CodeCount,
  type GroupView,
  type Objective,
  type ShareView,
  type Snapshot,
} from '../../src/model/snapshot.ts'
import { buildTopology, rowCount, rowOf, type Topology } from '../../src/model/topology.ts'

/** What a snapshot says, as a person would write it down; everything left out has a dull default. */
export interface SnapshotFacts {
  readonly takenAt?: number
  readonly up?: boolean
  readonly clusterId?: string | null
  readonly topics?: readonly TopicFacts[]
  readonly groups?: readonly GroupFacts[]
  readonly brokers?: readonly (Partial<BrokerView> & { readonly id: number })[]
  readonly missingTopics?: Readonly<Record<string, MissingReason>>
  readonly missingGroups?: Readonly<Record<string, MissingReason>>
  readonly topicErrors?: readonly CodeCount[]
  readonly logDirs?: Snapshot['logDirs']
  readonly poll?: Partial<Snapshot['poll']>
  readonly futureTimestamps?: Readonly<Record<string, number>>
  readonly openTransactions?: Snapshot['openTransactions']
  readonly schemas?: Snapshot['schemas']
  readonly deadLetters?: Snapshot['deadLetters']
  readonly deadLetterCauses?: Snapshot['deadLetterCauses']
  readonly unreadable?: Snapshot['unreadable']
  readonly uncommittedOffset?: number
  /** Pass on those of an earlier snapshot, as a poll does that found nothing changed. */
  readonly topology?: Topology
  readonly layout?: Snapshot['layout']
}

export interface TopicFacts {
  readonly name: string
  readonly id?: string
  readonly up?: number
  readonly consumerGroups?: number
  readonly config?: TopicConfig
  readonly partitions: readonly PartitionFacts[]
}

export interface PartitionFacts {
  readonly leader?: number
  readonly preferredLeader?: number
  readonly replicas?: number
  readonly inSyncReplicas?: number
  readonly logStart?: number
  readonly end?: number
  readonly stableEnd?: number
  readonly sizeBytes?: number
}

export interface GroupFacts extends Partial<Omit<GroupView, 'id' | 'share' | 'members'>> {
  readonly id: string
  readonly kind?: GroupKind
  readonly members?: readonly MemberFacts[] | null
  /** By topic, then by partition. */
  readonly commits?: Readonly<Record<string, Readonly<Record<number, CellFacts>>>>
  /** By topic. */
  readonly rewinds?: Readonly<Record<string, number>>
  readonly lost?: Readonly<Record<string, number>>
  readonly catchUpMs?: Readonly<Record<string, number>>
  readonly share?: readonly {
    readonly topic: string
    readonly partition: number
    readonly start: number
    readonly lag: number
  }[]
}

export interface CellFacts {
  readonly committed: number
  readonly lag: number
  readonly progressAt?: number
  readonly flags?: number
  readonly headAt?: number
  readonly headUncertaintyMs?: number
  readonly headTimestamp?: number
  readonly workSince?: number
  /** Left out: by `lag`. */
  readonly state?: CellState
  readonly conditionSince?: number
  readonly thresholdMs?: number
  readonly headroomMs?: number
  readonly timeToLossMs?: number
}

export interface MemberFacts extends Partial<Omit<GroupMember, 'rows'>> {
  readonly owns?: readonly (readonly [topic: string, partition: number])[]
}

export const NO_OBJECTIVE: Objective = {
  lagMs: null,
  stalledAfterMs: 300_000,
  stalledAfterMaxMs: 3_600_000,
  clock: 'record',
  isolation: 'auto',
}

export function buildSnapshot(facts: SnapshotFacts): Snapshot {
  const takenAt = facts.takenAt ?? 1_700_000_000_000
  const topics = [...(facts.topics ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1))
  const groups = [...(facts.groups ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  const topology =
    facts.topology ??
    buildTopology(topics.map(t => ({ name: t.name, id: t.id ?? '', partitions: t.partitions.length })))
  const committing = groups.map(group => ({ group, blocks: blocksOf(group) }))
  const layout = facts.layout ?? layoutOf(topology, committing)
  const cellFacts = committing.flatMap(({ blocks }) => blocks.flatMap(block => block.cells))
  const perBlock = committing.flatMap(({ blocks }) => blocks)
  const column = (of: (cell: CellFacts) => number | undefined) =>
    Float64Array.from(cellFacts, ([, cell]) => of(cell) ?? Number.NaN)
  const sparseColumn = (of: (cell: CellFacts) => number | undefined) =>
    cellFacts.some(([, cell]) => of(cell) !== undefined) ? column(of) : null
  const sum = (cells: readonly (readonly [number, CellFacts])[], of: (cell: CellFacts) => number) =>
    cells.reduce((total, [, cell]) => total + of(cell), 0)
  return {
    takenAt,
    up: facts.up ?? true,
    clusterId: facts.clusterId === undefined ? 'k4fk4-cluster-id' : facts.clusterId,
    topology,
    partitions: partitionColumns(topology, topics, takenAt),
    topics: {
      up: Float64Array.from(topics, t => t.up ?? 1),
      consumerGroups: Float64Array.from(topics, t => t.consumerGroups ?? 0),
      configs: new Map(topics.flatMap(t => (t.config === undefined ? [] : [[t.name, t.config]]))),
      futureTimestamps: new Map(Object.entries(facts.futureTimestamps ?? {})),
      missing: new Map(Object.entries(facts.missingTopics ?? {})),
    },
    brokers: (facts.brokers ?? []).map(brokerView),
    layout,
    cells: {
      committed: Float64Array.from(cellFacts, ([, cell]) => cell.committed),
      lag: Float64Array.from(cellFacts, ([, cell]) => cell.lag),
      progressAt: Float64Array.from(cellFacts, ([, cell]) => cell.progressAt ?? takenAt),
      flags: Uint8Array.from(cellFacts, ([, cell]) => cell.flags ?? 0),
      readAt: new Float64Array(cellFacts.length).fill(takenAt),
      headAt: column(c => c.headAt),
      headUncertaintyMs: Float32Array.from(cellFacts, ([, c]) => c.headUncertaintyMs ?? Number.NaN),
      headTimestamp: column(c => c.headTimestamp ?? c.headAt),
      workSince: column(c => c.workSince),
      state: Uint8Array.from(cellFacts, ([, c]) => CELL_STATES.indexOf(c.state ?? stateByLag(c.lag))),
      conditionSince: column(c => c.conditionSince),
      thresholdMs: Float32Array.from(cellFacts, ([, c]) => c.thresholdMs ?? 900_000),
      headroomMs: sparseColumn(c => c.headroomMs),
      timeToLossMs: sparseColumn(c => c.timeToLossMs),
    },
    blocks: {
      committedSum: Float64Array.from(perBlock, b => sum(b.cells, c => c.committed)),
      lagSum: Float64Array.from(perBlock, b => sum(b.cells, c => c.lag)),
      beyondEnd: Float64Array.from(perBlock, b =>
        sum(b.cells, c => ((c.flags ?? 0) & CELL_BEYOND_END ? 1 : 0)),
      ),
      rewinds: Float64Array.from(perBlock, b => b.rewinds),
      lost: Float64Array.from(perBlock, b => b.lost),
      catchUpMs: Float64Array.from(perBlock, b => b.catchUpMs),
    },
    groups: groups.map(group => groupView(group, topology, takenAt)),
    missingGroups: new Map(Object.entries(facts.missingGroups ?? {})),
    configuredTopics: new Set(Object.keys(facts.missingTopics ?? {})),
    configuredGroups: new Set(Object.keys(facts.missingGroups ?? {})),
    topicErrors: facts.topicErrors ?? [],
    logDirs: facts.logDirs ?? [],
    openTransactions: facts.openTransactions ?? new Map(),
    schemas: facts.schemas ?? null,
    deadLetters: facts.deadLetters ?? NO_DEAD_LETTERS,
    deadLetterCauses: facts.deadLetterCauses ?? [],
    unreadable: facts.unreadable ?? new Map(),
    uncommittedOffset: facts.uncommittedOffset ?? Number.NaN,
    poll: {
      startedAt: takenAt - 250,
      endedAt: takenAt,
      lastSuccessAt: takenAt,
      intervalMs: 15_000,
      stateWriteErrors: 0,
      clockStartAt: takenAt - 86_400_000,
      phases: new Map(),
      requests: new Map(),
      errors: [],
      lastErrors: [],
      probeBytes: 0,
      probesDeferred: 0,
      ...facts.poll,
    },
  }
}

function stateByLag(lag: number): CellState {
  if (Number.isNaN(lag)) return 'unknown'
  return lag === 0 ? 'caught_up' : 'advancing'
}

interface BlockFacts {
  readonly topic: string
  readonly cells: readonly (readonly [partition: number, CellFacts])[]
  readonly rewinds: number
  readonly lost: number
  readonly catchUpMs: number
}

function blocksOf(group: GroupFacts): readonly BlockFacts[] {
  return Object.entries(group.commits ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, cells]) => ({
      topic,
      cells: Object.entries(cells).map(([partition, cell]) => [Number(partition), cell] as const),
      rewinds: group.rewinds?.[topic] ?? 0,
      lost: group.lost?.[topic] ?? 0,
      catchUpMs: group.catchUpMs?.[topic] ?? Number.NaN,
    }))
}

function layoutOf(
  topology: Topology,
  committing: readonly { readonly group: GroupFacts; readonly blocks: readonly BlockFacts[] }[],
): Snapshot['layout'] {
  const groupStart = [0]
  const blockTopic: number[] = []
  const blockStart = [0]
  const cellRow: number[] = []
  for (const { blocks } of committing) {
    for (const { topic, cells } of blocks) {
      blockTopic.push(topology.indexOf.get(topic) ?? -1)
      for (const [partition] of cells) cellRow.push(rowOf(topology, topic, partition))
      blockStart.push(cellRow.length)
    }
    groupStart.push(blockTopic.length)
  }
  if (blockTopic.includes(-1) || cellRow.includes(-1))
    throw new Error('a commit on no partition of the topology')
  return {
    topology,
    groups: committing.map(({ group }) => group.id),
    groupStart: Int32Array.from(groupStart),
    blockTopic: Int32Array.from(blockTopic),
    blockStart: Int32Array.from(blockStart),
    cellRow: Int32Array.from(cellRow),
  }
}

function partitionColumns(
  topology: Topology,
  topics: readonly TopicFacts[],
  takenAt: number,
): Snapshot['partitions'] {
  const rows = topics.flatMap(t => t.partitions)
  const optional = (of: (row: PartitionFacts) => number | undefined) =>
    rows.some(row => of(row) !== undefined) ? Float64Array.from(rows, row => of(row) ?? Number.NaN) : null
  return {
    leader: Int32Array.from(rows, row => row.leader ?? 1),
    preferredLeader: Int32Array.from(rows, row => row.preferredLeader ?? row.leader ?? 1),
    replicas: Uint16Array.from(rows, row => row.replicas ?? 3),
    inSyncReplicas: Uint16Array.from(rows, row => row.inSyncReplicas ?? row.replicas ?? 3),
    logStart: Float64Array.from(rows, row => row.logStart ?? 0),
    highWatermark: Float64Array.from(rows, row => row.end ?? 0),
    lastStableOffset: optional(row => row.stableEnd),
    sizeBytes: optional(row => row.sizeBytes),
    readAt: new Float64Array(rowCount(topology)).fill(takenAt),
  }
}

function brokerView(broker: Partial<BrokerView> & { readonly id: number }): BrokerView {
  return { host: 'kafka', port: 9092, inMetadata: true, up: true, responseMs: 1, failure: null, ...broker }
}

function groupView(facts: GroupFacts, topology: Topology, takenAt: number): GroupView {
  const {
    commits = {},
    rewinds: _rewinds,
    lost: _lost,
    catchUpMs: _catchUpMs,
    share,
    members,
    ...given
  } = facts
  const cells = Object.values(commits).flatMap(partitions => Object.values(partitions))
  const largest = (values: readonly number[]) => {
    const known = values.filter(value => !Number.isNaN(value))
    return known.length === 0 ? Number.NaN : Math.max(...known)
  }
  return {
    kind: 'classic',
    state: 'Stable',
    protocolType: 'consumer',
    protocol: 'range',
    coordinator: 1,
    up: true,
    exists: true,
    lagMax: largest(cells.map(cell => cell.lag)),
    lagMsMax: largest(cells.map(cell => (cell.lag === 0 ? 0 : takenAt - (cell.headAt ?? Number.NaN)))),
    objective: NO_OBJECTIVE,
    keptUpMs: Number.NaN,
    rebalances: 0,
    lastReadAt: takenAt,
    readErrors: [],
    failure: null,
    ...given,
    members: members?.map(member => memberView(member, topology)) ?? null,
    share: share === undefined ? null : shareView(share, topology),
  }
}

function memberView(facts: MemberFacts, topology: Topology): GroupMember {
  const { owns, ...given } = facts
  return {
    memberId: 'member-1',
    clientId: 'client',
    host: '127.0.0.1',
    ...given,
    rows: Int32Array.from(owns ?? [], ([topic, partition]) => rowOf(topology, topic, partition)),
  }
}

function shareView(share: NonNullable<GroupFacts['share']>, topology: Topology): ShareView {
  return {
    rows: Int32Array.from(share, s => rowOf(topology, s.topic, s.partition)),
    startOffsets: Float64Array.from(share, s => s.start),
    lags: Float64Array.from(share, s => s.lag),
  }
}
