/** Spreads records over time: no more than so many a second from the start on, and no bursts to catch up. */
export class Pacer {
  readonly #perSecond: number
  readonly #now: () => number
  readonly #wait: (ms: number) => Promise<void>
  #freeAt: number

  constructor(perSecond: number, now: () => number, wait: (ms: number) => Promise<void>) {
    this.#perSecond = perSecond
    this.#now = now
    this.#wait = wait
    this.#freeAt = now()
  }

  /** At most so many are taken together: a second's worth, and never more than `most`. */
  share(most: number): number {
    return Math.max(1, Math.min(most, Math.floor(this.#perSecond)))
  }

  /** Resolves when so many more may be sent. */
  async take(records: number): Promise<void> {
    const waitMs = this.#freeAt - this.#now()
    if (waitMs > 0) await this.#wait(waitMs)
    this.#freeAt = Math.max(this.#freeAt, this.#now()) + (records * 1_000) / this.#perSecond
  }
}
