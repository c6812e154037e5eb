import { batchSize } from './encode-batch.ts'
import type { AppendOptions, CompactOptions, LogOptions, MarkerOptions } from './log-options.ts'
import { LogTransactions } from './log-transactions.ts'
import { NumberColumn } from './number-column.ts'
import { FILLER, type Payload } from './payload.ts'
import type {
  AbortedTransaction,
  FoundRecord,
  PartitionLog,
  ProducerState,
  RecordBatch,
  SimulatedRecord,
} from './record-batch.ts'
import { type StoredBatch, StoredBatches } from './stored-batches.ts'

const PLAIN = {
  codec: 'none',
  isLogAppendTime: false,
  isTransactional: false,
  marker: null,
  deleteHorizon: null,
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
} as const

/**
 * A log that is written batch by batch. A record costs 8 bytes and a batch some 150, for bytes are made only for who
 * fetches them; a log of one formula costs nothing at all, see FormulaLog.
 */
export class SimulatedLog implements PartitionLog {
  readonly #payload: (offset: number) => Payload
  /** By offset; NaN where compaction took the record. */
  readonly #timestamps: NumberColumn
  readonly #transactions = new LogTransactions()
  readonly #batches = new StoredBatches()
  #logStart: number
  #rollsAt = -1
  #heldHighWatermark = Number.POSITIVE_INFINITY

  constructor({ startOffset = 0, payload = () => FILLER }: LogOptions = {}) {
    this.#payload = payload
    this.#timestamps = new NumberColumn(startOffset)
    this.#logStart = startOffset
  }

  get logStart(): number {
    return this.#logStart
  }

  get end(): number {
    return this.#timestamps.end
  }

  get highWatermark(): number {
    return Math.min(this.#heldHighWatermark, this.end)
  }

  get lastStableOffset(): number {
    const { highWatermark } = this
    // Retention may take the beginning of an open transaction.
    return Math.max(Math.min(this.#transactions.firstUnstable(highWatermark), highWatermark), this.#logStart)
  }

  /** Of compressed batches, what they hold. */
  get sizeBytes(): number {
    return this.#batches.size(batch => batchSize(this.#read(batch)))
  }

  /** Appends one batch; a time stamp per record, in the order of their offsets. Gives its first offset. */
  append(timestamps: ArrayLike<number>, options: AppendOptions = {}): number {
    if (timestamps.length === 0) throw new Error('a producer sends no empty batch')
    const { codec = 'none', appendTime, isTransactional = false, producerId = -1, leaderEpoch = 0 } = options
    if (isTransactional && producerId < 0) throw new Error('a transaction has a producer')
    const baseOffset = this.end
    let newest = -1
    for (let i = 0; i < timestamps.length; i++) {
      this.#timestamps.push(timestamps[i]!)
      newest = Math.max(newest, timestamps[i]!)
    }
    const maxTimestamp = appendTime ?? newest
    const producerEpoch = options.producerEpoch ?? this.#transactions.epochOf(producerId)
    const baseSequence = this.#transactions.wrote(
      { producerId, producerEpoch },
      { baseOffset, records: timestamps.length, timestamp: maxTimestamp },
      isTransactional,
    )
    this.#batches.push({
      ...PLAIN,
      baseOffset,
      lastOffset: this.end - 1,
      startsSegment: baseOffset === this.#rollsAt,
      maxTimestamp,
      codec,
      isLogAppendTime: appendTime !== undefined,
      isTransactional,
      leaderEpoch,
      ...(producerId < 0 ? {} : { producerId, producerEpoch, baseSequence }),
    })
    return baseOffset
  }

  /** Writes the coordinator's marker. Gives its offset. */
  endTransaction(
    producerId: number,
    outcome: 'commit' | 'abort',
    timestamp: number,
    options: MarkerOptions = {},
  ): number {
    const { coordinatorEpoch = 0, leaderEpoch = 0 } = options
    const producerEpoch = options.producerEpoch ?? this.#transactions.epochOf(producerId)
    const offset = this.end
    this.#timestamps.push(timestamp)
    this.#batches.push({
      ...PLAIN,
      baseOffset: offset,
      lastOffset: offset,
      startsSegment: offset === this.#rollsAt,
      maxTimestamp: timestamp,
      isTransactional: true,
      marker: markerPayload(outcome, coordinatorEpoch),
      leaderEpoch,
      producerId,
      producerEpoch,
    })
    const marker = { offset, timestamp, producerEpoch, coordinatorEpoch }
    this.#transactions.marked(producerId, marker, outcome === 'commit')
    return offset
  }

  /** The next batch begins a new segment. */
  roll(): void {
    this.#rollsAt = this.end
  }

  /** Replication has come so far and no further, whatever is appended; null: to the end. */
  holdHighWatermark(offset: number | null): void {
    this.#heldHighWatermark = offset ?? Number.POSITIVE_INFINITY
  }

  /** As DeleteRecords: the log starts there, though a batch may reach over it. */
  deleteBefore(offset: number): void {
    this.#logStart = Math.min(Math.max(this.#logStart, offset), this.highWatermark)
    this.#batches.drop(this.#batches.indexOf(this.#logStart))
    this.#timestamps.forgetBefore(this.#batches.at(0)?.baseOffset ?? this.end)
    this.#transactions.forgetBefore(this.#logStart)
  }

  /** As `retention.ms` with a segment per batch: all batches before the first that has a record from then on. */
  deleteOlderThan(timestamp: number): void {
    let kept = 0
    while (kept < this.#batches.length && this.#batches.at(kept)!.maxTimestamp < timestamp) kept++
    this.deleteBefore(this.#batches.at(kept)?.baseOffset ?? this.end)
  }

  /** As the log cleaner: records go, offsets stay. `keeps` decides on markers and on aborted records as well. */
  compact(keeps: (offset: number) => boolean, options: CompactOptions = {}): void {
    const upTo = Math.min(options.upTo ?? this.lastStableOffset, this.lastStableOffset)
    this.#batches.replace(batch => (batch.lastOffset < upTo ? this.#clean(batch, keeps, options) : batch))
  }

  batchFrom(offset: number): RecordBatch | null {
    const batch = this.#batches.at(this.#batches.indexOf(offset))
    return batch ? this.#read(batch) : null
  }

  findTimestamp(timestamp: number): FoundRecord | null {
    for (let i = this.#batches.firstSince(timestamp); i < this.#batches.length; i++) {
      const batch = this.#batches.at(i)!
      const found = batch.maxTimestamp < timestamp ? null : this.#firstSince(batch, timestamp, this.#logStart)
      if (found) return found
    }
    return null
  }

  newest(): FoundRecord | null {
    const batch = this.#batches.newest()
    return batch && batch.maxTimestamp >= 0 ? this.#firstSince(batch, batch.maxTimestamp, 0) : null
  }

  abortedTransactions(from: number, upTo: number): readonly AbortedTransaction[] {
    return this.#transactions.aborted(from, upTo)
  }

  producers(): readonly ProducerState[] {
    return this.#transactions.producers()
  }

  /** As after `producer.id.expiration.ms` without a batch. */
  forgetProducer(producerId: number): void {
    this.#transactions.forgetProducer(producerId)
  }

  #firstSince(batch: StoredBatch, timestamp: number, from: number): FoundRecord | null {
    for (let offset = Math.max(batch.baseOffset, from); offset <= batch.lastOffset; offset++) {
      const time = this.#timeOf(batch, offset)
      if (time >= timestamp) return { offset, timestamp: time }
    }
    return null
  }

  /** NaN where there is no record. */
  #timeOf(batch: StoredBatch, offset: number): number {
    const own = this.#timestamps.at(offset)
    return batch.isLogAppendTime && !Number.isNaN(own) ? batch.maxTimestamp : own
  }

  #clean(
    batch: StoredBatch,
    keeps: (offset: number) => boolean,
    options: CompactOptions,
  ): StoredBatch | null {
    let newest = -1
    let isChanged = false
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
      const time = this.#timeOf(batch, offset)
      if (Number.isNaN(time)) continue
      if (keeps(offset)) newest = Math.max(newest, time)
      else {
        this.#timestamps.set(offset, Number.NaN)
        isChanged = true
      }
    }
    if (!isChanged) return batch
    if (newest < 0 && !options.keepsEmptyBatches) return null
    return { ...batch, maxTimestamp: newest, deleteHorizon: options.deleteHorizon ?? batch.deleteHorizon }
  }

  #read(stored: StoredBatch): RecordBatch {
    const { marker, ...batch } = stored
    const records: SimulatedRecord[] = []
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
      const timestamp = this.#timestamps.at(offset)
      if (!Number.isNaN(timestamp)) records.push({ offset, timestamp, ...(marker ?? this.#payload(offset)) })
    }
    return { ...batch, isControl: marker !== null, records }
  }
}

/** EndTransactionMarker v0: key is version and kind, value is version and the coordinator's epoch. */
function markerPayload(outcome: 'commit' | 'abort', coordinatorEpoch: number) {
  const key = Buffer.from([0, 0, 0, outcome === 'commit' ? 1 : 0])
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  return { key, value }
}
