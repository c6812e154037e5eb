import type { BatchHeader } from './record-batch-header.ts'

/** The first record of a batch that is not before an offset. */
export type ScannedRecord =
  | { readonly kind: 'found'; readonly offset: number; readonly timestamp: number }
  /** All records lie before. */
  | { readonly kind: 'past' }
  /** The bytes end before it. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'malformed' }

const PAST: ScannedRecord = { kind: 'past' }
const CUT: ScannedRecord = { kind: 'cut' }
const MALFORMED: ScannedRecord = { kind: 'malformed' }

/** https://kafka.apache.org/documentation/#record */
export function scanRecords(records: Buffer, batch: BatchHeader, from: number): ScannedRecord {
  const reader = new VarintReader(records)
  for (let i = 0; i < batch.recordCount; i++) {
    const length = reader.varlong()
    const start = reader.position
    reader.position++ // attributes: none are in use
    const timestampDelta = reader.varlong()
    const offsetDelta = reader.varlong()
    if (reader.fault !== null) return reader.fault
    if (reader.position > start + length) return MALFORMED
    const offset = batch.baseOffset + offsetDelta
    if (offsetDelta < 0 || offset > batch.lastOffset) return MALFORMED
    if (offset >= from) {
      const timestamp = batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp + timestampDelta
      return { kind: 'found', offset, timestamp }
    }
    reader.position = start + length
  }
  return PAST
}

const ABORT_TYPE = 0

/** Of the records of a control batch; null where they cannot be read. */
export function isAbortMarker(records: Buffer): boolean | null {
  const reader = new VarintReader(records)
  reader.varlong() // length
  reader.position++ // attributes
  reader.varlong() // timestamp_delta
  reader.varlong() // offset_delta
  const keyLength = reader.varlong()
  const at = reader.position
  if (reader.fault !== null || keyLength < 4 || at + 4 > records.length) return null
  // version int16, type int16
  return records.readInt16BE(at + 2) === ABORT_TYPE
}

class VarintReader {
  position = 0
  /** The first thing that went wrong; what is read after it means nothing. */
  fault: ScannedRecord | null = null
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Zigzag, up to 64 bits; one that is not exact in Float64 is a fault, as no length, offset or time is so large. */
  varlong(): number {
    let value = 0
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = this.#bytes[this.position++]
      if (byte === undefined) {
        this.fault ??= CUT
        return 0
      }
      value += (byte & 0x7f) * scale
      if (byte >= 0x80) continue
      if (value > Number.MAX_SAFE_INTEGER) break
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    this.fault ??= MALFORMED
    return 0
  }
}
