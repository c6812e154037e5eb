/** One record as it lies in a log. */
export interface SimulatedRecord {
  readonly offset: number
  /** The producer's; in a LogAppendTime batch every reader takes the batch's largest instead. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Headers
}

export type Headers = readonly (readonly [string, Buffer | null])[]

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** A record batch of message format v2 with all that a Fetch tells of it. */
export interface RecordBatch {
  /** Stays what it was when compaction takes the first records. */
  readonly baseOffset: number
  readonly lastOffset: number
  /** A Fetch that begins before it ends before it. */
  readonly startsSegment: boolean
  /** -1 for a batch that compaction has emptied. */
  readonly maxTimestamp: number
  readonly codec: Codec
  /** LogAppendTime: `maxTimestamp` is the time of every record. */
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Until when tombstones and markers stay; a batch that has one has it in place of its base time stamp. */
  readonly deleteHorizon: number | null
  readonly leaderEpoch: number
  /** -1 without idempotence. */
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  /** In order of their offsets; empty where compaction has left the shell only. */
  readonly records: readonly SimulatedRecord[]
}

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  /** Of its marker. */
  readonly lastOffset: number
}

/** What a partition knows of one producer (KIP-664). */
export interface ProducerState {
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  /** -1 without a record. */
  readonly lastTimestamp: number
  readonly coordinatorEpoch: number
  /** -1 where no transaction is open. */
  readonly currentTransactionStart: number
}

export interface FoundRecord {
  readonly offset: number
  readonly timestamp: number
}

/** The log of one partition, as a broker reads it. */
export interface PartitionLog {
  readonly logStart: number
  /** One past the last record, replicated or not. */
  readonly end: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  /** As a segment file's, without indexes. */
  readonly sizeBytes: number
  /** The batch that reaches to `offset` or beyond, the first one; null at the end. */
  batchFrom(offset: number): RecordBatch | null
  /** The first record with that time stamp or a later one, in order of offsets; control records count. */
  findTimestamp(timestamp: number): FoundRecord | null
  /** The first of the newest records; control records count. */
  newest(): FoundRecord | null
  /** Those that end at or after `from` and begin before `upTo`, in order of their markers. */
  abortedTransactions(from: number, upTo: number): readonly AbortedTransaction[]
  producers(): readonly ProducerState[]
}
