import { codeOf, messageOf } from '../../errors.ts'
import { AdminQuestions } from './admin-questions.ts'
import { CoordinatorAnswers } from './coordinator-answers.ts'
import { KAFKA_CLIENT, LOG, optional, TIMER_MS } from './options/option-kinds.ts'
import type { RulesOf } from './options/option-rule.ts'
import { proveOptions } from './options/prove-options.ts'
import type { KafkaClient, KitLog, PartitionOffset } from './ports.ts'

export interface EndOffsetsOptions {
  readonly kafka: KafkaClient
  /** How often ends are asked for, in milliseconds. Default 10 s. */
  readonly intervalMs?: number
  /** What one question may take, in milliseconds. Default 5 s. */
  readonly timeoutMs?: number
  readonly log?: KitLog
}

const OPTIONS: RulesOf<EndOffsetsOptions> = {
  kafka: KAFKA_CLIENT,
  intervalMs: optional(TIMER_MS),
  timeoutMs: optional(TIMER_MS),
  log: optional(LOG),
}

/** The readable part of one partition: `[low, end)`. */
export interface PartitionRange {
  readonly partition: number
  /** Offset of the first record that is still there. */
  readonly low: number
  /** The last stable offset: behind the last record that a read-committed consumer is given. */
  readonly end: number
}

/** Who wants to know of some topics. */
export interface EndListener {
  topics(): readonly string[]
  /** Of one topic; null where it could not be asked. */
  onEnds(topic: string, ranges: readonly PartitionRange[] | null): void
  /** All of a round have been told. `isReachable`: a broker answered. */
  onRound?(isReachable: boolean): unknown
}

/** Questions at once. */
const CONCURRENCY = 4
/** So many without an answer in a round, and the others are not asked: brokers hang. */
const TIMEOUTS_AT_MOST = 4

/**
 * Asks for the ends of topics again and again, once for all consumers of a process: KafkaJS tells nothing of a fetch
 * without records, so that a consumer that fetches no more looks like one that has nothing to do.
 */
export class EndOffsets {
  readonly #intervalMs: number
  readonly #log: KitLog | undefined
  readonly #questions: AdminQuestions
  readonly #coordinators: CoordinatorAnswers
  readonly #listeners = new Set<EndListener>()
  /** Topics that could not be asked. */
  #failing: ReadonlySet<string> = new Set()
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | null = null
  #next: Promise<void> | null = null
  #isStopped = false

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: EndOffsetsOptions) {
    proveOptions('EndOffsets', options, OPTIONS)
    const { kafka, intervalMs = 10_000, timeoutMs = 5_000, log } = options
    this.#intervalMs = intervalMs
    this.#log = log
    this.#questions = new AdminQuestions(kafka, timeoutMs)
    this.#coordinators = new CoordinatorAnswers(kafka, timeoutMs, log)
  }

  /** Asks for `listener`'s topics from now on, first at once. Returns what ends that. */
  watch(listener: EndListener): () => void {
    this.#listeners.add(listener)
    void this.refresh()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) clearTimeout(this.#timer)
    }
  }

  /** Asks now; while a round is under way, once that has ended. Never fails: listeners are told. */
  refresh(): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    if (this.#round !== null) {
      this.#next ??= this.#round.then(() => {
        this.#next = null
        return this.refresh()
      })
      return this.#next
    }
    this.#round = this.#askAll().finally(() => {
      this.#round = null
      clearTimeout(this.#timer)
      if (this.#isStopped || this.#listeners.size === 0) return
      this.#timer = setTimeout(() => void this.refresh(), this.#intervalMs)
      this.#timer.unref()
    })
    return this.#round
  }

  /** Next offsets of a group as committed, by topic; partitions without a commit are left out. Fails within the time-out. */
  async committed(groupId: string, topics: readonly string[]): Promise<Map<string, Map<number, number>>> {
    const answer = await this.#questions.ask(`commits of ${groupId}`, admin =>
      admin.fetchOffsets({ groupId, topics: [...topics] }),
    )
    return new Map(answer.map(({ topic, partitions }) => [topic, committedOf(partitions)]))
  }

  /**
   * Whether the coordinator of a group answers; null where that cannot be found out now. That there is none counts once
   * it has answered: KafkaJS tells a refusal in the same words. Never rejects.
   */
  coordinatorAnswers(groupId: string): Promise<boolean | null> {
    return this.#coordinators.of(groupId)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#listeners.clear()
    clearTimeout(this.#timer)
    await Promise.all([this.#questions.stop(), this.#coordinators.stop()])
  }

  async #askAll(): Promise<void> {
    const topics = new Set([...this.#listeners].flatMap(listener => listener.topics()))
    const failed = new Map<string, unknown>()
    const healthy = [...topics].filter(topic => !this.#failing.has(topic))
    await this.#askEach(healthy, CONCURRENCY, failed)
    // Once more and each with a client of its own: those that failed before, and those that these may have spoilt.
    const again = [...topics].filter(topic => this.#failing.has(topic) || failed.has(topic))
    const stillFailed = new Map<string, unknown>()
    const unconnected = await this.#askEach(again, 1, stillFailed)
    this.#tellChange(stillFailed, topics)
    // That a topic cannot be read may be a broker's own answer. Who reached none with new clients need not try again.
    const isOpen = topics.size === 0 || unconnected < topics.size
    const isReachable = stillFailed.size < topics.size || (isOpen && (await this.#canConnect()))
    await Promise.allSettled([...this.#listeners].map(listener => listener.onRound?.(isReachable)))
  }

  /** Returns for how many topics not even a broker was reached. */
  async #askEach(
    topics: readonly string[],
    concurrency: number,
    failed: Map<string, unknown>,
  ): Promise<number> {
    const waiting = new Set(topics)
    const isLast = concurrency === 1
    let timeouts = 0
    let unconnected = 0
    const ask = async () => {
      for (const topic of waiting) {
        waiting.delete(topic)
        if (isLast) this.#questions.leave()
        try {
          if (timeouts >= TIMEOUTS_AT_MOST) throw new Error('brokers do not answer')
          const offsets = await this.#questions.ask(`ends of ${topic}`, admin =>
            admin.fetchTopicOffsets(topic),
          )
          this.#tell(topic, offsets.map(toRange))
        } catch (error) {
          if (codeOf(error) === 'TIMEOUT') timeouts++
          if (!this.#questions.isConnected) unconnected++
          failed.set(topic, error)
          if (isLast) this.#tell(topic, null)
        }
      }
    }
    await Promise.all(Array.from({ length: concurrency }, ask))
    if (failed.size > 0) this.#questions.leave()
    return unconnected
  }

  /** A new connection, since one that is there says nothing. */
  async #canConnect(): Promise<boolean> {
    this.#questions.leave()
    return this.#questions.ask('connecting', async () => true).catch(() => false)
  }

  #tell(topic: string, ranges: readonly PartitionRange[] | null): void {
    if (this.#isStopped) return
    for (const listener of this.#listeners) {
      if (listener.topics().includes(topic)) listener.onEnds(topic, ranges)
    }
  }

  #tellChange(failed: ReadonlyMap<string, unknown>, asked: ReadonlySet<string>): void {
    if (this.#isStopped) return
    for (const [topic, error] of failed) {
      if (this.#failing.has(topic)) continue
      this.#log?.warn({ topic }, `end offsets cannot be read: ${messageOf(error)}`)
    }
    for (const topic of this.#failing) {
      if (asked.has(topic) && !failed.has(topic)) this.#log?.info({ topic }, 'end offsets are read again')
    }
    this.#failing = new Set(failed.keys())
  }
}

function toRange({ partition, low, high }: PartitionOffset & { low: string; high: string }): PartitionRange {
  return { partition, low: Number(low), end: Number(high) }
}

function committedOf(partitions: readonly PartitionOffset[]): Map<number, number> {
  const known = partitions.map(({ partition, offset }) => [partition, Number(offset)] as const)
  return new Map(known.filter(([, offset]) => offset >= 0))
}
