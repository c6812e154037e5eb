/**
 * Signals for checks, each aborted by its time or when all are closed. One controller for each check: on Node 20 every
 * `AbortSignal.any` leaves something behind in a signal that lives on.
 */
export class CheckSignals {
  readonly #underWay = new Set<AbortController>()
  #isClosed = false

  /** The signal asks the check to end: it is waited for until it has. */
  async within<Result>(ms: number, check: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const controller = new AbortController()
    if (this.#isClosed) controller.abort()
    this.#underWay.add(controller)
    const timer = setTimeout(() => controller.abort(), ms).unref()
    try {
      return await check(controller.signal)
    } finally {
      clearTimeout(timer)
      this.#underWay.delete(controller)
    }
  }

  /** Aborts what is under way and what is yet to come. */
  close(): void {
    this.#isClosed = true
    for (const controller of this.#underWay) controller.abort()
  }
}
