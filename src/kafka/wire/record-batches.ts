import type { AbortedTransaction } from './aborted-transactions.ts'

/** What the bytes of one partition say of the first data record at or after an offset. */
export type FirstRecord = FoundRecord | NoRecord | CutRecords | UnreadableRecords

export interface FoundRecord {
  readonly kind: 'found'
  /** Least offset that the record can have; exact where it was decoded. */
  readonly recordOffset: number
  /** For every offset from the one asked for to the one before this, the first data record lies within the bounds. */
  readonly knownTo: number
  /** Milliseconds, both inclusive, equal where exact. -Infinity: no more is known than that it is not after `maxTimestamp`. */
  readonly minTimestamp: number
  readonly maxTimestamp: number
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
}

/** Only control batches, batches of aborted transactions, empty batches and holes. */
export interface NoRecord {
  readonly kind: 'none'
  /** No data record lies between the offset asked for and this one. */
  readonly knownTo: number
}

/** More bytes are needed: they end inside the batch that may hold the record, or before any. */
export interface CutRecords {
  readonly kind: 'incomplete'
  /** No data record lies between the offset asked for and this one: ask on from here. */
  readonly knownTo: number
  /** Bytes of the whole batch that is cut; NaN where they end before its length. */
  readonly bytesNeeded: number
}

export interface UnreadableRecords {
  readonly kind: 'unreadable'
  /** The same; the record of which nothing can be said comes at or after it. */
  readonly knownTo: number
  /** For a log. */
  readonly reason: string
}

export interface FindOptions {
  /** Longer compressed batches are not decompressed. Default 256 KiB. */
  readonly maxDecompressBytes?: number
  /** Of a decompressed batch no more is looked at. Default 4 MiB. */
  readonly maxDecompressedBytes?: number
}

/**
 * @param records of one partition, as Fetch answers
 * @param from not before the offset that was fetched from
 * @param aborted as Fetch answers beside the records; empty to take all data for data (read_uncommitted)
 */
export function findFirstRecord(
  records: Buffer,
  from: number,
  aborted: readonly AbortedTransaction[],
  options: FindOptions = {},
): FirstRecord {
  void [records, aborted, options]
  return { kind: 'incomplete', knownTo: from, bytesNeeded: Number.NaN }
}
