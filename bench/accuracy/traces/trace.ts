import type { GroupKind, TopicConfig } from '../../../src/model/observation.ts'
import type { CellState, Objective } from '../../../src/model/snapshot.ts'

/*
 * A trace: what producers, brokers and consumers of one topic and one group did, with the instant of each deed, so that
 * the truth at any instant can be told. All instants are whole milliseconds since the trace began.
 */

/** A value that changes at certain instants. Ascending in time; several changes at one instant: the last holds. */
export interface Moves {
  readonly at: Uint32Array
  readonly to: Uint32Array
}

export const NEVER = 0xffff_ffff

export const DATA = 0
/** A commit or abort marker of a transaction. */
export const CONTROL = 1
/** A record of a transaction that was aborted, from when its marker was appended. */
export const ABORTED = 2

/** One log of a partition. Offsets are positions in the columns. */
export interface LogTrace {
  /** When it took the place of the log before it: by a truncation or a topic made anew. */
  readonly from: number
  /** When each record was appended, ascending. */
  readonly appendedAt: Uint32Array
  /** Each record's own time stamp; null: when it was appended. */
  readonly stamps: Float64Array | null
  /** Null: data only. */
  readonly kinds: Uint8Array | null
  /** ABORTED only: when the marker was appended; until then the record counts as data. Null where none is. */
  readonly abortedAt: Uint32Array | null
  /** When compaction removed each record, NEVER = not. Null where the topic is not compacted. */
  readonly removedAt: Uint32Array | null
  /** Log start offset; 0 before the first move. */
  readonly starts: Moves
  /** Last stable offset; NEVER = the high watermark. Null without transactions. */
  readonly stables: Moves | null
}

export interface Span {
  readonly from: number
  readonly to: number
}

export interface PartitionTrace {
  /** In order of `from`; the first from 0, or from when the partition was added. */
  readonly logs: readonly LogTrace[]
  /** Committed offset; NEVER = no commit, as before the first move. */
  readonly commits: Moves
  /** While the consumer was really wedged although its group looked well. */
  readonly wedges: readonly Span[]
}

export interface GroupMove {
  readonly at: number
  readonly state:
    | 'Stable'
    | 'Empty'
    | 'PreparingRebalance'
    | 'CompletingRebalance'
    | 'Assigning'
    | 'Reconciling'
  readonly members: number
  /** Nobody has a partition of the topic. */
  readonly isUnassigned?: boolean
}

/** What a cell must be told to be, from `from` + `patienceMs` on, one poll later at the latest, until `to`. */
export interface Expectation extends Span {
  readonly partition: number
  readonly state: CellState
  readonly patienceMs: number
}

export interface TopicMove {
  readonly at: number
  readonly id: string
  readonly partitions: number
}

export interface Trace {
  readonly name: string
  readonly durationMs: number
  readonly partitions: readonly PartitionTrace[]
  /** Ascending; the first at 0. */
  readonly topics: readonly TopicMove[]
  readonly groupKind: GroupKind
  readonly group: readonly GroupMove[]
  readonly config: TopicConfig
  readonly objective: Partial<Objective>
  readonly expectations: readonly Expectation[]
  /** The group's other topic, which its members have where they have nothing of this one. */
  readonly hasOtherTopic: boolean
  /** Commits go on while the consumer is wedged, at the same offset (Java's auto-commit). */
  readonly repeatsCommits: boolean
  /** Bytes of each record in the log. */
  readonly recordBytes: number
  /** How long a record lives about. */
  readonly retentionSpanMs: number
  /** Time between the oldest and newest record of a segment, at most. */
  readonly segmentSpanMs: number
}

export const SECOND = 1_000
export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** No part of the poll interval, so that commits come at any point of a poll. */
export const COMMIT_EVERY_MS = 5_037

export interface TraceOptions {
  readonly seed: number
  readonly partitions: number
  readonly days: number
  /** Half of the consumers wedge, twice: for six hours, and for good. */
  readonly wedged: boolean
}

export const FOREVER: TopicConfig = {
  cleanupPolicy: 'delete',
  timestampType: 'CreateTime',
  retentionMs: 604_800_000_000,
  retentionBytes: -1,
  isTiered: false,
}

export const NO_MOVES: Moves = { at: new Uint32Array(0), to: new Uint32Array(0) }

export function movesOf(moves: readonly (readonly [at: number, to: number])[]): Moves {
  return { at: Uint32Array.from(moves, m => m[0]), to: Uint32Array.from(moves, m => m[1]) }
}

/** The value at an instant; `before` where it has not moved yet. */
export function valueAt({ at, to }: Moves, instant: number, before: number): number {
  const n = countUpTo(at, instant)
  return n === 0 ? before : (to[n - 1] as number)
}

/** How many of the ascending instants lie at or before this one. */
export function countUpTo(instants: Uint32Array, instant: number): number {
  let low = 0
  let high = instants.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((instants[middle] as number) <= instant) low = middle + 1
    else high = middle
  }
  return low
}

/** A log of data records only, kept for ever. */
export function plainLog(appendedAt: Uint32Array, more: Partial<LogTrace> = {}): LogTrace {
  return {
    from: 0,
    appendedAt,
    stamps: null,
    kinds: null,
    abortedAt: null,
    removedAt: null,
    starts: NO_MOVES,
    stables: null,
    ...more,
  }
}

/** A trace with what is usual: one topic that stays, a classic group that is Stable, a log that is kept. */
export function traceOf(
  name: string,
  durationMs: number,
  partitions: readonly PartitionTrace[],
  more: Partial<Trace> = {},
): Trace {
  return {
    name,
    durationMs,
    partitions,
    topics: [{ at: 0, id: 'AAAAAAAAQACAAAAAAAAAAQ', partitions: partitions.length }],
    groupKind: 'classic',
    group: [{ at: 0, state: 'Stable', members: Math.min(4, partitions.length) }],
    config: FOREVER,
    objective: {},
    expectations: [],
    hasOtherTopic: false,
    repeatsCommits: false,
    recordBytes: 500,
    retentionSpanMs: FOREVER.retentionMs,
    segmentSpanMs: 0,
    ...more,
  }
}
