/**
 * Header of a record batch (magic 2): https://kafka.apache.org/documentation/#recordbatch
 *
 * base_offset 0, batch_length 8, partition_leader_epoch 12, magic 16, crc 17, attributes 21, last_offset_delta 23,
 * base_timestamp 27, max_timestamp 35, producer_id 43, producer_epoch 51, base_sequence 53, record_count 57, records 61
 */
export const BATCH_HEADER_BYTES = 61
/** Before batch_length, which counts from there on; the same in all formats. */
export const BYTES_BEFORE_BATCH = 12

const MAGIC_AT = 16
/** The bytes up to and with the magic, the same in all formats. */
export const BYTES_TO_MAGIC = MAGIC_AT + 1

export interface BatchHeader {
  /** May lie before the first record that compaction has left. */
  readonly baseOffset: number
  /** Compaction keeps it, even where that record is gone. */
  readonly lastOffset: number
  readonly recordCount: number
  /** DECOMPRESS codec. */
  readonly codec: number
  /**
   * What the records' deltas count from: the time stamp of the first record, or the earliest (that depends on the
   * client) — or the delete horizon, which lies in the future.
   */
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly hasDeleteHorizon: boolean
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Below 0: none. */
  readonly producerId: number
}

export function magicAt(records: Buffer, at: number): number {
  return records[at + MAGIC_AT] as number
}

/** Of a batch whose header is there; a text says what it makes unreadable. */
export function readBatchHeader(records: Buffer, at: number): BatchHeader | string {
  const attributes = records.readInt16BE(at + 21)
  const baseOffset = int64(records, at)
  const lastOffsetDelta = records.readInt32BE(at + 23)
  const recordCount = records.readInt32BE(at + 57)
  if (baseOffset < 0 || baseOffset + lastOffsetDelta >= Number.MAX_SAFE_INTEGER) {
    return `a batch at offset ${baseOffset}`
  }
  if (lastOffsetDelta < 0 || recordCount < 0 || recordCount > lastOffsetDelta + 1) {
    return `a batch of ${recordCount} records over ${lastOffsetDelta + 1} offsets`
  }
  return {
    baseOffset,
    lastOffset: baseOffset + lastOffsetDelta,
    recordCount,
    codec: attributes & 0x07,
    isLogAppendTime: (attributes & 0x08) !== 0,
    isTransactional: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    hasDeleteHorizon: (attributes & 0x40) !== 0,
    baseTimestamp: int64(records, at + 27),
    maxTimestamp: int64(records, at + 35),
    producerId: int64(records, at + 43),
  }
}

/** Exact between -2^53 and 2^53, the nearest Float64 beyond. */
export function int64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}
