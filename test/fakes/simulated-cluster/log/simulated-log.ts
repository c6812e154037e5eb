import { batchSize } from './encode-batch.ts'
import { LogTransactions } from './log-transactions.ts'
import { NumberColumn } from './number-column.ts'
import type {
  AbortedTransaction,
  Codec,
  FoundRecord,
  PartitionLog,
  ProducerState,
  RecordBatch,
  SimulatedRecord,
} from './record-batch.ts'

export interface Payload {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

export interface LogOptions {
  /** Where the first record will lie; 0 unless told. */
  readonly startOffset?: number
  /** Key and value of each record, made when somebody reads them; no key and 100 bytes unless told. */
  readonly payload?: (offset: number) => Payload
}

export interface AppendOptions {
  readonly codec?: Codec
  /** LogAppendTime: the broker's time, which stands for that of every record in the batch. */
  readonly appendTime?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  /** Opens a transaction of the producer, unless one is open. */
  readonly isTransactional?: boolean
  readonly leaderEpoch?: number
}

export interface CompactOptions {
  /** Batches that end before it are cleaned; the last stable offset unless told. */
  readonly upTo?: number
  /** As the last batch of each producer, whose sequence number has to stay: the shell is kept. */
  readonly keepsEmptyBatches?: boolean
  /** Written into every batch that loses a record, as into one that holds tombstones. */
  readonly deleteHorizon?: number
}

/** A batch as it is kept: without its records, whose time stamps lie in one column for the whole log. */
interface StoredBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly codec: Codec
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly marker: Payload | null
  readonly deleteHorizon: number | null
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

const NO_PRODUCER = { producerId: -1, producerEpoch: -1 }
const FILLER: Payload = { key: null, value: Buffer.alloc(100, 'x') }

/** A log that is written batch by batch and kept at 8 bytes a record; bytes are made for who fetches them. */
export class SimulatedLog implements PartitionLog {
  readonly #payload: (offset: number) => Payload
  /** By offset; NaN where compaction took the record. */
  readonly #timestamps: NumberColumn
  readonly #transactions = new LogTransactions()
  #batches: StoredBatch[] = []
  #sizes: number[] = []
  /** Largest time stamp of all batches up to each; made when it is asked for. */
  #newestSoFar: number[] = []
  #logStart: number
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
    return Math.min(this.#transactions.firstUnstable(this.highWatermark), this.highWatermark)
  }

  /** Of compressed batches, what they hold. */
  get sizeBytes(): number {
    for (let i = this.#sizes.length; i < this.#batches.length; i++) {
      this.#sizes.push(batchSize(this.#read(this.#batches[i]!)))
    }
    return this.#sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Appends one batch; a time stamp per record, in the order of their offsets. Gives its first offset. */
  append(timestamps: ArrayLike<number>, options: AppendOptions = {}): number {
    if (timestamps.length === 0) throw new Error('a producer sends no empty batch')
    const baseOffset = this.end
    let newest = Number.NEGATIVE_INFINITY
    for (let i = 0; i < timestamps.length; i++) {
      this.#timestamps.push(timestamps[i]!)
      newest = Math.max(newest, timestamps[i]!)
    }
    const { codec = 'none', appendTime, isTransactional = false, leaderEpoch = 0 } = options
    const maxTimestamp = appendTime ?? newest
    const { producerId = -1 } = options
    const epoch = options.producerEpoch ?? this.#transactions.epochOf(producerId)
    const producer = producerId < 0 ? NO_PRODUCER : { producerId, producerEpoch: epoch }
    if (isTransactional && producerId < 0) throw new Error('a transaction has a producer')
    const written = { baseOffset, records: timestamps.length, timestamp: maxTimestamp }
    this.#batches.push({
      baseOffset,
      lastOffset: this.end - 1,
      maxTimestamp,
      codec,
      isLogAppendTime: appendTime !== undefined,
      isTransactional,
      marker: null,
      deleteHorizon: null,
      leaderEpoch,
      ...producer,
      baseSequence: producerId < 0 ? -1 : this.#transactions.wrote(producer, written, isTransactional),
    })
    return baseOffset
  }

  /** Writes the coordinator's marker. Gives its offset. */
  endTransaction(
    producerId: number,
    outcome: 'commit' | 'abort',
    timestamp: number,
    { coordinatorEpoch = 0, leaderEpoch = 0 } = {},
  ): number {
    const offset = this.end
    this.#timestamps.push(timestamp)
    this.#batches.push({
      baseOffset: offset,
      lastOffset: offset,
      maxTimestamp: timestamp,
      codec: 'none',
      isLogAppendTime: false,
      isTransactional: true,
      marker: markerPayload(outcome, coordinatorEpoch),
      deleteHorizon: null,
      leaderEpoch,
      producerId,
      producerEpoch: this.#transactions.epochOf(producerId),
      baseSequence: -1,
    })
    this.#transactions.marked(producerId, { offset, timestamp, coordinatorEpoch }, outcome === 'commit')
    return offset
  }

  /** Replication has come so far and no further, whatever is appended; null: to the end. */
  holdHighWatermark(offset: number | null): void {
    this.#heldHighWatermark = offset ?? Number.POSITIVE_INFINITY
  }

  /** As DeleteRecords or retention: the log starts there, though a batch may reach over it. */
  deleteBefore(offset: number): void {
    this.#logStart = Math.min(Math.max(this.#logStart, offset), this.highWatermark)
    const gone = this.#indexOf(this.#logStart)
    if (gone > 0) {
      this.#batches.splice(0, gone)
      this.#sizes.splice(0, gone)
      this.#newestSoFar = []
    }
    this.#timestamps.forgetBefore(this.#batches[0]?.baseOffset ?? this.end)
    this.#transactions.forgetBefore(this.#logStart)
  }

  /** As `retention.ms` with a segment per batch: all batches before the first that has a record from then on. */
  deleteOlderThan(timestamp: number): void {
    const kept = this.#batches.find(batch => batch.maxTimestamp >= timestamp)
    this.deleteBefore(kept?.baseOffset ?? this.end)
  }

  /** As the log cleaner: records go, offsets stay. `keeps` decides on markers and on aborted records as well. */
  compact(keeps: (offset: number) => boolean, options: CompactOptions = {}): void {
    const upTo = Math.min(options.upTo ?? this.lastStableOffset, this.lastStableOffset)
    this.#batches = this.#batches.flatMap(batch =>
      batch.lastOffset < upTo ? this.#clean(batch, keeps, options) : [batch],
    )
    this.#sizes = []
    this.#newestSoFar = []
  }

  batchFrom(offset: number): RecordBatch | null {
    const batch = this.#batches[this.#indexOf(offset)]
    return batch ? this.#read(batch) : null
  }

  findTimestamp(timestamp: number): FoundRecord | null {
    for (let i = this.#firstNotBefore(timestamp); i < this.#batches.length; i++) {
      const batch = this.#batches[i]!
      if (batch.maxTimestamp < timestamp) continue
      for (let offset = Math.max(batch.baseOffset, this.#logStart); offset <= batch.lastOffset; offset++) {
        const time = this.#timeOf(batch, offset)
        if (time >= timestamp) return { offset, timestamp: time }
      }
    }
    return null
  }

  newest(): FoundRecord | null {
    this.#completeNewest()
    const newest = this.#newestSoFar.at(-1)
    if (newest === undefined || newest < 0) return null
    const batch = this.#batches[this.#firstNotBefore(newest)]!
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
      if (this.#timeOf(batch, offset) === newest) return { offset, timestamp: newest }
    }
    return null
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

  /** NaN where there is no record. */
  #timeOf(batch: StoredBatch, offset: number): number {
    const own = this.#timestamps.at(offset)
    return batch.isLogAppendTime && !Number.isNaN(own) ? batch.maxTimestamp : own
  }

  /** Index of the batch that reaches to the offset or beyond, the first one. */
  #indexOf(offset: number): number {
    return firstIndex(this.#batches.length, i => this.#batches[i]!.lastOffset >= offset)
  }

  #firstNotBefore(timestamp: number): number {
    this.#completeNewest()
    return firstIndex(this.#batches.length, i => this.#newestSoFar[i]! >= timestamp)
  }

  #completeNewest(): void {
    for (let i = this.#newestSoFar.length; i < this.#batches.length; i++) {
      this.#newestSoFar.push(Math.max(this.#newestSoFar[i - 1] ?? -1, this.#batches[i]!.maxTimestamp))
    }
  }

  #clean(batch: StoredBatch, keeps: (offset: number) => boolean, options: CompactOptions): StoredBatch[] {
    let newest = -1
    let lost = false
    for (let offset = batch.baseOffset; offset <= batch.lastOffset; offset++) {
      const time = this.#timeOf(batch, offset)
      if (Number.isNaN(time)) continue
      if (keeps(offset)) newest = Math.max(newest, time)
      else {
        this.#timestamps.set(offset, Number.NaN)
        lost = true
      }
    }
    if (!lost) return [batch]
    if (newest < 0 && !options.keepsEmptyBatches) return []
    const maxTimestamp = batch.isLogAppendTime && newest >= 0 ? batch.maxTimestamp : newest
    return [{ ...batch, maxTimestamp, deleteHorizon: options.deleteHorizon ?? batch.deleteHorizon }]
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

/** The first index of which it is true, of indexes that it is false for up to some one and true from there on. */
function firstIndex(count: number, isTrue: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isTrue(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** EndTransactionMarker v0: key is version and kind, value is version and the coordinator's epoch. */
function markerPayload(outcome: 'commit' | 'abort', coordinatorEpoch: number): Payload {
  const key = Buffer.from([0, 0, 0, outcome === 'commit' ? 1 : 0])
  const value = Buffer.alloc(6)
  value.writeInt32BE(coordinatorEpoch, 2)
  return { key, value }
}
