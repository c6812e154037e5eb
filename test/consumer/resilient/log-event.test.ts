import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KitLog } from '../../../src/consumer/core/ports.ts'
import { logEvent } from '../../../src/consumer/core/resilient/log-event.ts'
import { UnprocessableRecord } from '../../../src/consumer/core/resilient/verdict.ts'
import { textOf, three, world } from './resilient-world.ts'

function recorder(): { readonly log: KitLog; readonly lines: (readonly [string, object, string])[] } {
  const lines: (readonly [string, object, string])[] = []
  const at = (level: string) => (fields: object, text: string) => void lines.push([level, fields, text])
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines }
}

test('the log tells of what happens, and no message of a handler', async () => {
  const { log, lines } = recorder()
  const w = world(
    [three],
    (record, { attempt }) => {
      if (textOf(record) === 'a' && attempt === 1) throw new RangeError('secret')
      if (textOf(record) === 'b') throw new UnprocessableRecord('secret')
    },
    { log },
  )
  w.refusals.push(
    Object.assign(new Error('wrapped'), { cause: { type: 'MESSAGE_TOO_LARGE' } }),
    new Error('away'),
  )
  await w.resilient.run()
  await w.consumer.drive(w.time, () => w.consumer.committed() === 3)
  assert.deepEqual(
    lines.map(([level, , text]) => `${level}: ${text}`),
    [
      'debug: a record is retried',
      'error: a dead letter is too large, and its partition stands: raise max.message.bytes of the dead-letter topic',
      'error: a dead letter cannot be written, and its partition stands',
      'warn: a record is parked',
    ],
  )
  assert.doesNotMatch(JSON.stringify(lines), /secret/)
  const { stackHash: _, ...fields } = (lines[3]?.[1] ?? {}) as Readonly<Record<string, unknown>>
  assert.deepEqual(fields, {
    topic: 'orders',
    partition: 0,
    offset: '1',
    cause: 'UnprocessableRecord',
    errorClass: 'UnprocessableRecord',
    errorCode: null,
    attempts: 1,
    deadLetterTopic: 'orders-dlq',
  })
})

test('a listener that throws, and a log that does, stop nothing', async () => {
  const { log, lines } = recorder()
  const throws = () => {
    throw new Error('broken')
  }
  const listening = world([three], () => {}, { log, onEvent: throws })
  await listening.resilient.run()
  await listening.consumer.drive(listening.time, () => listening.consumer.committed() === 3)
  assert.deepEqual(lines[0], ['error', { error: 'broken' }, 'a listener of the consumer has failed'])
  const broken = { debug: throws, info: throws, warn: throws, error: throws }
  const logging = world([three], () => throws(), { log: broken, onEvent: throws })
  await logging.resilient.run()
  await logging.consumer.drive(logging.time, () => logging.consumer.committed() === 3)
  assert.equal(logging.parked.length, 3)
})

test('a listener whose promise rejects stops nothing either', async () => {
  const { log, lines } = recorder()
  const w = world([three], () => {}, { log, onEvent: async () => Promise.reject(new Error('away')) })
  await w.resilient.run()
  await w.consumer.drive(w.time, () => w.consumer.committed() === 3)
  const line = ['error', { error: 'away' }, 'a listener of the consumer has failed']
  assert.deepEqual(lines, [line, line, line])
})

test('what a stop leaves uncommitted is logged without a place', () => {
  const { log, lines } = recorder()
  logEvent(log, { kind: 'commit_failed', error: new Error('connect ECONNREFUSED') })
  assert.deepEqual(lines, [
    [
      'warn',
      { error: 'connect ECONNREFUSED' },
      'not all that is done could be committed before the stop, and will be handled again',
    ],
  ])
})
