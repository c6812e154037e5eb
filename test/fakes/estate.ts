import type { GroupKind, MissingReason } from '../../src/model/observation.ts'
import type { ClusterHandle, DependencyView, Estate } from '../../src/model/ports.ts'
import type { ServiceView } from '../../src/model/service-status.ts'
import {
  BAD_STATES,
  type BrokerView,
  CELL_ADVANCED,
  type CellState,
  type CodeCount,
  type GroupView,
  type Objective,
  type PollView,
  type Snapshot,
} from '../../src/model/snapshot.ts'
import { buildSnapshot, type CellFacts, type GroupFacts, NO_OBJECTIVE, type TopicFacts } from './snapshots.ts'

/** The instant that every snapshot made here is taken at, unless it says otherwise: 2026-03-01T12:00:00Z. */
export const TAKEN_AT = Date.UTC(2026, 2, 1, 12)

export interface TopicSpec {
  readonly name: string
  readonly partitions: number
  /** End offset of every partition. */
  readonly end?: number
  /** Partitions without leader. */
  readonly leaderless?: readonly number[]
  /** Partitions with one replica out of sync. */
  readonly underReplicated?: readonly number[]
}

export interface CellSpec {
  readonly topic: string
  readonly partition: number
  readonly committed?: number
  readonly lag?: number
  /** Seconds without an advance. */
  readonly age?: number
  /** Bits; CELL_ADVANCED where left out. */
  readonly flags?: number
  /** Seconds since the first uncommitted record was stamped. */
  readonly headAge?: number
  readonly headUncertainty?: number
  /** Left out: by `lag`. */
  readonly state?: CellState
  /** Seconds that there has been work without an advance; `age` where left out and there is lag. */
  readonly workAge?: number
  /** Seconds that the bad state has lasted; `age` where left out. */
  readonly conditionAge?: number
  readonly threshold?: number
  readonly headroom?: number
  readonly timeToLoss?: number
}

export interface MemberSpec {
  readonly memberId?: string
  readonly clientId: string
  readonly host?: string
  readonly owns: readonly (readonly [topic: string, partition: number])[]
}

export interface GroupSpec {
  readonly id: string
  readonly kind?: GroupKind
  readonly state?: string
  readonly protocol?: string
  readonly cells?: readonly CellSpec[]
  /** Null: could not be described. */
  readonly members?: readonly MemberSpec[] | null
  readonly up?: boolean
  readonly failure?: GroupView['failure']
  readonly share?: readonly { topic: string; partition: number; start: number; lag: number }[]
  readonly objective?: Partial<Objective>
  readonly keptUpMs?: number
  readonly rewinds?: Readonly<Record<string, number>>
  readonly lost?: Readonly<Record<string, number>>
  readonly catchUpMs?: Readonly<Record<string, number>>
}

export interface SnapshotSpec {
  readonly takenAt?: number
  readonly up?: boolean
  readonly topics?: readonly TopicSpec[]
  readonly groups?: readonly GroupSpec[]
  readonly brokers?: readonly BrokerView[]
  readonly missingGroups?: Readonly<Record<string, MissingReason>>
  readonly missingTopics?: Readonly<Record<string, MissingReason>>
  readonly configuredGroups?: readonly string[]
  readonly configuredTopics?: readonly string[]
  readonly topicErrors?: readonly CodeCount[]
  readonly lastErrors?: PollView['lastErrors']
  readonly openTransactions?: Snapshot['openTransactions']
  readonly schemas?: Snapshot['schemas']
  readonly futureTimestamps?: Readonly<Record<string, number>>
  readonly probesDeferred?: number
}

export const BROKER: BrokerView = {
  id: 1,
  host: 'kafka-1',
  port: 9092,
  inMetadata: true,
  up: true,
  responseMs: 4,
  failure: null,
}

/** A snapshot as the pipeline would publish it, from a few words: ages in seconds before it was taken. */
export function snapshotOf(spec: SnapshotSpec = {}): Snapshot {
  const takenAt = spec.takenAt ?? TAKEN_AT
  const snapshot = buildSnapshot({
    takenAt,
    up: spec.up ?? true,
    clusterId: 'lab',
    topics: (spec.topics ?? []).map(topicFacts),
    groups: (spec.groups ?? []).map(group => groupFacts(group, takenAt)),
    brokers: spec.brokers ?? [BROKER],
    missingTopics: spec.missingTopics ?? {},
    missingGroups: spec.missingGroups ?? {},
    topicErrors: spec.topicErrors ?? [],
    openTransactions: spec.openTransactions ?? new Map(),
    schemas: spec.schemas ?? null,
    futureTimestamps: spec.futureTimestamps ?? {},
    poll: {
      startedAt: takenAt - 120,
      phases: new Map([['metadata', 20]]),
      lastErrors: spec.lastErrors ?? [],
      probesDeferred: spec.probesDeferred ?? 0,
    },
  })
  return {
    ...snapshot,
    configuredGroups: new Set([...snapshot.configuredGroups, ...(spec.configuredGroups ?? [])]),
    configuredTopics: new Set([...snapshot.configuredTopics, ...(spec.configuredTopics ?? [])]),
  }
}

function topicFacts({ name, partitions, end, leaderless, underReplicated }: TopicSpec): TopicFacts {
  return {
    name,
    id: `id-of-${name}`,
    up: leaderless?.length ? 0 : 1,
    consumerGroups: 1,
    partitions: Array.from({ length: partitions }, (_, p) => ({
      end: end ?? 1_000,
      ...(leaderless?.includes(p) && { leader: -1 }),
      ...(underReplicated?.includes(p) && { inSyncReplicas: 2 }),
    })),
  }
}

function groupFacts({ cells, members, objective, ...group }: GroupSpec, takenAt: number): GroupFacts {
  const commits: Record<string, Record<number, CellFacts>> = {}
  for (const cell of cells ?? []) {
    commits[cell.topic] ??= {}
    ;(commits[cell.topic] as Record<number, CellFacts>)[cell.partition] = cellFacts(cell, takenAt)
  }
  const membership =
    members === null
      ? null
      : (members ?? []).map(member => ({
          memberId: `${member.clientId}-0001`,
          host: '10.0.0.7',
          ...member,
        }))
  return {
    ...group,
    ...(objective !== undefined && { objective: { ...NO_OBJECTIVE, ...objective } }),
    commits,
    members: membership,
  }
}

function cellFacts(cell: CellSpec, takenAt: number): CellFacts {
  const { lag = Number.NaN, age = 0, flags = CELL_ADVANCED, state } = cell
  const before = (seconds: number) => takenAt - seconds * 1_000
  const isBad = state !== undefined && BAD_STATES.has(state)
  return {
    committed: cell.committed ?? Number.NaN,
    lag,
    progressAt: before(age),
    flags,
    ...(state !== undefined && { state }),
    ...(cell.headAge !== undefined && { headAt: before(cell.headAge), headUncertaintyMs: 0 }),
    ...(cell.headUncertainty !== undefined && { headUncertaintyMs: cell.headUncertainty * 1_000 }),
    ...((lag > 0 || cell.workAge !== undefined) && { workSince: before(cell.workAge ?? age) }),
    ...(isBad && { conditionSince: before(cell.conditionAge ?? age) }),
    ...(cell.threshold !== undefined && { thresholdMs: cell.threshold * 1_000 }),
    ...(cell.headroom !== undefined && { headroomMs: cell.headroom * 1_000 }),
    ...(cell.timeToLoss !== undefined && { timeToLossMs: cell.timeToLoss * 1_000 }),
  }
}

/** A cluster whose snapshot a test may replace, as polls do. */
export interface FakeCluster extends ClusterHandle {
  publish(snapshot: Snapshot | null): void
  setPolled(polled: boolean): void
}

export function fakeCluster(
  name: string | null,
  first: Snapshot | null,
  pollIntervalMs = 15_000,
): FakeCluster {
  let snapshot = first
  let polled = first !== null
  return {
    name,
    labels: {},
    pollIntervalMs,
    maxReadingAgeMs: 45_000,
    snapshot: () => snapshot,
    polled: () => polled,
    publish: next => {
      snapshot = next
      polled = true
    },
    setPolled: next => {
      polled = next
    },
  }
}

export function estateOf(
  clusters: readonly ClusterHandle[],
  dependencies: readonly DependencyView[] = [],
  services: readonly ServiceView[] = [],
): Estate {
  return { clusters: () => clusters, dependencies: () => dependencies, services: () => services }
}
