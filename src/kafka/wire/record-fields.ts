import type { RecordHeader, TailedRecord } from '../../model/tail.ts'
import type { BatchHeader } from './record-batch-header.ts'

/** More headers than this no client writes: what says so is damaged. */
const MOST_HEADERS = 10_000
const KEYS_REMEMBERED = 256

/** Given at a time: a batch of small ones may hold a million, each of which costs more than its bytes. */
const MOST_TOGETHER = 1_000

/**
 * The records of a batch, decompressed, from an offset on, some at a time and by offset. Keys, values and header
 * values are views of the bytes.
 *
 * @returns how many the batch has before it ends or cannot be read; those before the offset count
 * @see https://kafka.apache.org/documentation/#record
 */
export function* readRecords(
  bytes: Buffer,
  batch: BatchHeader,
  partition: number,
  from: number,
): Generator<readonly TailedRecord[], number, void> {
  const reader = new FieldReader(bytes)
  let records: TailedRecord[] = []
  let count = 0
  let lastDelta = -1
  for (; count < batch.recordCount; count++) {
    const length = reader.varint()
    const end = reader.position + length
    if (reader.isSpoilt || length < 0 || end > bytes.length) break
    reader.position++ // attributes: none are in use
    const timestampDelta = reader.varint()
    const offsetDelta = reader.varint()
    const offset = batch.baseOffset + offsetDelta
    if (reader.isSpoilt || offsetDelta <= lastDelta || offset > batch.lastOffset) break
    lastDelta = offsetDelta
    if (offset >= from) {
      const key = reader.field(end)
      const value = reader.field(end)
      const headers = reader.headers(end)
      if (reader.isSpoilt || reader.position > end) break
      const timestamp = batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp + timestampDelta
      records.push({ partition, offset, timestamp: Math.max(-1, timestamp), key, value, headers })
      if (records.length === MOST_TOGETHER) {
        yield records
        records = []
      }
    }
    reader.position = end
  }
  if (records.length > 0) yield records
  return count
}

const NO_HEADERS: readonly RecordHeader[] = []

class FieldReader {
  position = 0
  /** Something was no number, or lay outside; what is read after it means nothing. */
  isSpoilt = false
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Zigzag, up to 64 bits; one that is not exact in Float64 spoils. */
  varint(): number {
    const bytes = this.#bytes
    const first = bytes[this.position] as number
    if (first < 0x80) {
      this.position++
      return first % 2 === 0 ? first / 2 : -(first + 1) / 2
    }
    let value = 0
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = bytes[this.position++]
      if (byte === undefined) break
      value += (byte & 0x7f) * scale
      if (byte >= 0x80) continue
      if (value > Number.MAX_SAFE_INTEGER) break
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    this.isSpoilt = true
    return 0
  }

  /** Bytes with their length before them, -1 for null, that end before `end`. */
  field(end: number): Buffer | null {
    const length = this.varint()
    if (length === -1) return null
    const start = this.position
    if (length < -1 || start + length > end) {
      this.isSpoilt = true
      return null
    }
    this.position = start + length
    return this.#bytes.subarray(start, start + length)
  }

  headers(end: number): readonly RecordHeader[] {
    const count = this.varint()
    if (count === 0) return NO_HEADERS
    if (count < 0 || count > MOST_HEADERS) {
      this.isSpoilt = true
      return NO_HEADERS
    }
    const headers: RecordHeader[] = []
    for (let i = 0; i < count; i++) {
      const key = this.field(end)
      const value = this.field(end)
      if (this.isSpoilt || key === null) {
        this.isSpoilt = true
        return NO_HEADERS
      }
      headers.push({ key: textOfKey(key), value })
    }
    return headers
  }
}

/** A topic has the same few keys in every record. */
const rememberedKeys = new Map<string, string>()

function textOfKey(bytes: Buffer): string {
  // latin1 is one copy; UTF-8 has to be proved.
  const raw = bytes.toString('latin1')
  const known = rememberedKeys.get(raw)
  if (known !== undefined) return known
  const text = bytes.toString('utf8')
  if (rememberedKeys.size < KEYS_REMEMBERED && raw.length <= 100) rememberedKeys.set(raw, text)
  return text
}
