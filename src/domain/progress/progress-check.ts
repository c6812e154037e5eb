import { UNCOMMITTED } from '../uncommitted.ts'
import { newClock, tickClock } from './cell-clock.ts'
import { addGap, type Gaps, NO_GAPS, type StallLimits, stallThreshold } from './learnt-gaps.ts'

export interface ProgressCheckOptions {
  /** Work for so long without an advance is a stall, where the partition has not shown that it is slower. Default 5 min. */
  readonly stalledAfterMs?: number
  /** However slow it has shown itself to be. Default 1 h. */
  readonly stalledAfterMaxMs?: number
  /** How often it is looked at. Default 15 s. */
  readonly intervalMs?: number
}

/** What was read of one partition, together. */
export interface ProgressReading {
  /** Milliseconds, of any clock. */
  readonly now: number
  /** Offset that is read next, as committed; null where there is none. */
  readonly position: number | null
  /** Offset behind the last record; null where it could not be read. */
  readonly end: number | null
}

export interface ProgressAnswer {
  readonly state: 'unknown' | 'caught_up' | 'advancing' | 'stalled'
  /** Records; null where it is not known. */
  readonly lag: number | null
  /** Since when there has been work without an advance, not counting the time in which nothing could be read. */
  readonly waitingSince: number | null
  /** How long that may be: learnt of the partition's own pace. */
  readonly thresholdMs: number
}

/** Tells of one partition whether it moves, waits, or stands, by the exporter's own clock and thresholds. */
export class ProgressCheck {
  readonly #limits: StallLimits
  readonly #clock = newClock()
  #gaps: Gaps = NO_GAPS
  #total = 0
  #lookedAt = Number.NaN

  constructor(options: ProgressCheckOptions = {}) {
    this.#limits = {
      stalledAfterMs: options.stalledAfterMs ?? 300_000,
      stalledAfterMaxMs: options.stalledAfterMaxMs ?? 3_600_000,
      pollIntervalMs: options.intervalMs ?? 15_000,
    }
  }

  look({ now, position, end }: ProgressReading): ProgressAnswer {
    const clock = this.#clock
    const lag = position === null || end === null || position > end ? null : end - position
    clock.offset = position ?? UNCOMMITTED
    clock.isFresh = lag !== null
    clock.backlog = lag ?? Number.NaN
    const elapsedMs = Number.isNaN(this.#lookedAt) ? 0 : Math.max(0, now - this.#lookedAt)
    const gap = tickClock(clock, { now, elapsedMs, restored: false })
    if (!Number.isNaN(gap)) {
      this.#gaps = addGap(this.#gaps, this.#total, gap, this.#limits.stalledAfterMs)
      this.#total++
    }
    clock.last = clock.offset
    this.#lookedAt = now
    const thresholdMs = stallThreshold(this.#gaps, this.#total, this.#limits)
    const waitingSince = Number.isNaN(clock.stallSince) ? null : clock.stallSince
    return { state: stateOf(lag, waitingSince, now, thresholdMs), lag, waitingSince, thresholdMs }
  }
}

function stateOf(
  lag: number | null,
  waitingSince: number | null,
  now: number,
  thresholdMs: number,
): ProgressAnswer['state'] {
  if (lag === null) return 'unknown'
  if (waitingSince === null) return 'caught_up'
  return now - waitingSince > thresholdMs ? 'stalled' : 'advancing'
}
