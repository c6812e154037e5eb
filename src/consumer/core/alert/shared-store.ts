import { messageOf } from '../../../errors.ts'
import type { KitLog } from '../ports.ts'
import type { KitTime } from '../resilient/kit-time.ts'
import type { AlertStore } from './alert-store.ts'
import { within } from './within.ts'

interface SharedStoreOptions {
  /** Null: there is none. */
  readonly store: AlertStore | null
  readonly timeoutMs: number
  /** How long a store that failed is not asked again. */
  readonly retryAfterMs: number
  readonly time: KitTime
  readonly log: KitLog | null
}

/** Asks the store while it answers, and does without it while it does not: no alert waits for it twice in a row. */
export class SharedStore {
  readonly #options: SharedStoreOptions
  #awayUntil = Number.NEGATIVE_INFINITY
  #isAway = false

  constructor(options: SharedStoreOptions) {
    this.#options = options
  }

  get isThere(): boolean {
    return this.#options.store !== null
  }

  /**
   * Null where there is none, or it gives no answer. Never fails. `onLate`: of the answer that comes nevertheless, from
   * a client that has kept the question until the store was back.
   */
  async ask<Answer>(
    question: (store: AlertStore) => Promise<Answer>,
    onLate: (answer: Answer, store: AlertStore) => unknown = () => {},
  ): Promise<Answer | null> {
    const { store, timeoutMs, retryAfterMs, time, log } = this.#options
    if (store === null || time.monotonic() < this.#awayUntil) return null
    let answering: Promise<Answer> | undefined
    try {
      const answer = await within(timeoutMs, time, () => {
        answering = question(store)
        return answering
      })
      if (this.#isAway) log?.info({}, 'the store of alerts is back: processes hold back together')
      this.#isAway = false
      return answer
    } catch (error) {
      this.#awayUntil = time.monotonic() + retryAfterMs
      if (!this.#isAway) {
        log?.warn(
          { reason: messageOf(error) },
          'the store of alerts is away: each process holds back by itself',
        )
      }
      this.#isAway = true
      answering?.then(answer => onLate(answer, store)).catch(() => {})
      return null
    }
  }
}
