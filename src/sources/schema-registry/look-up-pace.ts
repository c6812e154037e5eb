import type { Clock } from '../../model/ports.ts'

const LEAST_PAUSE_MS = 500
export const LONGEST_PAUSE_MS = 15_000
/** Random bytes look like ids: each of them would be a question. */
const PER_SECOND = 50
/** As many as are kept: after a start every schema that is in use is asked for, and none may count as unknown for that. */
const AT_ONCE = 1_000

/**
 * When a registry may be asked. After a failure it is left alone, twice as long after each; then one question finds out
 * whether it is back, and only its success lets others follow.
 */
export class LookUpPace {
  readonly #clock: Clock
  #tokens = AT_ONCE
  #filledAt: number
  #failures = 0
  #retryAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#filledAt = clock()
  }

  /** Whether one may be asked now; counts it. */
  take(): boolean {
    const now = this.#clock()
    if (this.#failures > 0) {
      // A clock that was set back does not prolong the pause.
      if (now < this.#retryAt && this.#retryAt - now <= LONGEST_PAUSE_MS) return false
      this.#retryAt = now + pauseAfter(this.#failures)
      return true
    }
    const elapsed = Math.max(0, now - this.#filledAt)
    this.#tokens = Math.min(AT_ONCE, this.#tokens + (elapsed * PER_SECOND) / 1000)
    this.#filledAt = now
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }

  /** Whether the last question failed: one at a time is asked then. */
  get isFailing(): boolean {
    return this.#failures > 0
  }

  succeed(): void {
    this.#failures = 0
  }

  /** @returns how long it is left alone */
  fail(): number {
    this.#failures++
    const pauseMs = pauseAfter(this.#failures)
    this.#retryAt = this.#clock() + pauseMs
    return pauseMs
  }
}

function pauseAfter(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** Math.min(10, failures - 1))
}
