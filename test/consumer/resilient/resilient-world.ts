import assert from 'node:assert/strict'
import type { KafkaRecord } from '../../../src/consumer/core/ports.ts'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import type { DeadLetterMessage } from '../../../src/consumer/core/resilient/dead-letter.ts'
import type { ResilientEvent } from '../../../src/consumer/core/resilient/resilient-event.ts'
import type {
  HandlerContext,
  ResilientOptions,
  ResilientRecord,
} from '../../../src/consumer/core/resilient/resilient-options.ts'
import { ManualTime } from './manual-time.ts'
import { recordAt, ScriptedConsumer } from './scripted-consumer.ts'

type Handler = (record: ResilientRecord<Buffer | null>, context: HandlerContext) => unknown

/** A resilient consumer over a scripted one, and what came of it. */
export interface World {
  readonly consumer: ScriptedConsumer
  readonly time: ManualTime
  readonly resilient: ReturnType<typeof createResilientConsumer>
  readonly parked: { readonly topic: string; readonly message: DeadLetterMessage }[]
  readonly events: ResilientEvent[]
  /** Errors of the next sends, one each. */
  readonly refusals: unknown[]
}

export function world(
  partitions: readonly (readonly KafkaRecord[])[],
  handler: Handler,
  more: Partial<ResilientOptions> = {},
): World {
  const consumer = new ScriptedConsumer(...partitions)
  const time = new ManualTime()
  const parked: World['parked'] = []
  const events: ResilientEvent[] = []
  const refusals: unknown[] = []
  const producer: ResilientOptions['producer'] = {
    async send({ topic, acks, messages }) {
      assert.equal(acks, -1)
      if (refusals.length > 0) throw refusals.shift()
      for (const message of messages) parked.push({ topic, message })
    },
  }
  const resilient = createResilientConsumer({
    consumer,
    producer,
    group: 'billing',
    handler,
    time,
    // The longest waits that there can be.
    random: () => 0.999999,
    onEvent: event => events.push(event),
    ...more,
  })
  return { consumer, time, resilient, parked, events, refusals }
}

export const textOf = ({ value }: ResilientRecord<Buffer | null>) => String(value)
export const three = [recordAt(0, 'a'), recordAt(1, 'b'), recordAt(2, 'c')]
export const kinds = (events: readonly ResilientEvent[]) => events.map(({ kind }) => kind)
