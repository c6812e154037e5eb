import type { DeadLetterCauses, DeadLetterView } from './dead-letters.ts'
import type { OpenTransaction } from './evidence.ts'
import type { GroupKind, GroupMember, MissingReason, TopicConfig } from './observation.ts'
import type { SchemaView } from './schema-watch.ts'
import type { Topology } from './topology.ts'

/**
 * What is published of one cluster: immutable, swapped whole once per poll, read by every scrape, by the API and by
 * the page. Columns are never written after publication. NaN means "not known", and is published as absent.
 */
export interface Snapshot {
  /** Milliseconds since the epoch, on the exporter's clock: the instant all ages are counted to. */
  readonly takenAt: number
  /** True when the poll got metadata from at least one broker. */
  readonly up: boolean
  readonly clusterId: string | null
  readonly topology: Topology
  readonly partitions: PartitionColumns
  readonly topics: TopicColumns
  readonly brokers: readonly BrokerView[]
  readonly layout: GroupLayout
  readonly cells: CellColumns
  readonly blocks: BlockColumns
  /** In the order of `layout.groups`. */
  readonly groups: readonly GroupView[]
  /** Configured groups that do not appear in `groups`. */
  readonly missingGroups: ReadonlyMap<string, MissingReason>
  readonly configuredTopics: ReadonlySet<string>
  readonly configuredGroups: ReadonlySet<string>
  /** Errors of reading one topic, by topic and code; values count polls. */
  readonly topicErrors: readonly CodeCount[]
  readonly logDirs: readonly { readonly node: number; readonly path: string; readonly bytes: number }[]
  /** By row: the transaction that holds the last stable offset where it is, where it is known. */
  readonly openTransactions: ReadonlyMap<number, OpenTransaction>
  /** Null where nothing is checked, or nothing durable is known yet. */
  readonly schemas: SchemaView | null
  readonly deadLetters: DeadLetterView
  /** By topic; empty where records of dead-letter topics are not read. */
  readonly deadLetterCauses: readonly DeadLetterCauses[]
  /** By topic: Kafka's name of the error for which records that are watched cannot be read. */
  readonly unreadable: ReadonlyMap<string, string>
  /** What a partition without a commit publishes: NaN = nothing, or kafka_exporter's -1. */
  readonly uncommittedOffset: number
  readonly poll: PollView
}

/** How the poll itself went. */
export interface PollView {
  readonly startedAt: number
  readonly endedAt: number
  /** End of the last poll in which every broker of the metadata answered; 0 = never. */
  readonly lastSuccessAt: number
  readonly intervalMs: number
  /** Polls whose clocks and counters could not be made durable. */
  readonly stateWriteErrors: number
  /** Milliseconds since the epoch: no clock can know of anything earlier. */
  readonly clockStartAt: number
  readonly phases: ReadonlyMap<string, number>
  /** Since the start of the counters, by API name. */
  readonly requests: ReadonlyMap<string, number>
  /** `name` is the stage. */
  readonly errors: readonly CodeCount[]
  /** Bytes of records read to learn their time stamps, since the start of the counters. */
  readonly probeBytes: number
  /** Look-ups of the last poll that its budget left for later. */
  readonly probesDeferred: number
  readonly lastErrors: readonly {
    readonly stage: string
    readonly code: string
    readonly node: number
    readonly message: string
  }[]
}

/** A counter with a code label. It is published at 0 in the generation that it is born in. */
export interface CodeCount {
  readonly name: string
  readonly code: string
  readonly count: number
}

/** One entry per row of the topology. */
export interface PartitionColumns {
  readonly leader: Int32Array
  readonly preferredLeader: Int32Array
  readonly replicas: Uint16Array
  readonly inSyncReplicas: Uint16Array
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  readonly lastStableOffset: Float64Array | null
  /** Bytes of the leader's log. */
  readonly sizeBytes: Float64Array | null
  /** Milliseconds since the epoch at which both offsets were last read whole; 0 = never. */
  readonly readAt: Float64Array
}

/** One entry per topic of the topology. */
export interface TopicColumns {
  /** 1 or 0; NaN where it cannot be known. Configured topics that are not in the topology are in `missing`. */
  readonly up: Float64Array
  /** Groups with a commit or an assignment on it. */
  readonly consumerGroups: Float64Array
  readonly configs: ReadonlyMap<string, TopicConfig>
  /** By topic: records seen that were stamped in the future. A topic that is read at all is there, at 0 at first. */
  readonly futureTimestamps: ReadonlyMap<string, number>
  readonly missing: ReadonlyMap<string, MissingReason>
}

export interface BrokerView {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly inMetadata: boolean
  readonly up: boolean
  readonly responseMs: number | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

/**
 * Which (group, topic, partition) there is something to say about. A *block* is one (group, topic); a *cell* is one
 * partition of it. Blocks of group `g` are `groupStart[g]` to `groupStart[g + 1] - 1`; cells of block `b` are
 * `blockStart[b]` to `blockStart[b + 1] - 1`, in order of their partition. Groups are in order of their names,
 * blocks in order of their topics. The same object is passed on while nothing of it changes.
 */
export interface GroupLayout {
  readonly topology: Topology
  readonly groups: readonly string[]
  readonly groupStart: Int32Array
  /** Position of the block's topic in `topology.topics`. */
  readonly blockTopic: Int32Array
  readonly blockStart: Int32Array
  /** Row of the cell in the topology. */
  readonly cellRow: Int32Array
}

/** One entry per cell. */
export interface CellColumns {
  /** Committed offset; NaN where there is none (assigned only) or it cannot be read. */
  readonly committed: Float64Array
  /**
   * Messages, never below 0; 0 too where nothing but control batches and aborted data is left; NaN where unknown or
   * where the commit lies beyond the end.
   */
  readonly lag: Float64Array
  /**
   * The instant from which lag in time counts: when the first uncommitted record was stamped, or first seen where
   * that was earlier. NaN where there is none (`lag` is 0) or it is not known.
   */
  readonly headAt: Float64Array
  /** Half the width of the interval in which `headAt` lies, in milliseconds; 0 = read from the record. */
  readonly headUncertaintyMs: Float32Array
  /** Time stamp of the first uncommitted record as its producer or broker wrote it, or an estimate; NaN likewise. */
  readonly headTimestamp: Float64Array
  /** Since when there has been work without an advance; NaN without work. */
  readonly workSince: Float64Array
  /** Position in CELL_STATES. */
  readonly state: Uint8Array
  /** In a bad state: the instant from which its condition counts. NaN otherwise. */
  readonly conditionSince: Float64Array
  /** How long there may be work without an advance before it counts as stalled, in milliseconds. */
  readonly thresholdMs: Float32Array
  /** Until retention may delete the first uncommitted record; NaN where not in sight. Null where of no cell. */
  readonly headroomMs: Float64Array | null
  /** The same at present speeds, an estimate. */
  readonly timeToLossMs: Float64Array | null
  /** Milliseconds since the epoch of the last advance, or the instant the clock began where none was seen. */
  readonly progressAt: Float64Array
  /** CELL_… bits. */
  readonly flags: Uint8Array
  /** When `committed` and `lag` were read, milliseconds since the epoch. */
  readonly readAt: Float64Array
}

/** What a cell may be in, in the order of precedence. */
export const CELL_STATES = [
  'unknown',
  'never_committed',
  'abandoned',
  'no_consumer',
  'hung_transaction',
  'stalled',
  'advancing',
  'caught_up',
] as const

export type CellState = (typeof CELL_STATES)[number]

export const BAD_STATES: ReadonlySet<CellState> = new Set([
  'never_committed',
  'abandoned',
  'no_consumer',
  'hung_transaction',
  'stalled',
])

/** An advance of the committed offset has been seen, so `progressAt` is its time. */
export const CELL_ADVANCED = 1
/** The commit lies beyond the end of the log. */
export const CELL_BEYOND_END = 2
/** The commit went back and has not regained its highest place. */
export const CELL_REWOUND = 4
/** Nothing is committed: assigned only, or there because the configuration asks for kafka_exporter's -1. */
export const CELL_UNCOMMITTED = 8
/** The offsets between the commit and the first uncommitted record have holes: compaction, or transactions. */
export const CELL_HOLES = 16
/** READ on the topic is refused, so that `headAt` was found by searches for time stamps. */
export const CELL_UNREADABLE = 32

/** One entry per block. */
export interface BlockColumns {
  /** Sums over the block's cells; NaN where one of them cannot be read. */
  readonly committedSum: Float64Array
  readonly lagSum: Float64Array
  readonly beyondEnd: Float64Array
  readonly rewinds: Float64Array
  /** Offsets deleted by retention before they were consumed; a counter. */
  readonly lost: Float64Array
  /** Estimate at the present rates; 0 when caught up, `Infinity` when falling behind, NaN when not known. */
  readonly catchUpMs: Float64Array
}

/** What a group is expected to do, in force for it. */
export interface Objective {
  /** Null where none was set. */
  readonly lagMs: number | null
  readonly stalledAfterMs: number
  readonly stalledAfterMaxMs: number
  /** `record`: lag in time counts from the record's time stamp. `seen`: from when this program saw it. */
  readonly clock: 'record' | 'seen'
  readonly isolation: 'auto' | 'read_committed' | 'read_uncommitted'
}

export interface GroupView {
  readonly id: string
  readonly kind: GroupKind
  readonly state: string
  readonly protocolType: string
  /** '' while not described. */
  readonly protocol: string
  readonly coordinator: number
  /** True when the last poll could read it. */
  readonly up: boolean
  /** Whether a coordinator said that it exists. */
  readonly exists: boolean
  /** Null while it could not be described. */
  readonly members: readonly GroupMember[] | null
  readonly lagMax: number
  /** Largest known lag in time over its partitions, in milliseconds; NaN where none is known. */
  readonly lagMsMax: number
  readonly objective: Objective
  /** How long it has kept its objective while there was traffic; NaN without one. */
  readonly keptUpMs: number
  readonly rebalances: number
  readonly lastReadAt: number
  readonly readErrors: readonly CodeCount[]
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly share: ShareView | null
}

export interface ShareView {
  readonly rows: Int32Array
  readonly startOffsets: Float64Array
  readonly lags: Float64Array
}
