import type { PhaseEvent } from './consumer-phase.ts'
import type { KafkaConsumer, KafkaEvent } from './ports.ts'
import { namesOf } from './resilient/failure.ts'

/** What KafkaJS' events say, in the words of progress. Offsets are numbers. */
export interface ConsumerListener {
  /** @param error of a crash: says which one it was, without the message of the one that was thrown */
  onPhase(event: PhaseEvent, error?: Error): void
  /** Partitions by topic. */
  onAssignment(assignment: Readonly<Record<string, readonly number[]>>): void
  /** The loop has turned. */
  onTurn(): void
  /** A broker has answered this consumer; `isCoordinator`: that of its group. */
  onAnswer(isCoordinator: boolean): void
  onBatchStart(topic: string, partition: number, first: number, last: number): void
  onBatchEnd(topic: string, partition: number, last: number): void
  onCommit(topic: string, partition: number, offset: number): void
}

/** Subscribes to the events of one consumer. Returns what ends that. */
export function listenTo(consumer: KafkaConsumer, listener: ConsumerListener): () => void {
  const on = (name: string, heard: (event: KafkaEvent) => void) => consumer.on(name as never, heard)
  const turnAfter = (name: string, heard: (event: KafkaEvent) => void) =>
    on(name, event => {
      heard(event)
      listener.onTurn()
    })
  const nothing = () => {}
  const endings = [
    // With each start after a crash too: while a topic is gone those are all that it does.
    turnAfter('consumer.connect', () => listener.onPhase('connect')),
    on('consumer.stop', () => listener.onPhase('stop')),
    on('consumer.disconnect', () => listener.onPhase('stop')),
    on('consumer.rebalancing', () => listener.onPhase('rebalance')),
    on('consumer.crash', ({ payload }) =>
      // Probes tell it to whoever asks, and a message may hold what a record held. KafkaJS logs it.
      listener.onPhase(payload.restart ? 'crash_and_restart' : 'crash', new Error(namesOf(payload.error))),
    ),
    turnAfter('consumer.group_join', ({ payload }) => {
      listener.onAnswer(true)
      listener.onAssignment(payload.memberAssignment)
      listener.onPhase('join')
    }),
    turnAfter('consumer.fetch_start', nothing),
    turnAfter('consumer.fetch', () => listener.onAnswer(false)),
    turnAfter('consumer.heartbeat', () => listener.onAnswer(true)),
    turnAfter('consumer.start_batch_process', ({ payload }) => {
      const { topic, partition, firstOffset, lastOffset } = payload
      // A batch of nothing but control or aborted records has no first one.
      listener.onBatchStart(topic, partition, Number(firstOffset ?? lastOffset), Number(lastOffset))
    }),
    turnAfter('consumer.end_batch_process', ({ payload }) =>
      listener.onBatchEnd(payload.topic, payload.partition, Number(payload.lastOffset)),
    ),
    on('consumer.commit_offsets', ({ payload }) => {
      listener.onAnswer(true)
      for (const { topic, partitions } of payload.topics) {
        for (const { partition, offset } of partitions) listener.onCommit(topic, partition, Number(offset))
      }
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}
