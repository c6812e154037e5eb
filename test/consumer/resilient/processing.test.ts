import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import { ManualTime } from './manual-time.ts'
import { textOf, three, world } from './resilient-world.ts'
import { recordAt, ScriptedConsumer } from './scripted-consumer.ts'

describe('records that can be processed', () => {
  test('are handled in order, and committed', async () => {
    const seen: string[] = []
    const { consumer, time, resilient, parked } = world([three], record => void seen.push(textOf(record)))
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.deepEqual(seen, ['a', 'b', 'c'])
    assert.deepEqual(parked, [])
    assert.deepEqual(
      { ...consumer.config, eachBatch: null },
      {
        autoCommit: false,
        autoCommitInterval: 5_000,
        autoCommitThreshold: null,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: null,
      },
    )
  })

  test('are retried in their place, and those behind them wait', async () => {
    const seen: string[] = []
    const { consumer, time, resilient, events } = world([three], (record, { attempt }) => {
      seen.push(`${textOf(record)}${attempt}`)
      if (textOf(record) === 'b' && attempt < 4) throw new TypeError('no')
    })
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.deepEqual(seen, ['a1', 'b1', 'b2', 'b3', 'b4', 'c1'])
    assert.deepEqual(
      events.flatMap(e => (e.kind === 'retry' ? [[e.offset, e.attempt, e.waitMs, e.traits.cause]] : [])),
      [
        ['1', 1, 500, 'TypeError'],
        ['1', 2, 1_000, 'TypeError'],
        ['1', 3, 2_000, 'TypeError'],
      ],
    )
    assert.equal(time.pending, 0)
  })

  test('are decoded first, and what fails there is retried too', async () => {
    let decodes = 0
    const seen: unknown[] = []
    const consumer = new ScriptedConsumer([recordAt(0, '{"id":7}')])
    const time = new ManualTime()
    const resilient = createResilientConsumer<{ id: number }>({
      consumer,
      producer: { send: async () => assert.fail() },
      group: 'billing',
      async decode({ message }) {
        if (++decodes === 1) throw new Error('not yet')
        return JSON.parse(String(message.value))
      },
      handler: ({ value }) => void seen.push(value.id),
      time,
    })
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(seen, [7])
    assert.equal(decodes, 2)
  })
})

test('a tracker of the consumer sees each record that is done', async () => {
  const done: string[] = []
  const { consumer, time, resilient } = world([three], () => {}, {
    progress: {
      eachBatch: (handler, { eachBatchAutoResolve }) => {
        assert.equal(eachBatchAutoResolve, false)
        return payload =>
          handler({
            ...payload,
            resolveOffset(offset) {
              done.push(offset)
              payload.resolveOffset(offset)
            },
          })
      },
    },
  })
  await resilient.run()
  await consumer.drive(time, () => consumer.committed() === 3)
  assert.deepEqual(done, ['0', '1', '2'])
})
