import { messageOf } from '../../../errors.ts'
import type { KitLog } from '../ports.ts'
import type { ResilientEvent } from './resilient-event.ts'

type Line = readonly [level: keyof KitLog, fields: object, text: string]

/** One line for what somebody may want to know. Of what a handler threw no message: it may hold what the record held. */
export function logEvent(log: KitLog, event: ResilientEvent): void {
  const line = lineOf(event)
  if (line === null) return
  const [level, fields, text] = line
  const place =
    'topic' in event ? { topic: event.topic, partition: event.partition, offset: event.offset } : {}
  log[level]({ ...place, ...fields }, text)
}

function lineOf(event: ResilientEvent): Line | null {
  switch (event.kind) {
    case 'processed':
      return null
    case 'retry': {
      const { traits, attempt, waitMs } = event
      return ['debug', { ...traits, attempt, waitMs }, 'a record is retried']
    }
    case 'waiting': {
      const { traits, times, waitMs } = event
      return ['warn', { ...traits, times, waitMs }, 'a record waits for what it needs']
    }
    case 'dead_letter': {
      const { traits, attempts, deadLetterTopic } = event
      return ['warn', { ...traits, attempts, deadLetterTopic }, 'a record is parked']
    }
    case 'dead_letter_failed': {
      const { deadLetterTopic, times, waitMs } = event
      const text = isTooLarge(event.error)
        ? 'a dead letter is too large, and its partition stands: raise max.message.bytes of the dead-letter topic'
        : 'a dead letter cannot be written, and its partition stands'
      return ['error', { deadLetterTopic, times, waitMs, error: messageOf(event.error) }, text]
    }
    case 'dropped_fields': {
      const fields = event.drops.map(({ field, reason }) => `${field} ${reason}`)
      return ['debug', { fields }, 'fields of a record do not fit']
    }
    case 'fallback_decode':
      return ['debug', { schemaId: event.schemaId }, 'a record was decoded without the registry']
    case 'commit_failed': {
      const text = 'not all that is done could be committed before the stop, and will be handled again'
      return ['warn', { error: messageOf(event.error) }, text]
    }
    case 'revived': {
      const fields = { error: messageOf(event.error), times: event.times }
      return ['error', fields, 'the consumer has crashed and is started again']
    }
  }
}

/** KafkaJS wraps what it retried. */
function isTooLarge(error: unknown, depth = 0): boolean {
  const { type, cause } = (error ?? {}) as { readonly type?: unknown; readonly cause?: unknown }
  return type === 'MESSAGE_TOO_LARGE' || (depth < 5 && cause !== undefined && isTooLarge(cause, depth + 1))
}
