import type { Trace } from './traces/trace.ts'

export interface LossResult {
  readonly samples: number
  /** Headroom above the time that truly remained: a promise that was broken. */
  readonly aboveTruth: number
  readonly aboveTruthMaxMs: number
  /** Remaining time over headroom: the most, in milliseconds. */
  readonly slackMaxMs: number
  /** What the slack may be: the span of a segment and the broker's own interval of checks. */
  readonly slackAllowedMs: number
  /** No headroom although less than half of a record's life remained. */
  readonly missing: number
  readonly lostTrue: number
  readonly lostCounted: number
}

const CHECK_EVERY_MS = 300_000

/** Compares the headroom with the time until the waiting record was deleted in truth, and what was lost. */
export class LossScore {
  lost = 0
  readonly #trace: Trace
  #samples = 0
  #above = 0
  #aboveMax = 0
  #slackMax = Number.NaN
  #missing = 0

  constructor(trace: Trace) {
    this.#trace = trace
  }

  /** Both in milliseconds, NaN where there is none. Returns whether more was promised than was there. */
  step(headroomMs: number, remainingMs: number): boolean {
    if (Number.isNaN(remainingMs)) return false
    if (Number.isNaN(headroomMs)) {
      if (remainingMs < this.#trace.retentionSpanMs / 2) this.#missing++
      return false
    }
    this.#samples++
    const slack = remainingMs - headroomMs
    if (!(slack <= this.#slackMax)) this.#slackMax = slack
    if (slack >= 0) return false
    this.#above++
    this.#aboveMax = Math.max(this.#aboveMax, -slack)
    return true
  }

  end(lostTrue: number): LossResult {
    return {
      samples: this.#samples,
      aboveTruth: this.#above,
      aboveTruthMaxMs: this.#aboveMax,
      slackMaxMs: this.#slackMax,
      slackAllowedMs: this.#trace.segmentSpanMs + CHECK_EVERY_MS,
      missing: this.#missing,
      lostTrue,
      lostCounted: this.lost,
    }
  }
}
