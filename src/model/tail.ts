/** A header as it stands in a record. A key may be there more than once, and a value may be null. */
export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

/** A data record as it stands in the log (https://kafka.apache.org/documentation/#record). */
export interface TailedRecord {
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch, as its producer or the broker stamped it; -1 = without one. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** In the record's order. */
  readonly headers: readonly RecordHeader[]
}

/** Where one partition is to be read from. */
export interface TailPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export interface TailLimits {
  /** Bytes of one pass as they come from the brokers, over all partitions. */
  readonly maxBytes: number
  /** Bytes asked of one partition at a time; a larger first batch comes whole, within `maxBytes`. */
  readonly maxPartitionBytes: number
  /** A batch that is longer when decompressed is passed over as unreadable. */
  readonly maxBatchBytes: number
  /** How long a broker may wait for records where there are none. */
  readonly maxWaitMs: number
}

/** What one pass learnt of one partition. Counts are of offsets: what was compacted away counts as passed over. */
export type TailAnswer =
  | {
      readonly kind: 'read'
      readonly topic: string
      readonly partition: number
      /** By offset; those of aborted transactions are left out. */
      readonly records: readonly TailedRecord[]
      /** Data records that are there and could not be read: their batch was too long, corrupt or of an unknown codec. */
      readonly unreadable: number
      /** Where to go on. */
      readonly nextOffset: number
      readonly logStart: number
      /** The last stable offset: nothing behind it is read. */
      readonly end: number
    }
  /** The offset is no longer there, or not yet. */
  | {
      readonly kind: 'out_of_range'
      readonly topic: string
      readonly partition: number
      readonly logStart: number
      readonly end: number
    }
  | {
      readonly kind: 'failed'
      readonly topic: string
      readonly partition: number
      readonly code: string
      readonly message: string
    }

/**
 * Reads records where they are, without a group: nothing is joined, nothing is committed. Needs READ on the topic.
 * Never throws for what a cluster can do. Calls must not overlap.
 */
export interface RecordTailer {
  /** One pass over the positions. A partition that the limits left no room for has no answer. */
  read(
    positions: readonly TailPosition[],
    limits: TailLimits,
    signal: AbortSignal,
  ): Promise<readonly TailAnswer[]>
  close(): Promise<void>
}
