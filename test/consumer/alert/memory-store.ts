import type { AlertStore } from '../../../src/consumer/core/alert/alert-store.ts'
import type { KitTime } from '../../../src/consumer/core/resilient/kit-time.ts'

/** What Redis does, on the time of a test; away on command. */
export class MemoryStore implements AlertStore {
  readonly #time: KitTime
  readonly #until = new Map<string, number>()
  readonly #counts = new Map<string, number>()
  asked = 0
  isAway = false

  constructor(time: KitTime) {
    this.#time = time
  }

  async claim(key: string, coolDownMs: number) {
    this.#answer()
    const now = this.#time.monotonic()
    const until = this.#until.get(key) ?? now
    if (until > now) return { isOurs: false as const, restMs: until - now }
    this.#until.set(key, now + coolDownMs)
    const suppressed = this.#counts.get(key) ?? 0
    this.#counts.delete(key)
    return { isOurs: true as const, suppressed }
  }

  async shorten(key: string, restMs: number) {
    this.#answer()
    this.#until.set(key, this.#time.monotonic() + restMs)
  }

  async countSuppressed(key: string, times: number) {
    this.#answer()
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times)
  }

  #answer(): void {
    this.asked++
    if (this.isAway) throw new Error('Connection is closed.')
  }
}
