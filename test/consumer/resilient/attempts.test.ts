import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BatchProgress } from '../../../src/consumer/core/resilient/resilient-options.ts'
import { DependencyUnavailable, UnprocessableRecord } from '../../../src/consumer/core/resilient/verdict.ts'
import { textOf, three, world } from './resilient-world.ts'
import { recordAt } from './scripted-consumer.ts'

/** A tracker that writes down what it is told. */
function tracker() {
  const told: string[] = []
  const progress: BatchProgress = {
    eachBatch: handler => payload =>
      handler({
        ...payload,
        resolveOffset(offset) {
          told.push(`done ${offset}`)
          payload.resolveOffset(offset)
        },
      }),
    attempted: (topic, partition) => void told.push(`attempted ${topic} ${partition}`),
  }
  return { progress, told }
}

describe('a tracker of the consumer is told of each attempt that failed', () => {
  test('of a handler', async () => {
    const { progress, told } = tracker()
    const { consumer, time, resilient } = world(
      [three],
      (record, { attempt }) => {
        if (textOf(record) === 'b' && attempt < 3) throw new DependencyUnavailable('away')
      },
      { progress },
    )
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.deepEqual(told, ['done 0', 'attempted orders 0', 'attempted orders 0', 'done 1', 'done 2'])
  })

  test('of a handler that hangs, within less than a tracker waits', async () => {
    const { progress, told } = tracker()
    const { consumer, time, resilient, parked } = world([[recordAt(0, 'x')]], () => new Promise(() => {}), {
      progress,
    })
    await resilient.run()
    consumer.turn()
    await time.advance(119_999)
    assert.deepEqual(told, [])
    await time.advance(1_000)
    assert.deepEqual(told, ['attempted orders 0'])
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(told, [...Array(5).fill('attempted orders 0'), 'done 0'])
    assert.equal(parked.length, 1)
  })

  test('of writing a dead letter', async () => {
    const { progress, told } = tracker()
    const { consumer, time, resilient, refusals } = world(
      [[recordAt(0, 'x')]],
      () => {
        throw new UnprocessableRecord('no')
      },
      { progress },
    )
    refusals.push(new Error('away'), new Error('away'))
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(told, [...Array(3).fill('attempted orders 0'), 'done 0'])
  })
})
