import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'

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
  /** When each item was last asked for, those asked longest ago first. */
  #asked = new Map<string, number>()
  #lastTake: number | null = null
  #lastItems: readonly string[] | null = null

  constructor(options: SlowClockOptions) {
    this.#options = options
  }

  /**
   * The items to ask for now. Call `asked` for those that were answered; the others come again.
   *
   * @param items all there are, each once; what is no longer among them is forgotten
   * @param isUrgent what should not wait for its turn, besides what was never asked for
   */
  *take(items: readonly string[], now: number, isUrgent?: (item: string) => boolean): Steps<string[]> {
    const { everyMs, batch } = this.#options
    const elapsed = this.#lastTake === null ? everyMs : Math.max(0, now - this.#lastTake)
    this.#lastTake = now
    yield* this.#forgetAllBut(items)
    const share = Math.max(batch, Math.ceil((AHEAD * items.length * elapsed) / everyMs))
    const urgent = yield* this.#urgentOf(items, isUrgent)
    return [...urgent, ...(yield* this.#dueAt(now, share, isUrgent))]
  }

  asked(item: string, now: number): void {
    this.#asked.delete(item)
    this.#asked.set(item, now)
  }

  *#urgentOf(
    items: readonly string[],
    isUrgent: ((item: string) => boolean) | undefined,
  ): Steps<readonly string[]> {
    const urgent: string[] = []
    if (isUrgent === undefined && this.#asked.size >= items.length) return urgent
    for (const [i, item] of items.entries()) {
      if (!this.#asked.has(item) || isUrgent?.(item)) urgent.push(item)
      if (urgent.length === this.#options.burst) break
      if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    }
    return urgent
  }

  *#dueAt(
    now: number,
    share: number,
    isUrgent: ((item: string) => boolean) | undefined,
  ): Steps<readonly string[]> {
    const due: string[] = []
    for (const [item, asked] of this.#asked) {
      if (due.length === share || (now >= asked && now - asked < this.#options.everyMs * EARLY)) break
      if (isUrgent?.(item)) continue
      due.push(item)
      if (due.length % ROWS_PER_STEP === 0) yield
    }
    return due
  }

  *#forgetAllBut(items: readonly string[]): Steps<void> {
    // Tens of thousands of topics are the very same list from poll to poll.
    if (items === this.#lastItems) return
    this.#lastItems = items
    const known = new Set<string>()
    for (const [i, item] of items.entries()) {
      known.add(item)
      if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    }
    let passed = 0
    for (const item of this.#asked.keys()) {
      if (!known.has(item)) this.#asked.delete(item)
      if (++passed % ROWS_PER_STEP === 0) yield
    }
  }
}
