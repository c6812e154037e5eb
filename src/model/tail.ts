import type { Topology } from './topology.ts'

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
  /** These are views of a larger buffer: who keeps one keeps it all, and copies what is to last. */
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** In the record's order. */
  readonly headers: readonly RecordHeader[]
}

/** Where partitions are, by what a poll found out. */
export interface TailMap {
  readonly topology: Topology
  /** By row; -1 without one. */
  readonly leader: Int32Array
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[]
}

/** Where one partition is to be read from. */
export interface TailPosition {
  /** Of the map's topology. */
  readonly row: number
  readonly offset: number
  /** How many records are wanted; Infinity for all there are. */
  readonly maxRecords: number
}

export interface TailLimits {
  /** Bytes of one pass as they come from the brokers, over all partitions; a long batch may go beyond. */
  readonly maxBytes: number
  /** A batch that is longer, as it comes or decompressed, is passed over as unreadable. */
  readonly maxBatchBytes: number
}

/** Some of what a pass learns of one partition; in the order of its offsets. */
export type TailAnswer =
  | {
      readonly kind: 'read'
      readonly row: number
      /** By offset; those of aborted transactions are left out. None where it is at its end. */
      readonly records: readonly TailedRecord[]
      /** Data records that are there and could not be read: their batch was too long, damaged or of an unknown codec. */
      readonly unreadable: number
      /** Where to go on; what lies before and is not among the records was compacted away, aborted or no data. */
      readonly nextOffset: number
      /** The last stable offset: nothing behind it is read. */
      readonly end: number
    }
  /** The offset is no longer there, or not yet. */
  | { readonly kind: 'out_of_range'; readonly row: number }
  | { readonly kind: 'failed'; readonly row: number; readonly code: string; readonly message: string }

/**
 * Reads records where they are, read_committed and without a group: nothing is joined, nothing is committed. Needs
 * READ on the topic. Never throws for what a cluster can do. Calls must not overlap.
 */
export interface RecordTailer {
  /**
   * One pass over the positions, up to where each partition ends or the limits do. Nothing more is asked of a broker
   * before `take` has resolved, and `take` is never called twice at a time; what it throws ends the pass.
   *
   * @param positions by row, ascending, each row once
   * @returns bytes of records that came
   */
  read(
    map: TailMap,
    positions: readonly TailPosition[],
    limits: TailLimits,
    take: (answer: TailAnswer) => void | Promise<void>,
    signal: AbortSignal,
  ): Promise<number>
  close(): Promise<void>
}
