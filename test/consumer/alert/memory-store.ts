import type { AlertStore } from '../../../src/consumer/core/alert/alert-store.ts'
import type { KitTime } from '../../../src/consumer/core/resilient/kit-time.ts'

/** What Redis does, on the time of a test; away on command, and then failing or keeping what it is asked. */
export class MemoryStore implements AlertStore {
  readonly #time: KitTime
  readonly #until = new Map<string, number>()
  readonly #counts = new Map<string, number>()
  asked = 0
  isAway = false
  /** While it is away: as a client does that queues commands. */
  doesQueue = false
  readonly #queue: (() => void)[] = []

  constructor(time: KitTime) {
    this.#time = time
  }

  async claim(key: string, coolDownMs: number) {
    await this.#answer()
    const now = this.#time.monotonic()
    const until = this.#until.get(key) ?? now
    if (until > now) return { isOurs: false as const, restMs: until - now }
    this.#until.set(key, now + coolDownMs)
    const suppressed = this.#counts.get(key) ?? 0
    this.#counts.delete(key)
    return { isOurs: true as const, suppressed }
  }

  async shorten(key: string, restMs: number) {
    await this.#answer()
    this.#until.set(key, this.#time.monotonic() + restMs)
  }

  async countSuppressed(key: string, times: number) {
    await this.#answer()
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + times)
  }

  back(): void {
    this.isAway = false
    for (const go of this.#queue.splice(0)) go()
  }

  async #answer(): Promise<void> {
    this.asked++
    if (!this.isAway) return
    if (!this.doesQueue) throw new Error('Connection is closed.')
    await new Promise<void>(go => this.#queue.push(go))
  }
}
