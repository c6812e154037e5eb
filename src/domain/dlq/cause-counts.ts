import type { Origin } from './read-origin.ts'

/** Of one topic, the last one for all that find no place. */
const MOST_CAUSES = 100

/** As `[source topic, group, cause, count]`. */
export type SavedCause = readonly [string, string, string, number]

interface Entry {
  readonly sourceTopic: string
  readonly group: string
  readonly cause: string
  count: number
}

/**
 * The dead letters of one topic by where they come from and why. Bounded, for both are texts of whoever writes to the
 * topic: each record read counts once, and those of causes beyond the bound as `other`.
 */
export class CauseCounts {
  readonly #entries = new Map<string, Entry>()

  count({ topic, group, cause }: Pick<Origin, 'topic' | 'group' | 'cause'>): void {
    this.#entry(topic ?? '', group ?? '', cause ?? 'unknown').count++
  }

  /** Records that nobody has looked at. */
  countUnread(count: number): void {
    if (count > 0) this.#entry('', '', 'unread').count += count
  }

  save(): readonly SavedCause[] {
    return [...this.#entries.values()].map(e => [e.sourceTopic, e.group, e.cause, e.count])
  }

  /** Whatever is no count is left out. */
  restore(saved: unknown): void {
    for (const raw of Array.isArray(saved) ? saved : []) {
      const [sourceTopic, group, cause, count] = (Array.isArray(raw) ? raw : []) as readonly unknown[]
      if (typeof sourceTopic !== 'string' || typeof group !== 'string' || typeof cause !== 'string') continue
      if (!Number.isSafeInteger(count) || (count as number) < 0) continue
      this.#entry(sourceTopic, group, cause).count += count as number
    }
  }

  #entry(sourceTopic: string, group: string, cause: string): Entry {
    const key = JSON.stringify([sourceTopic, group, cause])
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const isOther = sourceTopic === '' && group === '' && (cause === 'other' || cause === 'unread')
    // Two places are kept for those that have to be counted in any case.
    if (!isOther && this.#entries.size >= MOST_CAUSES - 2) return this.#entry('', '', 'other')
    const entry = { sourceTopic, group, cause, count: 0 }
    this.#entries.set(key, entry)
    return entry
  }
}
