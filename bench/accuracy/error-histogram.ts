/** Errors in milliseconds in buckets 1 % wide, exact in their number, their sum and the largest. */
export class ErrorHistogram {
  readonly #buckets = new Uint32Array(BUCKETS)
  count = 0
  max = 0

  add(errorMs: number): void {
    this.count++
    if (errorMs > this.max) this.max = errorMs
    const bucket = errorMs < 1 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(errorMs) / LOG_WIDTH))
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1
  }

  /** Upper bound of the bucket in which the quantile lies; NaN without errors. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN
    let rest = Math.ceil(share * this.count)
    for (let b = 0; b < BUCKETS; b++) {
      rest -= this.#buckets[b] as number
      if (rest <= 0)
        return Math.min(this.max, b === 0 ? (this.max < 1 ? this.max : 1) : Math.exp(b * LOG_WIDTH))
    }
    return this.max
  }

  /** How many are larger, to the width of a bucket. */
  above(errorMs: number): number {
    const first = 1 + Math.ceil(Math.log(errorMs) / LOG_WIDTH)
    let sum = 0
    for (let b = first; b < BUCKETS; b++) sum += this.#buckets[b] as number
    return sum
  }
}

const LOG_WIDTH = Math.log(1.01)
const BUCKETS = 2_600
