import type { Drop } from '../../domain/schema/drop.ts'
import type { Target } from '../../domain/schema/target.ts'
import { codeOf, messageOf } from '../../errors.ts'
import type { Clock, Log } from '../../model/ports.ts'
import type { RecordWatcher } from '../../model/record-watch.ts'
import { SavedJson } from '../../model/saved-json.ts'
import type { Reading, SchemaView, ValueReader } from '../../model/schema-watch.ts'
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
/** The clock is looked at after so many records, or so many bytes of them. */
const RECORDS_PER_LOOK = 16
const BYTES_PER_LOOK = 64 * 1024

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
  /** Topics whose counters have been shown. */
  #shown: ReadonlySet<string> = new Set()
  /** Topics of which a defect was told. */
  readonly #defective = new Set<string>()

  constructor(options: SchemaWatchOptions) {
    this.#options = options
    this.#fieldLog = new FieldLog(options.log, options.clock)
  }

  /** What is durable, as the next generation shows it; null before there is anything. Counters are born at 0. */
  view(): SchemaView | null {
    const published = this.#published
    if (published === null) return null
    const shown = this.#shown
    this.#shown = new Set(published.topics.map(({ topic }) => topic))
    if (published.topics.every(({ topic }) => shown.has(topic))) return published
    return {
      topics: published.topics.map(view =>
        shown.has(view.topic) ? view : new TopicTally().view(view.topic),
      ),
    }
  }

  wants(topic: string): number {
    return this.#entryOf(topic)?.recordsPerSecond ?? 0
  }

  async take(topic: string, records: readonly TailedRecord[], signal?: AbortSignal): Promise<void> {
    const watched = this.#topic(topic)
    if (watched === undefined) return
    const { entry, sample, tally } = watched
    const taken = sample.take(records.length)
    const looked = taken === records.length ? records : records.slice(0, taken)
    const missing = entry.reader.prepare(looked)
    if (missing !== undefined) await (signal === undefined ? missing : unlessAborted(missing, signal))
    tally.countUnsampled(records.length - taken)
    let sliceStart = performance.now()
    let [count, bytes] = [0, 0]
    for (const record of looked) {
      this.#look(topic, watched, record)
      count++
      bytes += record.value?.length ?? 0
      if (count < RECORDS_PER_LOOK && bytes < BYTES_PER_LOOK) continue
      ;[count, bytes] = [0, 0]
      if (performance.now() - sliceStart < SLICE_MS) continue
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

  save(): SavedJson {
    const topics = [...this.#topics].map(([topic, { tally, check }]) => {
      const counted = JSON.stringify({ topic, tally: tally.save() })
      return `${counted.slice(0, -1)},"check":${check.save()}}`
    })
    return new SavedJson(`{"topics":[${topics.join(',')}]}`)
  }

  restore(saved: unknown): void {
    const { topics } = (saved ?? {}) as { readonly topics?: unknown }
    for (const raw of Array.isArray(topics) ? topics : []) {
      const { topic, tally, check } = (raw ?? {}) as Readonly<Record<string, unknown>>
      const watched = typeof topic === 'string' ? this.#topic(topic) : undefined
      watched?.tally.restore(tally)
      watched?.check.restore(check)
    }
    // They were shown before the restart.
    this.#shown = new Set(this.#topics.keys())
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
    let reading: Reading
    let drops: readonly Drop[] = []
    try {
      reading = entry.reader.read(record)
      if (reading.kind !== 'undecodable') drops = check.check(reading)
    } catch (error) {
      // The records behind it are looked at all the same.
      this.#tellDefect(topic, error)
      reading = { kind: 'undecodable', reason: 'undecodable' }
    }
    if (reading.kind === 'undecodable') tally.countUndecodable(reading.reason)
    else if (reading.kind === 'fallback') tally.countFallback()
    else tally.countChecked()
    if (drops.length > 0) this.#fieldLog.tell(topic, tally.countDrops(drops, this.#options.clock()))
  }

  #tellDefect(topic: string, error: unknown): void {
    if (this.#defective.has(topic)) return
    this.#defective.add(topic)
    const told = `records of ${topic} cannot be checked and count as undecodable: ${messageOf(error)}`
    this.#options.log.error({ err: error, code: codeOf(error), topic }, told)
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

/** A registry may take long to answer, and nobody waits for it at the end. Throws the reason of the signal. */
async function unlessAborted(waiting: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const over = new AbortController()
  const aborted = new Promise<void>(resolve => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal })
  })
  try {
    await Promise.race([waiting, aborted])
  } finally {
    over.abort()
  }
  signal.throwIfAborted()
}
