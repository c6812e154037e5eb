/** What the bytes of one partition say of the first data record at or after an offset. */
export type FirstRecord = FoundRecord | NoRecord | CutRecords | UnreadableRecords

export interface FoundRecord {
  readonly kind: 'found'
  /** Least offset that the record can have; exact where it was decoded. */
  readonly recordOffset: number
  /** For every offset from the one asked for to the one before this, the first data record lies within the bounds. */
  readonly knownTo: number
  /** Milliseconds, both inclusive; equal where exact. -Infinity: nothing is known but `maxTimestamp`. */
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
  /** Bytes of the whole batch that is cut, as it says; NaN where they end before its length. */
  readonly bytesNeeded: number
}

export interface UnreadableRecords {
  readonly kind: 'unreadable'
  /** No data record lies between the offset asked for and this one. */
  readonly knownTo: number
  /** For a log. */
  readonly reason: string
  /** False: the bytes are as they may be, but do not say when the record is from. */
  readonly isMalformed: boolean
}

export interface FindLimits {
  /** Longer compressed batches are not decompressed. */
  readonly maxCompressedBytes: number
  /** Of a decompressed batch no more is looked at. */
  readonly maxDecompressedBytes: number
  /** How many batches may yet be decompressed. */
  decompressions: number
}

/** A record of which the time stamp was read. Producers without a clock send -1: that is no time, least of all 1970. */
export function foundAt(
  recordOffset: number,
  timestamp: number,
  more: { readonly knownTo?: number; readonly isLogAppendTime: boolean; readonly isTransactional: boolean },
): FirstRecord {
  const knownTo = more.knownTo ?? recordOffset + 1
  if (timestamp < 0) return undated(recordOffset, 'a record without a time stamp')
  return {
    kind: 'found',
    recordOffset,
    knownTo,
    minTimestamp: timestamp,
    maxTimestamp: timestamp,
    isLogAppendTime: more.isLogAppendTime,
    isTransactional: more.isTransactional,
  }
}

export function unreadable(knownTo: number, reason: string): UnreadableRecords {
  return { kind: 'unreadable', knownTo, reason, isMalformed: true }
}

export function undated(knownTo: number, reason: string): UnreadableRecords {
  return { kind: 'unreadable', knownTo, reason, isMalformed: false }
}

export function incomplete(knownTo: number, bytesNeeded: number): CutRecords {
  return { kind: 'incomplete', knownTo, bytesNeeded }
}
