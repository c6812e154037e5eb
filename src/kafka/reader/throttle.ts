import type { Clock } from '../../model/ports.ts'

/** Remembers per broker until when its quota asks us to wait (ThrottleTimeMs, KIP-219: enforced by the client). */
export class Throttle {
  readonly #clock: Clock
  readonly #maxMs: number
  readonly #until = new Map<number, number>()
  #nodes: ReadonlySet<number> = new Set()

  /** @param maxMs no wait is longer, whatever the broker says */
  constructor(clock: Clock, maxMs: number) {
    this.#clock = clock
    this.#maxMs = maxMs
  }

  note(node: number, throttleMs: number): void {
    if (throttleMs > 0) this.#until.set(node, this.#clock() + Math.min(throttleMs, this.#maxMs))
  }

  /** Milliseconds to wait before the next request to the broker. */
  waitMs(node: number): number {
    const until = this.#until.get(node)
    if (until === undefined) return 0
    const left = until - this.#clock()
    if (left > 0) return Math.min(left, this.#maxMs)
    this.#until.delete(node)
    return 0
  }

  /** Milliseconds until some broker may be asked again. */
  leastWaitMs(): number {
    let least = Number.POSITIVE_INFINITY
    for (const node of this.#nodes) least = Math.min(least, this.waitMs(node))
    return Number.isFinite(least) ? least : 0
  }

  /** All brokers that there are. */
  keepOnly(nodes: ReadonlySet<number>): void {
    this.#nodes = nodes
    for (const node of this.#until.keys()) if (!nodes.has(node)) this.#until.delete(node)
  }
}
