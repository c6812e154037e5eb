import type { TailedRecord } from '../../model/tail.ts'
import { type AbortedTransaction, AbortedTransactions } from './aborted-transactions.ts'
import { decompress, NO_COMPRESSION } from './decompress.ts'
import { minMessageBytes } from './legacy-message-set.ts'
import type { ReadBatch } from './read-batch.ts'
import { readMessages } from './read-messages.ts'
import {
  BATCH_HEADER_BYTES,
  type BatchHeader,
  BYTES_BEFORE_BATCH,
  BYTES_TO_MAGIC,
  int64,
  magicAt,
  readBatchHeader,
} from './record-batch-header.ts'
import { readRecords } from './record-fields.ts'

/** How the bytes ended: `cut` inside a batch of so many bytes, NaN where not even that is there. */
export interface BatchesEnd {
  readonly cutBytes: number | null
}

/**
 * Every batch of what Fetch answered for one partition, one at a time and a long one in parts, so that no more than one
 * is decompressed at once. Never throws, never reads outside the bytes, never allocates more than `maxBatchBytes` for
 * the bytes of a batch: a longer one is passed over by its header, whether it is there whole or not. Checksums are not
 * looked at.
 *
 * @param from no record before it is given; what was compacted away or aborted is passed over in silence
 * @param aborted as Fetch answers beside the records
 */
export function* readBatches(
  bytes: Buffer,
  partition: number,
  from: number,
  aborted: readonly AbortedTransaction[],
  maxBatchBytes: number,
): Generator<ReadBatch, BatchesEnd, void> {
  const transactions = new AbortedTransactions(aborted)
  let next = from
  let at = 0
  while (at < bytes.length) {
    const there = bytes.length - at
    if (there < BYTES_TO_MAGIC)
      return { cutBytes: there < BYTES_BEFORE_BATCH ? Number.NaN : lengthAt(bytes, at) }
    const length = lengthAt(bytes, at)
    const magic = magicAt(bytes, at)
    const least = magic === 2 ? BATCH_HEADER_BYTES : minMessageBytes(magic)
    // Where the next one begins is not known then: the broker is asked on from the next offset.
    if (magic > 2 || length < least) {
      yield { records: [], unreadable: 1, nextOffset: next + 1 }
      return { cutBytes: null }
    }
    const isTooLong = length > maxBatchBytes && there >= least
    if (there < length && !isTooLong) return { cutBytes: length }
    const batch = bytes.subarray(at, at + length)
    const parts =
      magic === 2
        ? readBatch(batch, partition, next, transactions, isTooLong ? 0 : maxBatchBytes)
        : [isTooLong ? tooLong(batch, next) : readMessages(batch, magic, partition, next, maxBatchBytes)]
    for (const part of parts) {
      next = Math.max(next, part.nextOffset)
      yield { ...part, nextOffset: next }
    }
    at += length
  }
  return { cutBytes: null }
}

/** A message, or a wrapper of nobody knows how many. */
function tooLong(message: Buffer, from: number): ReadBatch {
  const offset = int64(message, 0)
  if (offset >= Number.MAX_SAFE_INTEGER) return { records: [], unreadable: 1, nextOffset: from + 1 }
  return { records: [], unreadable: offset < from ? 0 : 1, nextOffset: offset + 1 }
}

function lengthAt(bytes: Buffer, at: number): number {
  return BYTES_BEFORE_BATCH + bytes.readInt32BE(at + 8)
}

/** @param maxBatchBytes 0: its records are not looked at */
function* readBatch(
  batch: Buffer,
  partition: number,
  from: number,
  transactions: AbortedTransactions,
  maxBatchBytes: number,
): Generator<ReadBatch, void, void> {
  const header = readBatchHeader(batch, 0)
  if (typeof header === 'string') {
    yield { records: [], unreadable: 1, nextOffset: from + 1 }
    return
  }
  const nextOffset = header.lastOffset + 1
  const packed = batch.subarray(BATCH_HEADER_BYTES)
  const isAborted = transactions.isAborted(header, packed)
  const isEmpty = header.recordCount === 0 || header.lastOffset < from
  if (isAborted === true || header.isControl || isEmpty) {
    yield { records: [], unreadable: 0, nextOffset }
    return
  }
  const bytes = maxBatchBytes === 0 ? null : unpacked(header, packed, maxBatchBytes)
  let records: readonly TailedRecord[] = []
  let next = Math.max(from, header.baseOffset)
  let read = 0
  if (bytes !== null) {
    const reading = readRecords(bytes, header, partition, from)
    let step = reading.next()
    for (; !step.done; step = reading.next()) {
      if (records.length > 0) yield { records, unreadable: 0, nextOffset: next }
      records = step.value
      next = (records.at(-1) as TailedRecord).offset + 1
    }
    read = step.value
  }
  // Compaction may have taken any of those before: at most what is left of the offsets.
  yield { records, unreadable: Math.min(header.recordCount - read, nextOffset - next), nextOffset }
}

function unpacked(header: BatchHeader, packed: Buffer, maxBatchBytes: number): Buffer | null {
  if (header.codec === NO_COMPRESSION) return packed
  const output = decompress(header.codec, packed, maxBatchBytes)
  return output?.isWhole ? output.bytes : null
}
