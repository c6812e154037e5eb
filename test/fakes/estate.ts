import type { GroupKind, MissingReason } from '../../src/model/observation.ts'
import type { ClusterHandle, DependencyView, Estate } from '../../src/model/ports.ts'
import {
  type BrokerView,
  CELL_ADVANCED,
  type CodeCount,
  type GroupView,
  type PollView,
  type Snapshot,
} from '../../src/model/snapshot.ts'
import { buildSnapshot, type CellFacts, type GroupFacts, type TopicFacts } from './snapshots.ts'

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
    poll: {
      startedAt: takenAt - 120,
      phases: new Map([['metadata', 20]]),
      lastErrors: spec.lastErrors ?? [],
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

function groupFacts({ cells, members, ...group }: GroupSpec, takenAt: number): GroupFacts {
  const commits: Record<string, Record<number, CellFacts>> = {}
  for (const { topic, partition, committed, lag, age, flags } of cells ?? []) {
    commits[topic] ??= {}
    commits[topic][partition] = {
      committed: committed ?? Number.NaN,
      lag: lag ?? Number.NaN,
      progressAt: takenAt - (age ?? 0) * 1_000,
      flags: flags ?? CELL_ADVANCED,
    }
  }
  const membership =
    members === null
      ? null
      : (members ?? []).map(member => ({
          memberId: `${member.clientId}-0001`,
          host: '10.0.0.7',
          ...member,
        }))
  return { ...group, commits, members: membership }
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
): Estate {
  return { clusters: () => clusters, dependencies: () => dependencies }
}
