import type { Clock } from '../../model/ports.ts'

/** Lets so many a second through, and at once no more than in one second. */
export class SampleRate {
  readonly #perSecond: number
  readonly #clock: Clock
  #tokens: number
  #filledAt: number

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
    this.#tokens = perSecond
    this.#filledAt = clock()
  }

  /** How many of so many may pass now; counts them. */
  take(wanted: number): number {
    if (this.#perSecond === Number.POSITIVE_INFINITY) return wanted
    const now = this.#clock()
    const elapsed = Math.max(0, now - this.#filledAt)
    this.#filledAt = now
    this.#tokens = Math.min(this.#perSecond, this.#tokens + (elapsed * this.#perSecond) / 1000)
    const taken = Math.min(wanted, Math.floor(this.#tokens))
    this.#tokens -= taken
    return taken
  }
}
