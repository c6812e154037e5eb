import { type DeadLetterRows, NO_ROWS } from './find-rows.ts'

/** When the records that a partition holds are from, and what of it that was asked about. */
export interface RecordTimes {
  /** Log start and end of the partition then. */
  readonly start: number
  readonly end: number
  /** Milliseconds since the epoch; 0 = the answer was not whole. */
  readonly askedAt: number
  /** NaN where not known. */
  readonly oldestAt: number
  readonly newestAt: number
  /** Since when the question has had no answer; 0 = it had one. */
  readonly oldestMissedAt: number
  readonly newestMissedAt: number
}

/** What is remembered of the dead-letter topics. */
export interface DeadLetterMemory {
  readonly rows: DeadLetterRows
  /** By row: highest end offset seen. Follows the topic's id; outlives a restart, so that the counter never goes back. */
  readonly ends: ReadonlyMap<number, number>
  /** By row of those that hold records. */
  readonly times: ReadonlyMap<number, RecordTimes>
}

export const NO_DEAD_LETTER_MEMORY: DeadLetterMemory = { rows: NO_ROWS, ends: new Map(), times: new Map() }
