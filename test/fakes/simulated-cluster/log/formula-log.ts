import { batchSize } from './encode-batch.ts'
import { firstIndex } from './first-index.ts'
import { FILLER, type Payload } from './payload.ts'
import type { Codec, FoundRecord, PartitionLog, RecordBatch, SimulatedRecord } from './record-batch.ts'

export interface LogFormula {
  /** By offset: an array of a trace, or arithmetic. Must not fall from one offset to the next. */
  readonly timestampAt: (offset: number) => number
  /** Batches begin at the multiples of it; 1 unless told. */
  readonly recordsPerBatch?: number
  readonly codec?: Codec
  readonly payload?: (offset: number) => Payload
}

/**
 * A log that is worked out when it is read, of any length at no cost: one record per offset, in order of time, without
 * transactions. Whoever has it moves its ends.
 */
export class FormulaLog implements PartitionLog {
  logStart: number
  end: number
  /** Null: equal to the end. */
  stableEnd: number | null = null
  readonly #formula: Required<LogFormula>

  constructor(formula: LogFormula, ends: { readonly logStart?: number; readonly end: number }) {
    this.#formula = { recordsPerBatch: 1, codec: 'none', payload: () => FILLER, ...formula }
    this.logStart = ends.logStart ?? 0
    this.end = ends.end
  }

  get highWatermark(): number {
    return this.end
  }

  get lastStableOffset(): number {
    return this.stableEnd ?? this.end
  }

  /** As if all batches were like the first one. */
  get sizeBytes(): number {
    const first = this.batchFrom(this.logStart)
    if (!first) return 0
    return Math.round((batchSize(first) / first.records.length) * (this.end - this.logStart))
  }

  batchFrom(offset: number): RecordBatch | null {
    const at = Math.max(offset, this.logStart)
    if (at >= this.end) return null
    const { recordsPerBatch, timestampAt, payload, codec } = this.#formula
    const baseOffset = Math.floor(at / recordsPerBatch) * recordsPerBatch
    const count = Math.min(recordsPerBatch, this.end - baseOffset)
    const records = Array.from({ length: count }, (_, i): SimulatedRecord => {
      return { offset: baseOffset + i, timestamp: timestampAt(baseOffset + i), ...payload(baseOffset + i) }
    })
    return {
      baseOffset,
      lastOffset: baseOffset + count - 1,
      startsSegment: false,
      maxTimestamp: records.at(-1)!.timestamp,
      codec,
      isLogAppendTime: false,
      isTransactional: false,
      isControl: false,
      deleteHorizon: null,
      leaderEpoch: 0,
      producerId: -1,
      producerEpoch: -1,
      baseSequence: -1,
      records,
    }
  }

  findTimestamp(timestamp: number): FoundRecord | null {
    const { timestampAt } = this.#formula
    const count = this.end - this.logStart
    const offset = this.logStart + firstIndex(count, i => timestampAt(this.logStart + i) >= timestamp)
    return offset < this.end ? { offset, timestamp: timestampAt(offset) } : null
  }

  newest(): FoundRecord | null {
    return this.end > this.logStart ? this.findTimestamp(this.#formula.timestampAt(this.end - 1)) : null
  }

  abortedTransactions(): readonly never[] {
    return []
  }

  producers(): readonly never[] {
    return []
  }
}
