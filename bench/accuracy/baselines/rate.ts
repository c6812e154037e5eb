import type { LagEstimator, LagSample } from './lag-estimator.ts'

const SAMPLES = 5
const LEAST_PER_SECOND = 0.01

/** klag-exporter's default: lag over the rate of the end offset in five samples; none while that is almost nothing. */
export class ProductionRate implements LagEstimator {
  readonly #ends: number[] = []
  readonly #times: number[] = []

  estimate({ now, committed, end }: LagSample): number {
    this.#ends.push(end)
    this.#times.push(now)
    if (this.#ends.length > SAMPLES) {
      this.#ends.shift()
      this.#times.shift()
    }
    if (committed >= end) return 0
    const last = this.#ends.length - 1
    if (last === 0) return Number.NaN
    const seconds = ((this.#times[last] as number) - (this.#times[0] as number)) / 1_000
    const perSecond = ((this.#ends[last] as number) - (this.#ends[0] as number)) / seconds
    if (perSecond < LEAST_PER_SECOND) return Number.NaN
    return (1_000 * (end - committed)) / perSecond
  }
}
