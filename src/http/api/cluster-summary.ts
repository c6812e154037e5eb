import type { ClusterHandle } from '../../model/ports.ts'
import type { BrokerView, Snapshot } from '../../model/snapshot.ts'
import { rowCount } from '../../model/topology.ts'
import { instant, known } from './json-values.ts'
import { type MissingItem, missingGroupsOf, missingTopicsOf } from './missing.ts'

/** One cluster and how its last poll went. */
export interface ClusterSummary {
  readonly cluster: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly pollIntervalSeconds: number
  /** Whether the first poll has ended, whatever it found. */
  readonly polled: boolean
  /** Null before the first poll has ended and when the last is older than `max_reading_age`. */
  readonly snapshot: ClusterSnapshot | null
}

export interface ClusterSnapshot {
  /** The last poll got metadata from at least one broker. */
  readonly up: boolean
  readonly clusterId: string | null
  /** The instant that all ages of this cluster are counted to. */
  readonly takenAt: string | null
  /** From then to the moment of this answer. */
  readonly ageSeconds: number
  readonly topics: number
  readonly partitions: number
  readonly groups: number
  /** Combinations of group and partition. */
  readonly groupPartitions: number
  readonly brokers: readonly BrokerSummary[]
  /** Configured, and not there. */
  readonly missingGroups: readonly MissingItem[]
  readonly missingTopics: readonly MissingItem[]
  readonly poll: PollSummary
}

export interface BrokerSummary {
  readonly id: number
  readonly host: string
  readonly port: number
  /** False: it has left the metadata and is remembered. */
  readonly inMetadata: boolean
  readonly up: boolean
  readonly responseSeconds: number | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

export interface PollSummary {
  readonly startedAt: string | null
  readonly endedAt: string | null
  readonly durationSeconds: number | null
  /** End of the last poll in which every broker answered; null = never. */
  readonly lastSuccessAt: string | null
  readonly phaseSeconds: Readonly<Record<string, number>>
  /** No clock can know of anything earlier. */
  readonly clockStartAt: string | null
  readonly stateWriteErrors: number
  /** Of the last poll. `broker` is null where no certain one was asked. */
  readonly errors: readonly {
    readonly stage: string
    readonly code: string
    readonly broker: number | null
    readonly message: string
  }[]
}

/** A poll of a large cluster in trouble may fail in thousands of places; this many are told. */
const MAX_ERRORS = 100

export function toClusterSummary(handle: ClusterHandle, now: number): ClusterSummary {
  const snapshot = handle.snapshot()
  return {
    cluster: handle.name,
    labels: handle.labels,
    pollIntervalSeconds: handle.pollIntervalMs / 1000,
    polled: handle.polled(),
    snapshot: snapshot === null ? null : toClusterSnapshot(handle, snapshot, now),
  }
}

function toClusterSnapshot(handle: ClusterHandle, snapshot: Snapshot, now: number): ClusterSnapshot {
  return {
    up: snapshot.up,
    clusterId: snapshot.clusterId,
    takenAt: instant(snapshot.takenAt),
    ageSeconds: Math.max(0, now - snapshot.takenAt) / 1000,
    topics: snapshot.topology.topics.length,
    partitions: rowCount(snapshot.topology),
    groups: snapshot.groups.length,
    groupPartitions: snapshot.layout.cellRow.length,
    brokers: snapshot.brokers.map(toBrokerSummary),
    missingGroups: missingGroupsOf([handle]),
    missingTopics: missingTopicsOf([handle]),
    poll: toPollSummary(snapshot),
  }
}

function toBrokerSummary({ responseMs, ...broker }: BrokerView): BrokerSummary {
  const { id, host, port, inMetadata, up, failure } = broker
  return {
    id,
    host,
    port,
    inMetadata,
    up,
    responseSeconds: responseMs === null ? null : responseMs / 1000,
    failure,
  }
}

function toPollSummary({ poll }: Snapshot): PollSummary {
  return {
    startedAt: instant(poll.startedAt),
    endedAt: instant(poll.endedAt),
    durationSeconds: known((poll.endedAt - poll.startedAt) / 1000),
    lastSuccessAt: instant(poll.lastSuccessAt),
    phaseSeconds: Object.fromEntries([...poll.phases].map(([phase, ms]) => [phase, ms / 1000])),
    clockStartAt: instant(poll.clockStartAt),
    stateWriteErrors: poll.stateWriteErrors,
    errors: poll.lastErrors
      .slice(0, MAX_ERRORS)
      .map(({ stage, code, node, message }) => ({ stage, code, broker: node < 0 ? null : node, message })),
  }
}
