import { setImmediate as turn } from 'node:timers/promises'
import type { KitTime } from '../../../src/consumer/core/resilient/kit-time.ts'

const START = Date.UTC(2026, 0, 5, 8)

/** Passes when it is told to. */
export class ManualTime implements KitTime {
  #now = 0
  #last = 0
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>()

  readonly wall = (): number => START + this.#now
  readonly monotonic = (): number => this.#now

  get pending(): number {
    return this.#timers.size
  }

  after(ms: number, run: () => void): () => void {
    const id = ++this.#last
    this.#timers.set(id, { at: this.#now + ms, run })
    return () => this.#timers.delete(id)
  }

  /** What follows of each timer happens before the next. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    await settle()
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until)
      const next = due.sort(([idA, a], [idB, b]) => a.at - b.at || idA - idB)[0]
      if (next === undefined) break
      const [id, { at, run }] = next
      this.#timers.delete(id)
      this.#now = Math.max(this.#now, at)
      run()
      await settle()
    }
    this.#now = until
  }
}

/** Until promises that wait for nothing else have had their turn. */
export async function settle(): Promise<void> {
  await turn()
  await turn()
}
