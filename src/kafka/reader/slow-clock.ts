export interface SlowClockOptions {
  /** How often each item should be asked for. */
  readonly everyMs: number
  /** As many may always go into one poll, so that few items are asked for all at once and not one by one. */
  readonly batch: number
  /** As many that cannot wait may go into one poll. */
  readonly burst: number
}

/** A poll that comes a little early shall not put an item off until the next one. */
const EARLY = 0.9
/** The oldest share of a poll is a little more than the mean, or some items would always fall behind. */
const AHEAD = 1.25

/**
 * Spreads what is asked for now and then over the polls: few items come all together, once in `everyMs`; of many, each
 * poll takes its share, those asked longest ago first.
 */
export class SlowClock {
  readonly #options: SlowClockOptions
  #asked = new Map<string, number>()
  #lastTake: number | null = null
  #lastItems: readonly string[] | null = null

  constructor(options: SlowClockOptions) {
    this.#options = options
  }

  /**
   * The items to ask for now. Call `asked` for those that were answered; the others come again.
   *
   * @param items all there are; what is no longer among them is forgotten
   * @param isUrgent what should not wait for its turn, besides what was never asked for
   */
  take(items: readonly string[], now: number, isUrgent: (item: string) => boolean = () => false): string[] {
    const { everyMs, batch, burst } = this.#options
    const elapsed = this.#lastTake === null ? everyMs : Math.max(0, now - this.#lastTake)
    this.#lastTake = now
    this.#forgetAllBut(items)
    const urgent: string[] = []
    const due: { item: string; at: number }[] = []
    for (const item of items) {
      const asked = this.#asked.get(item)
      if (asked === undefined || isUrgent(item)) urgent.push(item)
      else if (now - asked >= everyMs * EARLY || now < asked) due.push({ item, at: asked })
    }
    const share = Math.max(batch, Math.ceil((AHEAD * items.length * elapsed) / everyMs))
    due.sort((a, b) => a.at - b.at)
    return [...urgent.slice(0, burst), ...due.slice(0, share).map(entry => entry.item)]
  }

  asked(item: string, now: number): void {
    this.#asked.set(item, now)
  }

  #forgetAllBut(items: readonly string[]): void {
    // Tens of thousands of topics are the very same list from poll to poll.
    if (items === this.#lastItems) return
    this.#lastItems = items
    const kept = new Map<string, number>()
    for (const item of items) {
      const asked = this.#asked.get(item)
      if (asked !== undefined) kept.set(item, asked)
    }
    this.#asked = kept
  }
}
