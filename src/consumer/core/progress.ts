/** What is known of one assigned partition. Offsets and records are numbers up to 2^53; null is unknown. */
export interface PartitionProgress {
  readonly topic: string
  readonly partition: number
  /** Offset of the last record handed to the handler. */
  readonly consumed: number | null
  /** Offset of the last record that the handler has ended. */
  readonly processed: number | null
  /** Offset that is read next, as committed. */
  readonly committed: number | null
  /** Offset that is processed next. */
  readonly position: number | null
  /** Offset behind the last record that this consumer can read. */
  readonly end: number | null
  /** Records from the position to the end; never negative. */
  readonly lag: number | null
  /** Offsets of the batch that the handler has now, first and last; null for none. */
  readonly inFlight: { readonly first: number; readonly last: number } | null
  readonly isPaused: boolean
  /** How long there has been work without an advance, in milliseconds; 0 without work. */
  readonly stalledMs: number
  /** How long that may be. */
  readonly thresholdMs: number
  /** Since the last advance, or since the partition was assigned, in milliseconds. */
  readonly advanceAgeMs: number
}

export type LivenessReason = 'stalled' | 'poll_loop' | 'crashed' | 'kafka_down'

/** One thing that only a restart mends. */
export interface LivenessFault {
  readonly reason: LivenessReason
  /** Of a stalled partition. */
  readonly topic?: string
  readonly partition?: number
  /** Offset that is processed next. */
  readonly offset?: number
  readonly lag?: number
  /** How long it has been so, in milliseconds. */
  readonly forMs: number
  /** How long that may be. */
  readonly thresholdMs: number
  /** One sentence for people. */
  readonly message: string
}

export interface Liveness {
  readonly live: boolean
  readonly faults: readonly LivenessFault[]
}

/** What the rest of the kit asks of a consumer's progress. All answers are from memory. */
export interface ProgressView {
  readonly groupId: string
  liveness(): Liveness
  partitions(): readonly PartitionProgress[]
  /** It is a member of its group, as far as it knows: false before the first join, after a stop and after a crash. */
  isJoined(): boolean
  /**
   * Calls `listener` on each turn of the processing loop: a fetch, a batch or a record. While no broker answers, and the
   * loop cannot turn, after each round of asking for ends instead. Returns what ends that.
   */
  onTurn(listener: () => void): () => void
}
