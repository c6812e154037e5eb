export interface ProgressLimits {
  /** Work for so long without an advance is a stall, in milliseconds. */
  stalledAfterMs(topic: string, partition: number): number
  readonly maxPollIntervalMs: number
  readonly failWhenKafkaIsDown: boolean
  /** Where a partition without a commit begins. */
  readonly fromBeginning: boolean
  /** What the handler was given is only processed when `processed` says so. */
  readonly processedElsewhere: boolean
}
