export interface HeadroomResult {
  readonly samples: number
  /** More was promised than was there. */
  readonly above: number
  /** What truly remained over what was promised: the most, in milliseconds. */
  readonly slackMaxMs: number
  /** What that may be: the span of a segment, and what may pass until the broker looks. */
  readonly slackAllowedMs: number
  /** None although less than half of the retention remained. */
  readonly missing: number
}

/** How often these brokers look for what they may delete (log.retention.check.interval.ms). */
export const CHECK_EVERY_MS = 5_000

/** Compares the headroom with the time until the waiting record was really deleted. */
export class HeadroomScore {
  readonly #retention: { readonly retentionMs: number; readonly segmentMs: number } | null
  #samples = 0
  #above = 0
  #slackMax = Number.NaN
  #missing = 0

  constructor(retention: { readonly retentionMs: number; readonly segmentMs: number } | null) {
    this.#retention = retention
  }

  /** Both in milliseconds, NaN where there is none. Returns whether more was promised than was there. */
  step(headroomMs: number, remainingMs: number): boolean {
    if (this.#retention === null || Number.isNaN(remainingMs)) return false
    if (Number.isNaN(headroomMs)) {
      if (remainingMs < this.#retention.retentionMs / 2) this.#missing++
      return false
    }
    this.#samples++
    const slack = remainingMs - headroomMs
    if (!(slack <= this.#slackMax)) this.#slackMax = slack
    // Headroom has no less than 0 to say.
    if (slack >= 0 || headroomMs === 0) return false
    this.#above++
    return true
  }

  end(): HeadroomResult {
    return {
      samples: this.#samples,
      above: this.#above,
      slackMaxMs: this.#slackMax,
      slackAllowedMs: (this.#retention?.segmentMs ?? 0) + CHECK_EVERY_MS,
      missing: this.#missing,
    }
  }
}
