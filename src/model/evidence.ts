import type { ReadError } from './observation.ts'

/*
 * Evidence: what was looked up about the records that wait to be consumed, and the questions that ask for it. Rows are
 * those of the topology of the poll that the questions were planned from. All times are milliseconds since the epoch.
 */

/**
 * Questions to Fetch, the most needed first: which is the first data record at or after an offset, and when is it
 * from? A row may be asked about at several offsets; each (row, offset) is there once.
 */
export interface HeadQuestions {
  readonly rows: Int32Array
  readonly offsets: Float64Array
}

/** One entry per question in every column. */
export interface HeadAnswers {
  /** HEAD_… */
  readonly outcome: Uint8Array
  /** HEAD_FOUND: least offset that the record can have; exact where it was decoded. */
  readonly recordOffset: Float64Array
  /**
   * First offset of which the answer says nothing. HEAD_FOUND: for every offset from the one asked for to the one
   * before this, the first data record has a time stamp within the bounds. HEAD_NONE: no data record lies between the
   * offset asked for and this one.
   */
  readonly knownTo: Float64Array
  /** HEAD_FOUND: bounds of the record's time stamp, both inclusive; equal where it was read from the record. */
  readonly minTimestamp: Float64Array
  readonly maxTimestamp: Float64Array
  /** HEAD_…_FLAG bits of the batch it lies in. */
  readonly flags: Uint8Array
  /** As the leader said beside the records; NaN where there was no answer. */
  readonly highWatermark: Float64Array
  readonly lastStableOffset: Float64Array
}

/** Not asked, for want of budget or time. */
export const HEAD_UNASKED = 0
/** A data record was found. */
export const HEAD_FOUND = 1
/** Only control batches, aborted data or holes as far as was read. */
export const HEAD_NONE = 2
/** READ on the topic is refused. */
export const HEAD_DENIED = 3
/** Asked without an answer that helps: leader moved, offset out of range, broker gone, bytes that cannot be read. */
export const HEAD_FAILED = 4

/** The time stamp is the broker's (LogAppendTime). */
export const HEAD_LOG_APPEND_FLAG = 1
/** The batch belongs to a transaction. */
export const HEAD_TRANSACTIONAL_FLAG = 2

/** Questions to ListOffsets by time stamp, which needs DESCRIBE only. Rows ascending, each once. */
export interface TimeQuestions {
  readonly rows: Int32Array
  readonly timestamps: Float64Array
}

/** In the place of a time stamp: the record with the highest one. Brokers before Kafka 3.0 have no answer to that. */
export const NEWEST_RECORD = -3

/** One entry per question. */
export interface TimeAnswers extends TimeQuestions {
  /**
   * Offset of the first record whose time stamp is not below the one asked for; `Infinity` where there is none; NaN
   * without an answer.
   */
  readonly offsets: Float64Array
  /** That record's time stamp; NaN where there is none. */
  readonly recordTimestamps: Float64Array
}

/** What holds the last stable offset of a partition where it is (KIP-664). Null where it is not authorised. */
export interface OpenTransaction {
  readonly producerId: number
  readonly producerEpoch: number
  readonly transactionalId: string | null
  /** Offset of its first record on the partition. */
  readonly startOffset: number
  /** When its producer last wrote to the partition. */
  readonly lastTimestamp: number
  /** As the coordinator calls its state: Ongoing, …; null where it is not authorised. */
  readonly state: string | null
  /** When it began; NaN where it is not authorised. */
  readonly startedAt: number
}

export interface HeadLimits {
  /** Bytes of records that may be read; one batch more may come, for a broker sends no part of one. */
  readonly budgetBytes: number
  /** How long it may take; what has not been asked by then is HEAD_UNASKED. */
  readonly timeoutMs: number
}

/** What looking something up took. */
export interface ProbeCost {
  /** Requests sent, by API name. */
  readonly requests: ReadonlyMap<string, number>
  readonly errors: readonly ReadError[]
}

export interface HeadProbe extends ProbeCost {
  readonly answers: HeadAnswers
  /** Bytes of records read. */
  readonly bytes: number
}

export interface TimeProbe extends ProbeCost {
  readonly answers: TimeAnswers
}

export interface TransactionProbe extends ProbeCost {
  /** By row; rows of which nothing could be learnt are left out. */
  readonly transactions: ReadonlyMap<number, OpenTransaction>
}

/** All that was looked up after one poll. */
export interface Evidence {
  readonly questions: HeadQuestions
  readonly heads: HeadAnswers
  /** Rounds of questions by time stamp, in their order. */
  readonly times: readonly TimeAnswers[]
  /** By row: what is known of transactions on partitions whose last stable offset stands still. Null: not asked. */
  readonly transactions: ReadonlyMap<number, OpenTransaction> | null
  /** Of partitions of dead-letter topics: the first record, and the one with the highest time stamp. Null: not asked. */
  readonly deadLetters: { readonly oldest: TimeAnswers; readonly newest: TimeAnswers } | null
  /** Bytes of records read. */
  readonly bytes: number
  /** Questions that the budget or the time left unasked. */
  readonly deferred: number
  readonly elapsedMs: number
  readonly requests: ReadonlyMap<string, number>
  readonly errors: readonly ReadError[]
}

export function noAnswers(questions: number): HeadAnswers {
  const unknown = () => new Float64Array(questions).fill(Number.NaN)
  return {
    outcome: new Uint8Array(questions),
    recordOffset: unknown(),
    knownTo: unknown(),
    minTimestamp: unknown(),
    maxTimestamp: unknown(),
    flags: new Uint8Array(questions),
    highWatermark: unknown(),
    lastStableOffset: unknown(),
  }
}

export const NO_QUESTIONS: HeadQuestions = { rows: new Int32Array(0), offsets: new Float64Array(0) }

export const NO_EVIDENCE: Evidence = {
  questions: NO_QUESTIONS,
  heads: noAnswers(0),
  times: [],
  transactions: null,
  deadLetters: null,
  bytes: 0,
  deferred: 0,
  elapsedMs: 0,
  requests: new Map(),
  errors: [],
}
