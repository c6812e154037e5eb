import { compress } from './codecs.ts'
import { crc32c } from './crc32c.ts'
import type { Codec, Headers, RecordBatch, SimulatedRecord } from './record-batch.ts'

/** Length, leader epoch, magic, checksum, attributes, offsets, times, producer, number of records. */
export const BATCH_HEADER_BYTES = 61

const CODEC_BITS: Readonly<Record<Codec, number>> = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 }
const LOG_APPEND_TIME = 8
const TRANSACTIONAL = 16
const CONTROL = 32
const DELETE_HORIZON = 64

/** https://kafka.apache.org/documentation/#recordbatch, magic 2. */
export function encodeBatch(batch: RecordBatch): Buffer {
  const { records } = batch
  const baseTimestamp = batch.deleteHorizon ?? records[0]?.timestamp ?? -1
  const body = Buffer.concat(records.map(record => encodeRecord(record, batch.baseOffset, baseTimestamp)))
  // A batch without records is written without compression, whatever its codec.
  const packed = records.length === 0 ? body : compress(batch.codec, body)
  const out = Buffer.alloc(BATCH_HEADER_BYTES + packed.length)
  out.writeBigInt64BE(BigInt(batch.baseOffset), 0)
  out.writeInt32BE(out.length - 12, 8)
  out.writeInt32BE(batch.leaderEpoch, 12)
  out.writeInt8(2, 16)
  out.writeInt16BE(attributesOf(batch), 21)
  out.writeInt32BE(batch.lastOffset - batch.baseOffset, 23)
  out.writeBigInt64BE(BigInt(baseTimestamp), 27)
  out.writeBigInt64BE(BigInt(batch.maxTimestamp), 35)
  out.writeBigInt64BE(BigInt(batch.producerId), 43)
  out.writeInt16BE(batch.producerEpoch, 51)
  out.writeInt32BE(batch.baseSequence, 53)
  out.writeInt32BE(records.length, 57)
  packed.copy(out, BATCH_HEADER_BYTES)
  out.writeUInt32BE(crc32c(out.subarray(21)), 17)
  return out
}

/** Bytes that the batch takes without compression. */
export function batchSize(batch: RecordBatch): number {
  const baseTimestamp = batch.deleteHorizon ?? batch.records[0]?.timestamp ?? -1
  let bytes = BATCH_HEADER_BYTES
  for (const record of batch.records) {
    const size = recordSize(record, batch.baseOffset, baseTimestamp)
    bytes += varintSize(size) + size
  }
  return bytes
}

function attributesOf(batch: RecordBatch): number {
  return (
    (batch.records.length === 0 ? 0 : CODEC_BITS[batch.codec]) |
    (batch.isLogAppendTime ? LOG_APPEND_TIME : 0) |
    (batch.isTransactional ? TRANSACTIONAL : 0) |
    (batch.isControl ? CONTROL : 0) |
    (batch.deleteHorizon === null ? 0 : DELETE_HORIZON)
  )
}

function encodeRecord(record: SimulatedRecord, baseOffset: number, baseTimestamp: number): Buffer {
  const size = recordSize(record, baseOffset, baseTimestamp)
  const out = Buffer.alloc(varintSize(size) + size)
  let at = writeVarint(out, size, 0)
  at += 1 // attributes, of which there are none
  at = writeVarint(out, record.timestamp - baseTimestamp, at)
  at = writeVarint(out, record.offset - baseOffset, at)
  at = writeBytes(out, record.key, at)
  at = writeBytes(out, record.value, at)
  at = writeVarint(out, record.headers?.length ?? 0, at)
  for (const [name, value] of record.headers ?? []) {
    at = writeBytes(out, Buffer.from(name), at)
    at = writeBytes(out, value, at)
  }
  return out
}

function recordSize(
  { timestamp, offset, key, value, headers = [] }: SimulatedRecord,
  baseOffset: number,
  baseTimestamp: number,
) {
  const times = varintSize(timestamp - baseTimestamp) + varintSize(offset - baseOffset)
  return 1 + times + bytesSize(key) + bytesSize(value) + headersSize(headers)
}

function headersSize(headers: Headers): number {
  return headers.reduce(
    (bytes, [name, value]) => bytes + bytesSize(Buffer.from(name)) + bytesSize(value),
    varintSize(headers.length),
  )
}

function bytesSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length
}

function writeBytes(out: Buffer, bytes: Buffer | null, at: number): number {
  if (bytes === null) return writeVarint(out, -1, at)
  const from = writeVarint(out, bytes.length, at)
  return from + bytes.copy(out, from)
}

/** Zigzag; by arithmetic, because a difference of time stamps can be beyond 32 bits. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function varintSize(value: number): number {
  let bytes = 1
  for (let rest = zigzag(value); rest > 127; rest = Math.floor(rest / 128)) bytes++
  return bytes
}

function writeVarint(out: Buffer, value: number, from: number): number {
  let at = from
  let rest = zigzag(value)
  for (; rest > 127; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) + 128
  out[at++] = rest
  return at
}
