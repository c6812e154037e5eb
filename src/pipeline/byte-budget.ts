/**
 * Bytes that may be read in a second, with one poll's worth to spare: what was not used is lost beyond that, what was
 * read too much (a broker sends no part of a batch) is taken from the next.
 */
export class ByteBudget {
  readonly #perSecond: number
  readonly #most: number
  #bytes: number
  #at: number | null = null

  constructor(bytesPerSecond: number, intervalMs: number) {
    this.#perSecond = bytesPerSecond
    this.#most = (bytesPerSecond * intervalMs) / 1_000
    this.#bytes = this.#most
  }

  /** What may be read now. */
  available(now: number): number {
    const elapsed = this.#at === null ? 0 : Math.max(0, now - this.#at)
    this.#at = now
    this.#bytes = Math.min(this.#most, this.#bytes + (this.#perSecond * elapsed) / 1_000)
    return Math.max(0, this.#bytes)
  }

  spend(bytes: number): void {
    this.#bytes -= bytes
  }
}
