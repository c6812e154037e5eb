import type { Payload } from './payload.ts'
import type { Codec } from './record-batch.ts'

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

export interface MarkerOptions {
  /** KIP-890: since Kafka 4 one more than that of the records before it; the same unless told. */
  readonly producerEpoch?: number
  readonly coordinatorEpoch?: number
  readonly leaderEpoch?: number
}

export interface CompactOptions {
  /** Batches that end before it are cleaned; the last stable offset unless told, and never beyond that. */
  readonly upTo?: number
  /** As the last batch of each producer, whose sequence number has to stay: the shell is kept. */
  readonly keepsEmptyBatches?: boolean
  /** Written into every batch that loses a record, as into one that holds tombstones. */
  readonly deleteHorizon?: number
}
