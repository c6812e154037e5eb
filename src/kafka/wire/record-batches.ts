import { type AbortedTransaction, AbortedTransactions } from './aborted-transactions.ts'
import { scanRecords } from './batch-records.ts'
import { decompress, NO_COMPRESSION } from './decompress.ts'
import {
  type FindLimits,
  type FirstRecord,
  foundAt,
  incomplete,
  undated,
  unreadable,
} from './first-record.ts'
import { findInMessage, minMessageBytes } from './legacy-message-set.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  BYTES_BEFORE_BATCH,
  BYTES_TO_MAGIC,
  magicAt,
  readBatchHeader,
} from './record-batch-header.ts'

export type { CutRecords, FirstRecord, FoundRecord, NoRecord, UnreadableRecords } from './first-record.ts'

export interface FindOptions {
  /** Longer compressed batches are not decompressed. Default 256 KiB. */
  readonly maxDecompressBytes?: number
  /** Of a decompressed batch no more is looked at. Default 4 MiB. */
  readonly maxDecompressedBytes?: number
}

/** The first record of a compressed batch is not decoded where that could not make its time more exact than this. */
const NARROW_MS = 1_000
/** In a log no more than one batch holds an offset, so that a second one is rare; each may cost milliseconds. */
const MAX_DECOMPRESSIONS = 8

/**
 * Finds the first data record at or after an offset and when it is from. Never throws, never reads outside the bytes,
 * never allocates more than the limits: whatever the bytes are. Checksums are not looked at.
 *
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
  if (records.length === 0) return incomplete(from, Number.NaN)
  const limits = {
    maxCompressedBytes: options.maxDecompressBytes ?? 256 * 1024,
    maxDecompressedBytes: options.maxDecompressedBytes ?? 4 * 1024 * 1024,
    decompressions: MAX_DECOMPRESSIONS,
  }
  const transactions = new AbortedTransactions(aborted)
  let knownTo = from
  let at = 0
  while (at < records.length) {
    const there = records.length - at
    if (there < BYTES_BEFORE_BATCH) return incomplete(knownTo, Number.NaN)
    const length = records.readInt32BE(at + 8)
    const bytes = BYTES_BEFORE_BATCH + length
    if (there < BYTES_TO_MAGIC) return length < 0 ? tooShort(knownTo, length) : incomplete(knownTo, bytes)
    const magic = magicAt(records, at)
    if (magic > 2) return unreadable(knownTo, `a record batch of format ${magic}`)
    const headerBytes = magic === 2 ? BATCH_HEADER_BYTES : minMessageBytes(magic)
    if (bytes < headerBytes) return tooShort(knownTo, length)
    if (there < headerBytes) return incomplete(knownTo, bytes)
    const batch = records.subarray(at, at + bytes)
    const step =
      magic === 2
        ? findInBatch(batch, bytes, from, knownTo, transactions, limits)
        : findInMessage(batch, bytes, magic, from, knownTo, limits)
    if (typeof step !== 'number') return step
    // The batch holds no data record that is not before `from`.
    knownTo = Math.max(knownTo, step)
    at += bytes
  }
  return { kind: 'none', knownTo }
}

function tooShort(knownTo: number, length: number): FirstRecord {
  return unreadable(knownTo, `a record batch of ${length} bytes`)
}

/**
 * @param bytes how long the batch is; `batch` may be cut after its header
 * @returns a number where it holds no such record: the offset after it
 */
function findInBatch(
  batch: Buffer,
  bytes: number,
  from: number,
  knownTo: number,
  transactions: AbortedTransactions,
  limits: FindLimits,
): FirstRecord | number {
  const header = readBatchHeader(batch, 0)
  if (typeof header === 'string') return unreadable(knownTo, header)
  const records = batch.subarray(BATCH_HEADER_BYTES)
  const after = header.lastOffset + 1
  const isAborted = transactions.isAborted(header, records)
  if (isAborted === true || header.recordCount === 0 || header.lastOffset < from) return after
  if (header.isControl) {
    if (isAborted !== null) return after
    if (batch.length < bytes) return incomplete(knownTo, bytes)
    return unreadable(knownTo, 'a transaction marker that cannot be read')
  }
  if (header.isLogAppendTime && isCertain(header, from)) {
    return foundAt(Math.max(from, header.baseOffset), header.maxTimestamp, {
      ...header,
      knownTo: header.baseOffset + header.recordCount,
    })
  }
  if (header.codec === NO_COMPRESSION) {
    const scanned = scanRecords(records, header, from)
    if (scanned.kind === 'found') return foundAt(scanned.offset, scanned.timestamp, header)
    if (scanned.kind === 'past') return after
    if (batch.length < bytes) return incomplete(knownTo, bytes)
    return unreadable(knownTo, 'a record that cannot be read')
  }
  return findInCompressed(header, records, bytes, from, knownTo, limits)
}

function findInCompressed(
  header: BatchHeader,
  records: Buffer,
  bytes: number,
  from: number,
  knownTo: number,
  limits: FindLimits,
): FirstRecord | number {
  const { baseOffset, maxTimestamp } = header
  const spread = maxTimestamp - lowerBound(header)
  // Of the first record, and of no other, the base cannot be too late: later ones may be dated before it.
  if (from <= baseOffset && spread <= NARROW_MS) return bounded(header, from, baseOffset + 1)
  if (bytes - BATCH_HEADER_BYTES <= limits.maxCompressedBytes && limits.decompressions > 0) {
    if (BATCH_HEADER_BYTES + records.length < bytes) return incomplete(knownTo, bytes)
    limits.decompressions--
    const output = decompress(header.codec, records, limits.maxDecompressedBytes)
    const scanned = output === null ? null : scanRecords(output.bytes, header, from)
    if (scanned?.kind === 'found') return foundAt(scanned.offset, scanned.timestamp, header)
    if (scanned?.kind === 'past') return header.lastOffset + 1
  }
  if (!isCertain(header, from)) return undated(knownTo, 'a compacted batch that is not decompressed')
  if (maxTimestamp < 0) return undated(knownTo, 'a record without a time stamp')
  return bounded(header, from, baseOffset + header.recordCount)
}

/**
 * Whether the batch holds a record at or after the offset. Compaction takes records out of a batch and leaves its
 * first and last offset as they were; but n records cannot all lie below `baseOffset + n`.
 */
function isCertain(header: BatchHeader, from: number): boolean {
  return from < header.baseOffset + header.recordCount
}

/**
 * By the header alone. A producer that dates the records of one batch out of order may have some below the base, by
 * as much as it likes: that is known of the header's bounds, and accepted where the batch cannot be decompressed.
 */
function bounded(header: BatchHeader, from: number, knownTo: number): FirstRecord {
  return {
    kind: 'found',
    recordOffset: Math.max(from, header.baseOffset),
    knownTo,
    minTimestamp: lowerBound(header),
    maxTimestamp: header.maxTimestamp,
    isLogAppendTime: header.isLogAppendTime,
    isTransactional: header.isTransactional,
  }
}

/** -Infinity where the base is no time of a record. */
function lowerBound({ hasDeleteHorizon, baseTimestamp, maxTimestamp }: BatchHeader): number {
  const isBound = !hasDeleteHorizon && baseTimestamp >= 0 && baseTimestamp <= maxTimestamp
  return isBound ? baseTimestamp : Number.NEGATIVE_INFINITY
}
