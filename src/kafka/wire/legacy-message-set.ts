import { decompress, NO_COMPRESSION } from './decompress.ts'
import {
  type FindLimits,
  type FirstRecord,
  foundAt,
  incomplete,
  undated,
  unreadable,
} from './first-record.ts'
import { BYTES_BEFORE_BATCH, int64, magicAt } from './record-batch-header.ts'

/*
 * Messages of before Kafka 0.11 (magic 0 and 1), which old segments may still hold:
 * https://kafka.apache.org/documentation/#messageset
 *
 * offset 0, message_size 8, crc 12, magic 16, attributes 17, [magic 1: timestamp 18,] key, value
 */

/** Least size of a message, offset and size included. */
export function minMessageBytes(magic: number): number {
  return magic === 0 ? 26 : 34
}

/** Of magic 1. */
const TIMESTAMP_AT = 18
const KEY_AT = 26

const MESSAGE = { isTransactional: false, isLogAppendTime: false }
const NO_TIME = 'a message of format 0, which has no time stamps'

/**
 * One message or compressed wrapper of messages; its header is there, the rest may be cut.
 *
 * @param bytes how long it is
 * @returns a number where it holds no such record: the offset after it
 */
export function findInMessage(
  message: Buffer,
  bytes: number,
  magic: number,
  from: number,
  knownTo: number,
  limits: FindLimits,
): FirstRecord | number {
  // A wrapper has the offset of its last message.
  const offset = int64(message, 0)
  if (offset < 0 || offset >= Number.MAX_SAFE_INTEGER)
    return unreadable(knownTo, `a message at offset ${offset}`)
  if (offset < from) return offset + 1
  if (magic === 0) return undated(knownTo, NO_TIME)
  const attributes = message[17] as number
  const codec = attributes & 0x07
  const isLogAppendTime = (attributes & 0x08) !== 0
  const timestamp = int64(message, TIMESTAMP_AT)
  if (codec === NO_COMPRESSION) return foundAt(offset, timestamp, { ...MESSAGE, isLogAppendTime })
  // Its last message, if no other, is not before `from`.
  if (isLogAppendTime || timestamp < 0) {
    return foundAt(from, timestamp, { ...MESSAGE, isLogAppendTime, knownTo: offset + 1 })
  }
  if (bytes <= limits.maxCompressedBytes) {
    if (message.length < bytes) return incomplete(knownTo, bytes)
    const found = findInWrapper(message, codec, offset, from, limits)
    if (found !== null) return found
  }
  // It has the latest time stamp of its messages.
  return {
    kind: 'found',
    recordOffset: from,
    knownTo: offset + 1,
    minTimestamp: Number.NEGATIVE_INFINITY,
    maxTimestamp: timestamp,
    ...MESSAGE,
  }
}

/** Null where it cannot be read. */
function findInWrapper(
  wrapper: Buffer,
  codec: number,
  lastOffset: number,
  from: number,
  limits: FindLimits,
): FirstRecord | null {
  const value = valueIn(wrapper)
  const output = value === null ? null : decompress(codec, value, limits.maxDecompressedBytes)
  if (output === null || !output.isWhole) return null
  const inner = output.bytes
  // Their offsets count from the first of them, which the last one's offset tells (KIP-31).
  let lastDelta = -1
  for (let at = 0; at < inner.length; at = endOfMessage(inner, at)) {
    if (!isMessage(inner, at)) return null
    lastDelta = int64(inner, at)
  }
  const base = lastOffset - lastDelta
  for (let at = 0; at < inner.length; at = endOfMessage(inner, at)) {
    const offset = base + int64(inner, at)
    if (offset < from) continue
    return offset > lastOffset ? null : foundAt(offset, int64(inner, at + TIMESTAMP_AT), MESSAGE)
  }
  return null
}

function isMessage(inner: Buffer, at: number): boolean {
  const least = minMessageBytes(1)
  if (at + least > inner.length || magicAt(inner, at) !== 1) return false
  const end = endOfMessage(inner, at)
  return end >= at + least && end <= inner.length
}

function endOfMessage(bytes: Buffer, at: number): number {
  return at + BYTES_BEFORE_BATCH + bytes.readInt32BE(at + 8)
}

function valueIn(wrapper: Buffer): Buffer | null {
  const lengthAt = KEY_AT + 4 + Math.max(0, wrapper.readInt32BE(KEY_AT))
  if (lengthAt + 4 > wrapper.length) return null
  const end = lengthAt + 4 + wrapper.readInt32BE(lengthAt)
  return end < lengthAt + 4 || end > wrapper.length ? null : wrapper.subarray(lengthAt + 4, end)
}
