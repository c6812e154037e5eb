import type { LagEstimator, LagSample } from './lag-estimator.ts'

const POINTS = 60
/** Its default poll interval is 30 s: every second of ours. */
const EVERY_MS = 29_000

/**
 * kafka-lag-exporter: a table of (end offset, poll time), 60 points. A flat run is kept as two points, an end below the
 * last one is dropped. Between two points linear, outside extrapolated from the first to the last; 0 at the last
 * offset, nothing with fewer than two points.
 */
export class InterpolationTable implements LagEstimator {
  readonly #offsets: number[] = []
  readonly #times: number[] = []
  #lastAt = Number.NEGATIVE_INFINITY

  estimate({ now, committed, end }: LagSample): number | null {
    if (now - this.#lastAt < EVERY_MS) return null
    this.#lastAt = now
    this.#add(end, now)
    return this.#lagAt(committed, now)
  }

  #add(end: number, now: number): void {
    const n = this.#offsets.length
    if (n > 0 && end < (this.#offsets[n - 1] as number)) return
    if (n > 1 && end === this.#offsets[n - 1] && end === this.#offsets[n - 2]) {
      this.#times[n - 1] = now
      return
    }
    this.#offsets.push(end)
    this.#times.push(now)
    if (n + 1 > POINTS) {
      this.#offsets.shift()
      this.#times.shift()
    }
  }

  #lagAt(committed: number, now: number): number {
    const offsets = this.#offsets
    const n = offsets.length
    if (n > 0 && committed === offsets[n - 1]) return 0
    if (n < 2) return Number.NaN
    let left = 0
    let right = n - 1
    if (committed >= (offsets[0] as number) && committed < (offsets[n - 1] as number)) {
      right = offsets.findIndex(offset => offset > committed)
      left = right - 1
    }
    const slope =
      ((this.#times[right] as number) - (this.#times[left] as number)) /
      ((offsets[right] as number) - (offsets[left] as number))
    return now - ((this.#times[right] as number) + slope * (committed - (offsets[right] as number)))
  }
}
