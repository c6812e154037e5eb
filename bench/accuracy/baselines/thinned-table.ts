import type { LagEstimator, LagSample } from './lag-estimator.ts'

const MOST_POINTS = 1_000
const KEPT_POINTS = 500
/** An offset older than the table is not put further back than this before its first point. */
const EXTRAPOLATION_MS = 600_000

/**
 * Datadog's kafka_consumer check: the time at which each end offset was last seen, at most a thousand, thinned to half by
 * Visvalingam and Whyatt's rule; begun anew when offsets go back; extrapolation capped.
 */
export class ThinnedTable implements LagEstimator {
  #offsets: number[] = []
  #times: number[] = []

  estimate({ now, committed, end }: LagSample): number {
    const n = this.#offsets.length
    if (n > 0 && end < (this.#offsets[n - 1] as number)) {
      this.#offsets = []
      this.#times = []
    }
    if (n > 0 && end === this.#offsets[n - 1]) this.#times[n - 1] = now
    else {
      this.#offsets.push(end)
      this.#times.push(now)
      if (this.#offsets.length > MOST_POINTS) this.#thin()
    }
    return this.#lagAt(committed, now)
  }

  #lagAt(committed: number, now: number): number {
    const offsets = this.#offsets
    const n = offsets.length
    if (committed >= (offsets[n - 1] as number)) return 0
    if (n < 2) return Number.NaN
    let right = 1
    if (committed > (offsets[0] as number)) {
      let low = 1
      let high = n - 1
      while (low < high) {
        const middle = (low + high) >>> 1
        if ((offsets[middle] as number) >= committed) high = middle
        else low = middle + 1
      }
      right = low
    } else right = n - 1
    const left = committed > (offsets[0] as number) ? right - 1 : 0
    const slope =
      ((this.#times[right] as number) - (this.#times[left] as number)) /
      ((offsets[right] as number) - (offsets[left] as number))
    const at = (this.#times[right] as number) + slope * (committed - (offsets[right] as number))
    return Math.max(0, now - Math.max(at, (this.#times[0] as number) - EXTRAPOLATION_MS))
  }

  /** Points that bend the line least go first; areas are taken once, which differs little from taking them again. */
  #thin(): void {
    const area = (i: number) =>
      Math.abs(
        ((this.#offsets[i - 1] as number) - (this.#offsets[i + 1] as number)) *
          ((this.#times[i] as number) - (this.#times[i - 1] as number)) -
          ((this.#offsets[i - 1] as number) - (this.#offsets[i] as number)) *
            ((this.#times[i + 1] as number) - (this.#times[i - 1] as number)),
      )
    const inner = Array.from({ length: this.#offsets.length - 2 }, (_, i) => ({
      i: i + 1,
      area: area(i + 1),
    }))
    const dropped = new Set(
      inner
        .sort((a, b) => a.area - b.area)
        .slice(0, this.#offsets.length - KEPT_POINTS)
        .map(p => p.i),
    )
    this.#offsets = this.#offsets.filter((_, i) => !dropped.has(i))
    this.#times = this.#times.filter((_, i) => !dropped.has(i))
  }
}
