import type { AdminCalls } from './admin-calls.ts'
import { type ClusterMap, readClusterMap } from './cluster-map.ts'

interface Target {
  /** By partition; -1 without one. */
  readonly leaders: Int32Array
  /** Kafka's name of the error; null where it can be written to as far as is known. */
  readonly refused: string | null
}

/** The topics that are written to: asked about when first wanted, and again when a leader has moved. */
export class TargetTopics {
  readonly #calls: AdminCalls
  readonly #topics = new Map<string, Target>()

  constructor(calls: AdminCalls) {
    this.#calls = calls
  }

  /** Their numbers of partitions; of one that is not there or may not be seen, Kafka's name of the error. */
  async know(topics: Iterable<string>): Promise<ReadonlyMap<string, number | string>> {
    const wanted = [...new Set(topics)]
    await this.#ask(wanted.filter(topic => !this.#topics.has(topic)))
    return new Map(
      wanted.map(topic => {
        const { leaders, refused } = this.#topics.get(topic) as Target
        return [topic, refused ?? leaders.length]
      }),
    )
  }

  /** -1 where it has none. */
  leaderOf(topic: string, partition: number): number {
    return this.#topics.get(topic)?.leaders[partition] ?? -1
  }

  /** Of all that are known: leaders have moved. */
  refresh(): Promise<void> {
    return this.#ask([...this.#topics.keys()])
  }

  async #ask(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return
    const map = await readClusterMap(this.#calls, topics)
    for (const topic of topics) {
      const { topology, leader } = map
      const t = topology.indexOf.get(topic)
      const leaders =
        t === undefined ? new Int32Array(0) : leader.slice(topology.start[t], topology.start[t + 1])
      this.#topics.set(topic, { leaders, refused: t === undefined ? refusalOf(map, topic) : null })
    }
  }
}

function refusalOf({ refused }: ClusterMap, topic: string): string {
  return refused.get(topic) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
}
