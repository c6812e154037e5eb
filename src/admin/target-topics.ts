import { pause } from '../model/pause.ts'
import type { AdminCalls } from './admin-calls.ts'
import { type ClusterMap, readClusterMap } from './cluster-map.ts'

interface Target {
  /** By partition; -1 without one. */
  readonly leaders: Int32Array
  /** Kafka's name of the error; null where it can be written to as far as is known. */
  readonly refused: string | null
  /** Until when the refusal is taken as it is, by performance.now. */
  readonly believedUntil: number
}

const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION'
const INVALID_TOPIC = 'INVALID_TOPIC_EXCEPTION'
/** There is none that may be written to. */
export const NO_SUCH_TOPIC: ReadonlySet<string> = new Set([UNKNOWN_TOPIC, INVALID_TOPIC])
/** What a broker says that has just started, or of a topic that was just made. */
const MAY_PASS: ReadonlySet<string> = new Set([UNKNOWN_TOPIC, 'LEADER_NOT_AVAILABLE'])
const PATIENCE_MS = 5_000
const WAIT_MS = 250
const BELIEVED_MS = 60_000
/** Names come from headers: anybody's, and any number of them. */
const MOST_KNOWN = 1_000

/** The topics that are written to: asked about when first wanted, and again when a leader has moved. */
export class TargetTopics {
  readonly #calls: AdminCalls
  readonly #patienceMs: number
  /** Those wanted last are the last. */
  readonly #topics = new Map<string, Target>()

  /** @param patienceMs for how long it is asked again before a topic is taken not to be there */
  constructor(calls: AdminCalls, patienceMs = PATIENCE_MS) {
    this.#calls = calls
    this.#patienceMs = patienceMs
  }

  /** Their numbers of partitions; of one that is not there or may not be seen, Kafka's name of the error. */
  async know(topics: Iterable<string>): Promise<ReadonlyMap<string, number | string>> {
    const wanted = [...new Set(topics)]
    await this.#askPatiently(wanted.filter(topic => !this.#isSettled(topic)))
    const known = new Map<string, number | string>()
    for (const topic of wanted) {
      const target = this.#topics.get(topic) as Target
      this.#topics.delete(topic)
      this.#topics.set(topic, target)
      known.set(topic, target.refused ?? target.leaders.length)
    }
    this.#forget(Math.max(MOST_KNOWN, wanted.length))
    return known
  }

  /** -1 where it has none. */
  leaderOf(topic: string, partition: number): number {
    return this.#topics.get(topic)?.leaders[partition] ?? -1
  }

  /** Of all that are known: leaders have moved. */
  refresh(): Promise<void> {
    return this.#ask([...this.#topics.keys()])
  }

  /** How many topics are known. */
  get size(): number {
    return this.#topics.size
  }

  #isSettled(topic: string): boolean {
    const target = this.#topics.get(topic)
    if (target === undefined) return false
    return target.refused === null || performance.now() < target.believedUntil
  }

  async #askPatiently(topics: readonly string[]): Promise<void> {
    const startedAt = performance.now()
    let open = topics
    for (;;) {
      await this.#ask(open)
      open = open.filter(topic => MAY_PASS.has(this.#topics.get(topic)?.refused ?? ''))
      if (open.length === 0 || performance.now() - startedAt >= this.#patienceMs) break
      await pause(WAIT_MS, this.#calls.signal)
      this.#calls.throwIfInterrupted()
    }
    const believedUntil = performance.now() + BELIEVED_MS
    for (const topic of topics) {
      const target = this.#topics.get(topic) as Target
      if (target.refused !== null) this.#topics.set(topic, { ...target, believedUntil })
    }
  }

  async #ask(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return
    const map = await readClusterMap(this.#calls, topics)
    for (const topic of topics) {
      const { topology, leader } = map
      const t = topology.indexOf.get(topic)
      const leaders =
        t === undefined ? new Int32Array(0) : leader.slice(topology.start[t], topology.start[t + 1])
      const believedUntil = this.#topics.get(topic)?.believedUntil ?? 0
      this.#topics.set(topic, { leaders, refused: refusalOf(map, topic), believedUntil })
    }
  }

  #forget(most: number): void {
    for (const topic of this.#topics.keys()) {
      if (this.#topics.size <= most) return
      this.#topics.delete(topic)
    }
  }
}

function refusalOf({ refused, internal, topology }: ClusterMap, topic: string): string | null {
  if (internal.has(topic)) return INVALID_TOPIC
  if (topology.indexOf.has(topic)) return null
  return refused.get(topic) ?? UNKNOWN_TOPIC
}
