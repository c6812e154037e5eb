/** What a published algorithm is given of one partition at one poll. Times are milliseconds since the trace began. */
export interface LagSample {
  readonly now: number
  readonly committed: number
  readonly logStart: number
  readonly end: number
  /** Time stamps of the oldest and newest record; NaN in an empty log. */
  readonly oldestAt: number
  readonly newestAt: number
}

/** One partition's estimate of lag in time, as another tool makes it. */
export interface LagEstimator {
  /** Lag in milliseconds; NaN where it gives none, null where it does not poll now. */
  estimate(sample: LagSample): number | null
}
