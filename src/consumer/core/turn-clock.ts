/** Of a consumer's loop: fetch, hand over, commit, again. Pure: time is an argument, in milliseconds. */
export class TurnClock {
  #turnedAt: number
  #excusedMs = 0

  constructor(now: number) {
    this.#turnedAt = now
  }

  turn(now: number): void {
    this.#turnedAt = now
    this.#excusedMs = 0
  }

  /** For `ms` up to now it could not have turned: Kafka was away. */
  excuse(ms: number, now: number): void {
    this.#excusedMs = Math.min(this.#excusedMs + ms, now - this.#turnedAt)
  }

  /** Since it last turned, not counting what is excused. */
  standsFor(now: number): number {
    return Math.max(0, now - this.#turnedAt - this.#excusedMs)
  }
}
