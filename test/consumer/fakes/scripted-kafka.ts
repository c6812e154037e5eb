import type { KafkaAdmin, KafkaClient } from '../../../src/consumer/core/ports.ts'

/** Log start and end of each partition; a string is what the question fails with, null is no answer. */
export type Topics = Record<string, readonly (readonly [low: number, high: number])[] | string | null>

/** A Kafka whose admin clients answer by the book, and which counts them. */
export class ScriptedKafka implements KafkaClient {
  topics: Topics = {}
  /** Next offsets of the group, by topic and partition. */
  commits: Record<string, Record<number, number>> = {}
  isUp = true
  /** What the group's coordinator answers instead of commits. */
  coordinatorFails: Error | null = null
  /** Groups whose coordinator takes questions and says nothing. */
  readonly silentGroups = new Set<string>()
  /** What was asked, of which client. */
  readonly asked: string[] = []
  clients = 0
  open = 0

  admin(): KafkaAdmin {
    const id = ++this.clients
    return {
      on: () => () => {},
      connect: async () => {
        if (!this.isUp) throw new Error('connect ECONNREFUSED')
        this.open++
      },
      disconnect: async () => {
        this.open--
      },
      fetchTopicOffsets: topic => {
        this.asked.push(`${id}: ${topic}`)
        return this.#offsetsOf(topic)
      },
      fetchOffsets: async ({ groupId, topics }) => {
        this.asked.push(`${id}: commits`)
        if (this.silentGroups.has(groupId)) await new Promise<never>(() => {})
        if (this.coordinatorFails !== null) throw this.coordinatorFails
        return topics.map(topic => ({ topic, partitions: this.#commitsOf(topic) }))
      },
      fetchTopicMetadata: () => Promise.reject(new Error('not asked for here')),
    }
  }

  async #offsetsOf(topic: string) {
    if (!this.isUp) throw new Error('connection closed')
    const known = this.topics[topic]
    if (known === null) return new Promise<never>(() => {})
    if (known === undefined || typeof known === 'string') throw new Error(known ?? 'unknown topic')
    return known.map(([low, high], partition) => ({
      partition,
      offset: `${high}`,
      low: `${low}`,
      high: `${high}`,
    }))
  }

  /** As KafkaJS does, -1 for a partition without a commit. */
  #commitsOf(topic: string) {
    const partitions = this.topics[topic]
    const count = Array.isArray(partitions) ? partitions.length : 0
    return Array.from({ length: count }, (_, partition) => ({
      partition,
      offset: `${this.commits[topic]?.[partition] ?? -1}`,
    }))
  }
}
