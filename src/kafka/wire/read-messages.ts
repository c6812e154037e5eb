import type { TailedRecord } from '../../model/tail.ts'
import { decompress, NO_COMPRESSION } from './decompress.ts'
import { minMessageBytes } from './legacy-message-set.ts'
import type { ReadBatch } from './read-batch.ts'
import { BYTES_BEFORE_BATCH, int64, magicAt } from './record-batch-header.ts'

/*
 * Messages of before Kafka 0.11 (magic 0 and 1): https://kafka.apache.org/documentation/#messageset
 *
 * offset 0, message_size 8, crc 12, magic 16, attributes 17, [magic 1: timestamp 18,] key, value
 */
const ATTRIBUTES_AT = 17
const TIMESTAMP_AT = 18
const NO_TIMESTAMP = -1

interface Message {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

/** One message, or a compressed wrapper of messages, that is there whole. Never throws. */
export function readMessages(
  message: Buffer,
  magic: number,
  partition: number,
  from: number,
  maxBatchBytes: number,
): ReadBatch {
  // A wrapper has the offset of its last message.
  const offset = int64(message, 0)
  if (offset < 0 || offset >= Number.MAX_SAFE_INTEGER) return unreadable(from)
  if (offset < from) return { records: [], unreadable: 0, nextOffset: offset + 1 }
  const codec = (message[ATTRIBUTES_AT] as number) & 0x07
  const fields = fieldsOf(message, magic)
  if (fields === null) return unreadable(offset)
  if (codec === NO_COMPRESSION) {
    const record = { partition, offset, timestamp: timestampOf(message, magic), ...fields, headers: [] }
    return { records: [record], unreadable: 0, nextOffset: offset + 1 }
  }
  const output = fields.value === null ? null : decompress(codec, fields.value, maxBatchBytes)
  const records = output?.isWhole ? wrapped(output.bytes, message, magic, partition, offset) : null
  // Of those that cannot be read nobody knows the number; one is there.
  if (records === null) return unreadable(offset)
  return { records: records.filter(r => r.offset >= from), unreadable: 0, nextOffset: offset + 1 }
}

function unreadable(at: number): ReadBatch {
  return { records: [], unreadable: 1, nextOffset: at + 1 }
}

/** Null where they cannot be read. */
function wrapped(
  inner: Buffer,
  wrapper: Buffer,
  magic: number,
  partition: number,
  lastOffset: number,
): TailedRecord[] | null {
  const isLogAppendTime = magic === 1 && ((wrapper[ATTRIBUTES_AT] as number) & 0x08) !== 0
  const records: TailedRecord[] = []
  for (let at = 0; at < inner.length; ) {
    if (at + minMessageBytes(magic) > inner.length || magicAt(inner, at) !== magic) return null
    const end = at + BYTES_BEFORE_BATCH + inner.readInt32BE(at + 8)
    if (end < at + minMessageBytes(magic) || end > inner.length) return null
    const message = inner.subarray(at, end)
    const fields = fieldsOf(message, magic)
    if (fields === null) return null
    const timestamp = timestampOf(isLogAppendTime ? wrapper : message, magic)
    records.push({ partition, offset: int64(message, 0), timestamp, ...fields, headers: [] })
    at = end
  }
  // Of magic 1 their offsets count from the first of them, which the last one's offset tells (KIP-31).
  const base = magic === 0 ? 0 : lastOffset - (records.at(-1)?.offset ?? 0)
  let before = -1
  for (const { offset } of records) {
    if (base + offset <= before || base + offset > lastOffset) return null
    before = base + offset
  }
  return magic === 0 ? records : records.map(record => ({ ...record, offset: base + record.offset }))
}

function timestampOf(message: Buffer, magic: number): number {
  return magic === 0 ? NO_TIMESTAMP : Math.max(NO_TIMESTAMP, int64(message, TIMESTAMP_AT))
}

function fieldsOf(message: Buffer, magic: number): Message | null {
  const key = bytesAt(message, magic === 0 ? TIMESTAMP_AT : TIMESTAMP_AT + 8)
  if (key === null) return null
  const value = bytesAt(message, key.end)
  return value === null ? null : { key: key.bytes, value: value.bytes }
}

/** Bytes with an int32 of their length before them, -1 for null. */
function bytesAt(
  message: Buffer,
  at: number,
): { readonly bytes: Buffer | null; readonly end: number } | null {
  if (at + 4 > message.length) return null
  const length = message.readInt32BE(at)
  if (length < 0) return { bytes: null, end: at + 4 }
  const end = at + 4 + length
  return end > message.length ? null : { bytes: message.subarray(at + 4, end), end }
}
