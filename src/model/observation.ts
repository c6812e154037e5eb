import type { Topology } from './topology.ts'

/** What one poll was told, with an outcome per item: nothing here is remembered, derived or guessed. */
export interface Observation {
  /** Milliseconds since the epoch, on the exporter's clock. */
  readonly startedAt: number
  readonly endedAt: number
  /** Null when no broker gave metadata; then nothing else was asked. */
  readonly cluster: ClusterObservation | null
  readonly brokers: readonly BrokerObservation[]
  readonly errors: readonly ReadError[]
  /** Requests sent in this poll by API name, failed ones included, of the fast loop only. */
  readonly requests: ReadonlyMap<string, number>
  /** The same for descriptions, configurations, log directories and configured items asked for by name. */
  readonly slowRequests: ReadonlyMap<string, number>
  /** Wall time of each phase in milliseconds, in the order in which they ran. */
  readonly phases: ReadonlyMap<PollPhase, number>
}

export type PollPhase = 'metadata' | 'log_start' | 'commits' | 'log_end' | 'slow' | 'probe'

export interface ClusterObservation {
  /** Null before Metadata v2 or where the broker did not say. */
  readonly clusterId: string | null
  /** The previous object itself where nothing has changed. */
  readonly topology: Topology
  readonly partitions: PartitionObservation
  readonly groups: readonly GroupObservation[]
  /**
   * True when every broker of the metadata listed its groups, so that a group in no list does not exist or may not
   * be seen; false while a broker that could have listed it did not answer.
   */
  readonly groupsComplete: boolean
  /** Configured topics that the metadata of all topics did not hold: why, by name. Found ones are not here. */
  readonly missingTopics: ReadonlyMap<string, MissingReason>
  /** Configured groups that no broker listed: why, by name. */
  readonly missingGroups: ReadonlyMap<string, MissingReason>
  /** Per topic; null where this poll did not ask. */
  readonly topicConfigs: ReadonlyMap<string, TopicConfig> | null
  readonly logDirs: LogDirsObservation | null
}

/** `absent`: a broker said that it does not exist. `denied`: not authorised. `unreadable`: nobody could say. */
export type MissingReason =
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied'; readonly code: string }
  | { readonly kind: 'unreadable'; readonly code: string }

export interface BrokerObservation {
  readonly id: number
  readonly host: string
  readonly port: number
  /** Null when it did not answer this poll. */
  readonly responseMs: number | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

/** Where a read failed. `node` is the broker's id, -1 where no certain broker was asked. */
export interface ReadError {
  /** `credentials`: a file or a command that a connection needs; no phase of its own. */
  readonly stage: PollPhase | 'credentials'
  /** Kafka's name of the error, or a FailureCode. */
  readonly code: string
  readonly node: number
  readonly message: string
}

/** One entry per row of the topology in every column. */
export interface PartitionObservation {
  /** Broker id, -1 without a leader. */
  readonly leader: Int32Array
  readonly leaderEpoch: Int32Array
  /** First of the replica list, -1 when empty. */
  readonly preferredLeader: Int32Array
  readonly replicas: Uint16Array
  readonly inSyncReplicas: Uint16Array
  /** NaN where it could not be read this poll. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  /** Null when no row was asked for; NaN where it was not asked for or could not be read. */
  readonly lastStableOffset: Float64Array | null
  /**
   * Why `logStart` or `highWatermark` is NaN: an index into `outcomes`; 0 is "both were read".
   */
  readonly outcome: Uint8Array
  /** Codes by index; `outcomes[0]` is 'NONE'. */
  readonly outcomes: readonly string[]
}

export type GroupKind = 'classic' | 'consumer' | 'share' | 'streams' | 'unknown'

export interface GroupObservation {
  readonly id: string
  readonly kind: GroupKind
  /** As the broker writes it: Stable, Empty, PreparingRebalance, Assigning, …; '' where ListGroups does not say. */
  readonly state: string
  /** 'consumer', 'connect', '', … */
  readonly protocolType: string
  /** Broker that listed it, -1 if none. */
  readonly coordinator: number
  /** Null when they could not be read or the kind has none; then `failure` says why, or is null for share groups. */
  readonly commits: Commits | null
  readonly failure: { readonly code: string; readonly message: string } | null
  /** Null when this poll did not ask or the answer was an error. */
  readonly description: GroupDescription | null
  /** Share groups; null when not asked or not answered. */
  readonly shareOffsets: ShareOffsets | null
}

/** The committed offsets of one group, in the order in which the broker sent them; rows of this poll's topology. */
export interface Commits {
  readonly rows: Int32Array
  /** NaN where the broker gave an error for this partition alone. Partitions without a commit are not here. */
  readonly offsets: Float64Array
}

export interface ShareOffsets {
  readonly rows: Int32Array
  /** KIP-932 share-partition start offset; NaN where it is not initialised. */
  readonly startOffsets: Float64Array
  /** KIP-1226, DescribeShareGroupOffsets v1; NaN where the broker does not give it. */
  readonly lags: Float64Array
}

export interface GroupDescription {
  readonly state: string
  /** Assignor or protocol name: range, cooperative-sticky, uniform, …; '' when there is none. */
  readonly protocol: string
  readonly members: readonly GroupMember[]
  /** Group epoch (KIP-848, share, streams); -1 for classic groups, whose generation no API tells. */
  readonly epoch: number
}

export interface GroupMember {
  readonly memberId: string
  readonly clientId: string
  /** As the coordinator saw it, without the leading slash. */
  readonly host: string
  /** Rows of this poll's topology. */
  readonly rows: Int32Array
}

export interface TopicConfig {
  readonly cleanupPolicy: string
  /** CreateTime or LogAppendTime. */
  readonly timestampType: string
  /** Milliseconds; -1 = unlimited. */
  readonly retentionMs: number
  /** Bytes; -1 = unlimited. */
  readonly retentionBytes: number
  /** KIP-405: old segments are moved to remote storage, so that log directories hold a part of the log only. */
  readonly isTiered: boolean
}

export interface LogDirsObservation {
  /** Per row: size of the leader's log in bytes; NaN where unknown. */
  readonly leaderBytes: Float64Array
  readonly dirs: readonly { readonly node: number; readonly path: string; readonly bytes: number }[]
}
