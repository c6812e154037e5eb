import type { RecordHeader } from '../../model/tail.ts'
import { crc32c } from './crc32c.ts'

export interface NewRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** In this order, repeated keys and null values as they are. */
  readonly headers: readonly RecordHeader[]
  /** Milliseconds since the epoch. */
  readonly timestamp: number
}

/** Who writes: brokers drop a batch that it has sent before, and refuse one that comes before its time. */
export interface ProducerState {
  readonly id: number
  readonly epoch: number
  /** Of the first record, counted by partition. */
  readonly sequence: number
  readonly isTransactional: boolean
}

const HEADER_BYTES = 61
/** Attributes, delta of the time stamp and of the offset, at most; keys and values have their lengths before them. */
const RECORD_OVERHEAD_BYTES = 64
const TRANSACTIONAL = 0x10

/** Not less than the record takes in a batch, nor much more. */
export function sizeOf({ key, value, headers }: Omit<NewRecord, 'timestamp'>): number {
  let bytes = RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) bytes += 10 + Buffer.byteLength(header.key) + (header.value?.length ?? 0)
  return bytes
}

/**
 * A batch of magic 2, uncompressed.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
export function encodeRecordBatch(records: readonly NewRecord[], producer: ProducerState): Buffer {
  const size = records.reduce((sum, record) => sum + sizeOf(record), HEADER_BYTES)
  const bytes = Buffer.alloc(size)
  const baseTimestamp = records[0]?.timestamp ?? -1
  const writer = new VarintWriter(bytes, HEADER_BYTES)
  records.forEach((record, i) => {
    writeRecord(writer, record, record.timestamp - baseTimestamp, i)
  })
  const batch = bytes.subarray(0, writer.position)
  batch.writeInt32BE(batch.length - 12, 8) // batch_length
  batch.writeInt32BE(-1, 12) // partition_leader_epoch: the broker's to set
  batch.writeInt8(2, 16) // magic
  batch.writeInt16BE(producer.isTransactional ? TRANSACTIONAL : 0, 21)
  batch.writeInt32BE(records.length - 1, 23) // last_offset_delta
  batch.writeBigInt64BE(BigInt(baseTimestamp), 27)
  const maxTimestamp = records.reduce((max, { timestamp }) => Math.max(max, timestamp), baseTimestamp)
  batch.writeBigInt64BE(BigInt(maxTimestamp), 35)
  batch.writeBigInt64BE(BigInt(producer.id), 43)
  batch.writeInt16BE(producer.epoch, 51)
  batch.writeInt32BE(producer.sequence, 53)
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

function writeRecord(
  writer: VarintWriter,
  record: NewRecord,
  timestampDelta: number,
  offsetDelta: number,
): void {
  const body = new VarintWriter(Buffer.allocUnsafe(sizeOf(record)), 0)
  body.byte(0) // attributes
  body.varint(timestampDelta)
  body.varint(offsetDelta)
  body.field(record.key)
  body.field(record.value)
  body.varint(record.headers.length)
  for (const { key, value } of record.headers) {
    body.field(Buffer.from(key))
    body.field(value)
  }
  writer.varint(body.position)
  writer.copy(body.bytes.subarray(0, body.position))
}

class VarintWriter {
  readonly bytes: Buffer
  position: number

  constructor(bytes: Buffer, position: number) {
    this.bytes = bytes
    this.position = position
  }

  byte(value: number): void {
    this.bytes[this.position++] = value
  }

  /** Zigzag; exact up to 2^52. */
  varint(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    while (rest > 0x7f) {
      this.byte((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** Its length before it, -1 for null. */
  field(value: Buffer | null): void {
    if (value === null) {
      this.varint(-1)
      return
    }
    this.varint(value.length)
    this.copy(value)
  }

  copy(bytes: Buffer): void {
    this.position += bytes.copy(this.bytes, this.position)
  }
}
