import type { KafkaConsumer, KafkaEvent, TopicPartitions } from '../../../src/consumer/core/ports.ts'

/** A consumer that tells what it is told to tell. */
export class ScriptedConsumer implements KafkaConsumer {
  readonly #listeners = new Map<string, Set<(event: KafkaEvent) => void>>()
  pausedNow: TopicPartitions[] = []

  on(name: never, listener: (event: KafkaEvent) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  paused(): { topic: string; partitions: number[] }[] {
    return this.pausedNow.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] }))
  }

  listeners(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** `name` without `consumer.`. */
  tell(name: string, payload: unknown = {}): void {
    const event = { type: `consumer.${name}`, timestamp: 0, payload }
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
  }

  join(assignment: Record<string, number[]>): void {
    this.tell('connect')
    this.tell('group_join', { memberAssignment: assignment })
  }

  batch(topic: string, partition: number, first: number, last: number) {
    const payload = { topic, partition, firstOffset: `${first}`, lastOffset: `${last}` }
    this.tell('start_batch_process', payload)
    return () => this.tell('end_batch_process', payload)
  }
}
