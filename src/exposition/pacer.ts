/**
 * Shares the event loop among scrapes: together they work for about `sliceMs` per turn of the loop, however many
 * there are. Waiting for a stream to drain is no substitute: on a fast socket `drain` comes from nextTick.
 */
export class Pacer {
  readonly #sliceMs: number
  readonly #waiting: (() => void)[] = []
  #turnStart = 0

  constructor(sliceMs = 2) {
    this.#sliceMs = sliceMs
  }

  isDue(): boolean {
    return performance.now() - this.#turnStart >= this.#sliceMs
  }

  /** Resolves in a later turn of the event loop, when it is this waiter's turn. */
  pause(): Promise<void> {
    return new Promise(resume => {
      this.#waiting.push(resume)
      if (this.#waiting.length === 1) setImmediate(this.#next)
    })
  }

  readonly #next = (): void => {
    const resume = this.#waiting.shift()
    if (this.#waiting.length > 0) setImmediate(this.#next)
    this.#turnStart = performance.now()
    resume?.()
  }
}
