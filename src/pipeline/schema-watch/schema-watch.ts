import type { Target } from '../../domain/schema/target.ts'
import type { Clock, Log } from '../../model/ports.ts'
import type { RecordWatcher } from '../../model/record-watch.ts'
import type { SchemaView, ValueReader } from '../../model/schema-watch.ts'
import type { TailedRecord } from '../../model/tail.ts'
import { FieldLog } from './field-log.ts'
import { SampleRate } from './sample-rate.ts'
import { TopicCheck } from './topic-check.ts'
import { TopicTally } from './topic-tally.ts'

/** What is done with the topics that one entry of the settings speaks of. */
export interface WatchedSchemas {
  readonly topics: readonly RegExp[]
  /** Of each topic; Infinity: all. */
  readonly recordsPerSecond: number
  /** 0: no limit. */
  readonly largestRecordBytes: number
  readonly reader: ValueReader
  readonly target: Target
}

export interface SchemaWatchOptions {
  /** The first that matches a topic holds for it. */
  readonly watched: readonly WatchedSchemas[]
  readonly clock: Clock
  readonly log: Log
  /** Ends what the readers need. */
  readonly close: () => Promise<void>
}

interface WatchedTopic {
  readonly entry: WatchedSchemas
  readonly sample: SampleRate
  readonly tally: TopicTally
  readonly check: TopicCheck
}

/** Decoding and checking may not keep the event loop for longer; some hundred records. */
const SLICE_MS = 4
const RECORDS_PER_LOOK = 16

/**
 * Decodes records and checks their fields. What it cannot decode, and what it lets pass unlooked at, is counted: the
 * counters of a topic add up to its records.
 */
export class SchemaWatch implements RecordWatcher {
  readonly name = 'schemas'
  readonly #options: SchemaWatchOptions
  readonly #topics = new Map<string, WatchedTopic>()
  readonly #fieldLog: FieldLog
  #published: SchemaView | null = null

  constructor(options: SchemaWatchOptions) {
    this.#options = options
    this.#fieldLog = new FieldLog(options.log, options.clock)
  }

  /** What is durable; null before there is anything. */
  view(): SchemaView | null {
    return this.#published
  }

  wants(topic: string): number {
    return this.#entryOf(topic)?.recordsPerSecond ?? 0
  }

  async take(topic: string, records: readonly TailedRecord[]): Promise<void> {
    const watched = this.#topic(topic)
    if (watched === undefined) return
    const { entry, sample, tally } = watched
    const taken = sample.take(records.length)
    tally.countUnsampled(records.length - taken)
    const looked = taken === records.length ? records : records.slice(0, taken)
    const missing = entry.reader.prepare(looked)
    if (missing !== undefined) await missing
    let sliceStart = performance.now()
    for (let i = 0; i < looked.length; i++) {
      this.#look(topic, watched, looked[i] as TailedRecord)
      if (i % RECORDS_PER_LOOK !== 0 || performance.now() - sliceStart < SLICE_MS) continue
      await new Promise<void>(resume => setImmediate(resume))
      sliceStart = performance.now()
    }
  }

  passOver(topic: string, count: number, why: 'jumped' | 'unreadable'): void {
    const tally = this.#topic(topic)?.tally
    if (why === 'jumped') tally?.countUnsampled(count)
    else tally?.countUndecodable('undecodable', count)
  }

  /** A topic that is there counts from 0 before its first record comes. */
  keepOnly(topics: ReadonlySet<string>): void {
    for (const topic of this.#topics.keys()) if (!topics.has(topic)) this.#topics.delete(topic)
    for (const topic of topics) this.#topic(topic)
  }

  /** Its counters go on; types are those of what it holds now. */
  begunAnew(topic: string): void {
    this.#topics.get(topic)?.check.forget()
  }

  save(): unknown {
    return {
      topics: [...this.#topics].map(([topic, { tally, check }]) => ({
        topic,
        tally: tally.save(),
        check: check.save(),
      })),
    }
  }

  restore(saved: unknown): void {
    const { topics } = (saved ?? {}) as { readonly topics?: unknown }
    for (const raw of Array.isArray(topics) ? topics : []) {
      const { topic, tally, check } = (raw ?? {}) as Readonly<Record<string, unknown>>
      const watched = typeof topic === 'string' ? this.#topic(topic) : undefined
      watched?.tally.restore(tally)
      watched?.check.restore(check)
    }
  }

  publish(): void {
    const topics = [...this.#topics].sort(([a], [b]) => (a < b ? -1 : 1))
    this.#published = { topics: topics.map(([topic, { tally }]) => tally.view(topic)) }
  }

  async close(): Promise<void> {
    await this.#options.close()
  }

  #look(topic: string, { entry, tally, check }: WatchedTopic, record: TailedRecord): void {
    // A deletion: nothing of it can be dropped.
    if (record.value === null) {
      tally.countChecked()
      return
    }
    // A consumer with such a limit does not look into it either.
    if (entry.largestRecordBytes > 0 && record.value.length > entry.largestRecordBytes) {
      tally.countChecked()
      tally.countOversize()
      return
    }
    const reading = entry.reader.read(record)
    if (reading.kind === 'undecodable') {
      tally.countUndecodable(reading.reason)
      return
    }
    if (reading.kind === 'fallback') tally.countFallback()
    else tally.countChecked()
    const drops = check.check(reading)
    if (drops.length > 0) this.#fieldLog.tell(topic, tally.countDrops(drops, this.#options.clock()))
  }

  #topic(topic: string): WatchedTopic | undefined {
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const entry = this.#entryOf(topic)
    if (entry === undefined) return undefined
    const watched = {
      entry,
      sample: new SampleRate(entry.recordsPerSecond, this.#options.clock),
      tally: new TopicTally(),
      check: new TopicCheck(entry.target),
    }
    this.#topics.set(topic, watched)
    return watched
  }

  #entryOf(topic: string): WatchedSchemas | undefined {
    return this.#options.watched.find(({ topics }) => topics.some(pattern => pattern.test(topic)))
  }
}
