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
  magicAt,
  readBatchHeader,
} from './record-batch-header.ts'
import { readRecords } from './record-fields.ts'

/** How the bytes ended: `cut` inside a batch of so many bytes, NaN where not even that is there. */
export interface BatchesEnd {
  readonly cutBytes: number | null
}

/**
 * Every batch of what Fetch answered for one partition, one at a time, so that no more than one is decompressed at
 * once. Never throws, never reads outside the bytes, never allocates more than `maxBatchBytes` for a batch. Checksums
 * are not looked at.
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
    if (there < length) return { cutBytes: length }
    const batch = bytes.subarray(at, at + length)
    const read =
      magic === 2
        ? readBatch(batch, partition, next, transactions, maxBatchBytes)
        : readMessages(batch, magic, partition, next, maxBatchBytes)
    next = Math.max(next, read.nextOffset)
    yield { ...read, nextOffset: next }
    at += length
  }
  return { cutBytes: null }
}

function lengthAt(bytes: Buffer, at: number): number {
  return BYTES_BEFORE_BATCH + bytes.readInt32BE(at + 8)
}

function readBatch(
  batch: Buffer,
  partition: number,
  from: number,
  transactions: AbortedTransactions,
  maxBatchBytes: number,
): ReadBatch {
  const header = readBatchHeader(batch, 0)
  if (typeof header === 'string') return { records: [], unreadable: 1, nextOffset: from + 1 }
  const nextOffset = header.lastOffset + 1
  const packed = batch.subarray(BATCH_HEADER_BYTES)
  const isAborted = transactions.isAborted(header, packed)
  const isEmpty = header.recordCount === 0 || header.lastOffset < from
  if (isAborted === true || header.isControl || isEmpty) return { records: [], unreadable: 0, nextOffset }
  const bytes = unpacked(header, packed, maxBatchBytes)
  const records = bytes === null ? null : readRecords(bytes, header, partition, from)
  if (records !== null) return { records, unreadable: 0, nextOffset }
  return { records: [], unreadable: unreadOf(header, from), nextOffset }
}

function unpacked(header: BatchHeader, packed: Buffer, maxBatchBytes: number): Buffer | null {
  if (header.codec === NO_COMPRESSION) return packed
  const output = decompress(header.codec, packed, maxBatchBytes)
  return output?.isWhole ? output.bytes : null
}

/** Compaction may have taken any of those before `from`: at most what is left of the offsets. */
function unreadOf({ recordCount, lastOffset }: BatchHeader, from: number): number {
  return Math.min(recordCount, lastOffset + 1 - from)
}
