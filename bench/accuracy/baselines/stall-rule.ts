/** What a published rule is given of one partition at one poll. Times are milliseconds since the trace began. */
export interface StallSample {
  readonly now: number
  readonly committed: number
  readonly end: number
  /** Commits since the last poll, repeated ones included: their times, and their offsets. */
  readonly commitTimes: readonly number[]
  readonly commitOffsets: readonly number[]
}

/** One partition's alarm, as another tool raises it. */
export interface StallRule {
  isAlarm(sample: StallSample): boolean
}
