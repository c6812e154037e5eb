import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer } from 'kafkajs'

export interface StartOptions {
  readonly topic: string
  readonly log: { warn(fields: object, text: string): void }
  /** What has to be there before the first record. */
  readonly prepare?: () => Promise<void>
  /** Called before each attempt. */
  readonly onAttempt?: () => void
}

/**
 * Connects and subscribes, and tries again until that is done: at the start of a service Kafka may be down, the topic
 * may not be there yet, and to end for it would only add a loop of crashes to what is wrong. /readyz tells meanwhile.
 */
export async function startConsumer(consumer: Consumer, options: StartOptions): Promise<void> {
  const { topic, log, prepare, onAttempt } = options
  for (;;) {
    onAttempt?.()
    try {
      await prepare?.()
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      return
    } catch (error) {
      log.warn({ error: (error as Error).message }, 'not started yet')
      await pause(1_000)
    }
  }
}
