import { CauseCounts, type SavedCause } from '../domain/dlq/cause-counts.ts'
import { readOrigin } from '../domain/dlq/read-origin.ts'
import type { DeadLetterCause, DeadLetterCauses } from '../model/dead-letters.ts'
import type { RecordWatcher } from '../model/record-watch.ts'
import type { TailedRecord } from '../model/tail.ts'

/** Of each topic. A flood is counted whole by its offsets; of its causes this many tell enough. */
const RECORDS_PER_SECOND = 1_000

interface SavedTopic {
  readonly topic: string
  readonly malformed: number
  readonly causes: readonly SavedCause[]
}

interface Counts {
  malformed: number
  readonly causes: CauseCounts
}

/** Attributes dead letters as they arrive, by their headers; of keys and values nothing is looked at. */
export class DeadLetterWatch implements RecordWatcher {
  readonly name = 'dead letters'
  readonly #isDeadLetterTopic: (topic: string) => boolean
  readonly #topics = new Map<string, Counts>()
  #saved: readonly SavedTopic[] = []
  #published: readonly SavedTopic[] = []
  /** Series that have been shown, by topic and cause. */
  #shown: ReadonlySet<string> = new Set()

  constructor(isDeadLetterTopic: (topic: string) => boolean) {
    this.#isDeadLetterTopic = isDeadLetterTopic
  }

  wants(topic: string): number {
    return this.#isDeadLetterTopic(topic) ? RECORDS_PER_SECOND : 0
  }

  take(topic: string, records: readonly TailedRecord[]): void {
    if (!this.#isDeadLetterTopic(topic)) return
    const counts = this.#countsOf(topic)
    for (const { headers } of records) {
      const origin = readOrigin(headers)
      counts.causes.count(origin)
      if (origin.isMalformed) counts.malformed++
    }
  }

  passOver(topic: string, count: number): void {
    if (this.#isDeadLetterTopic(topic)) this.#countsOf(topic).causes.countUnread(count)
  }

  keepOnly(topics: ReadonlySet<string>): void {
    for (const topic of this.#topics.keys()) if (!topics.has(topic)) this.#topics.delete(topic)
    for (const topic of topics) this.#countsOf(topic)
  }

  save(): unknown {
    this.#saved = [...this.#topics].map(([topic, { malformed, causes }]) => ({
      topic,
      malformed,
      causes: causes.save(),
    }))
    return this.#saved
  }

  restore(saved: unknown): void {
    for (const raw of Array.isArray(saved) ? saved : []) {
      const { topic, malformed, causes } = (raw ?? {}) as Readonly<Record<string, unknown>>
      if (typeof topic !== 'string' || !this.#isDeadLetterTopic(topic)) continue
      const counts = this.#countsOf(topic)
      if (Number.isSafeInteger(malformed) && (malformed as number) > 0)
        counts.malformed += malformed as number
      counts.causes.restore(causes)
    }
    this.save()
    // They were shown before the restart.
    this.#shown = new Set(this.#saved.flatMap(seriesOf))
  }

  publish(): void {
    this.#published = this.#saved
  }

  /** What is durable, as the next generation shows it. */
  view(): readonly DeadLetterCauses[] {
    const shown = this.#shown
    this.#shown = new Set(this.#published.flatMap(seriesOf))
    return this.#published.map(({ topic, malformed, causes }) => {
      const isNew = (cause: SavedCause | null) => !shown.has(seriesName(topic, cause))
      return {
        topic,
        malformed: isNew(null) ? 0 : malformed,
        causes: causes.map(cause => viewOf(cause, isNew(cause))).sort(byCount),
      }
    })
  }

  #countsOf(topic: string): Counts {
    let counts = this.#topics.get(topic)
    if (counts === undefined) {
      counts = { malformed: 0, causes: new CauseCounts() }
      this.#topics.set(topic, counts)
    }
    return counts
  }
}

function viewOf(saved: SavedCause, isNew: boolean): DeadLetterCause {
  const [sourceTopic, group, cause, count] = saved
  return { sourceTopic, group, cause, count, published: isNew ? 0 : count }
}

function byCount(a: DeadLetterCause, b: DeadLetterCause): number {
  return b.count - a.count
}

function seriesOf({ topic, causes }: SavedTopic): readonly string[] {
  return [null, ...causes].map(cause => seriesName(topic, cause))
}

/** Null: the counter of malformed headers. */
function seriesName(topic: string, cause: SavedCause | null): string {
  return JSON.stringify([topic, ...(cause?.slice(0, 3) ?? [])])
}
