import { ErrorHistogram } from './error-histogram.ts'

export interface LagErrorResult {
  readonly samples: number
  /** Samples in which something truly waited. */
  readonly lagging: number
  /** Of them, those with a value. */
  readonly finite: number
  readonly negative: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Errors over what is allowed without READ, max(2 s, 5 % of the lag): 99th percentile. */
  readonly relativeP99: number
  /** Errors against the truth at the published instant alone, commits that came during the poll included. */
  readonly strictP99Ms: number
  readonly strictMaxMs: number
  /** Samples above 0 although nothing had waited for a poll interval. */
  readonly phantom: number
}

export type LagFault = 'negative' | 'missing' | 'phantom' | 'far off'

/** Compares lag in time with the truth, sample by sample. All in milliseconds. */
export class LagErrors {
  readonly #intervalMs: number
  readonly #errors = new ErrorHistogram()
  readonly #relative = new ErrorHistogram()
  readonly #strict = new ErrorHistogram()
  readonly #clearSince: Float64Array
  #samples = 0
  #lagging = 0
  #finite = 0
  #negative = 0
  #phantom = 0

  constructor(intervalMs: number, partitions: number) {
    this.#intervalMs = intervalMs
    this.#clearSince = new Float64Array(partitions).fill(Number.NaN)
  }

  /**
   * @param truth at the published instant; NaN where there is none
   * @param asRead the same for the commit that the poll read: one may come while it is under way, and either is right
   */
  add(partition: number, lag: number, truth: number, asRead: number, now: number): LagFault | null {
    let fault: LagFault | null = null
    this.#samples++
    if (lag < 0) {
      this.#negative++
      fault = 'negative'
    }
    if (truth > 0 && asRead > 0) {
      this.#lagging++
      if (Number.isFinite(lag)) this.#finite++
      else fault = 'missing'
    }
    if (!(truth === 0 && asRead === 0)) this.#clearSince[partition] = Number.NaN
    else if (Number.isNaN(this.#clearSince[partition] as number)) this.#clearSince[partition] = now
    else if (now - (this.#clearSince[partition] as number) >= this.#intervalMs && lag > 0) {
      this.#phantom++
      fault = 'phantom'
    }
    if (!Number.isFinite(lag) || Number.isNaN(truth + asRead)) return fault
    const low = Math.min(truth, asRead)
    const high = Math.max(truth, asRead)
    const error = lag < low ? low - lag : lag > high ? lag - high : 0
    this.#errors.add(error)
    this.#strict.add(Math.abs(lag - truth))
    this.#relative.add((1_000 * error) / Math.max(2_000, 0.05 * high))
    return fault ?? (error > this.#intervalMs ? 'far off' : null)
  }

  end(): LagErrorResult {
    return {
      samples: this.#samples,
      lagging: this.#lagging,
      finite: this.#finite,
      negative: this.#negative,
      p50Ms: this.#errors.quantile(0.5),
      p99Ms: this.#errors.quantile(0.99),
      maxMs: this.#errors.max,
      relativeP99: this.#relative.quantile(0.99) / 1_000,
      strictP99Ms: this.#strict.quantile(0.99),
      strictMaxMs: this.#strict.max,
      phantom: this.#phantom,
    }
  }
}
