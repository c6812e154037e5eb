import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DependencyUnavailable } from '../../../src/consumer/core/resilient/verdict.ts'
import { settle } from './manual-time.ts'
import { kinds, textOf, three, world } from './resilient-world.ts'
import { ProtocolError, recordAt } from './scripted-consumer.ts'

describe('waits', () => {
  test('pause their partition alone when they are long, and heartbeats go on', async () => {
    const seen: string[] = []
    const { consumer, time, resilient, events } = world(
      [[recordAt(0, 'bad')], [recordAt(0, 'p'), recordAt(1, 'q')]],
      record => {
        seen.push(textOf(record))
        if (textOf(record) === 'bad') throw new Error('no')
      },
      { retry: { initialMs: 60_000, maxMs: 60_000, maxAttempts: 2 } },
    )
    await resilient.run()
    await consumer.drive(time, () => consumer.committed(1) === 2)
    assert.deepEqual(seen, ['bad', 'p', 'q'])
    assert.equal(consumer.partitions[0]?.isPaused, true)
    const before = consumer.heartbeats
    await consumer.drive(time, () => consumer.committed(0) === 1)
    assert.ok(consumer.heartbeats - before >= 500)
    assert.deepEqual(kinds(events), ['retry', 'processed', 'processed', 'dead_letter'])
  })

  test('for what is away have no end, and no dead letter', async () => {
    let isAway = true
    const { consumer, time, resilient, parked, events } = world([three], () => {
      if (isAway) throw new DependencyUnavailable('the database is away')
    })
    await resilient.run()
    await consumer.drive(time, () => events.length >= 30)
    assert.equal(consumer.committed(), 0)
    isAway = false
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.deepEqual(parked, [])
    assert.deepEqual(new Set(kinds(events)), new Set(['waiting', 'processed']))
  })

  test('are what a classifier says, whatever the error', async () => {
    const codes = ['23505', 'ECONNREFUSED', 'ECONNREFUSED', 'ECONNREFUSED']
    const { consumer, time, resilient, parked, events } = world(
      [three],
      () => {
        const code = codes.pop()
        if (code !== undefined) throw Object.assign(new Error('pg'), { code })
      },
      {
        retry: { maxAttempts: 1 },
        classify: error => ((error as { code: string }).code === 'ECONNREFUSED' ? 'wait' : undefined),
      },
    )
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.deepEqual(kinds(events), [
      'waiting',
      'waiting',
      'waiting',
      'dead_letter',
      'processed',
      'processed',
    ])
    assert.equal(parked[0]?.message.headers['kafka-health.dlq.error-code'], '23505')
  })

  test('end with a rebalance, and go on with the same count', async () => {
    const attempts: number[] = []
    const { consumer, time, resilient } = world(
      [[recordAt(0, 'x')]],
      (_, { attempt }) => {
        attempts.push(attempt)
        if (attempt < 3) throw new Error('no')
      },
      { retry: { inPlaceMs: 10_000, initialMs: 10_000 } },
    )
    await resilient.run()
    consumer.turn()
    await settle()
    const error = new ProtocolError('REBALANCE_IN_PROGRESS')
    consumer.heartbeatError = error
    await time.advance(600)
    assert.deepEqual(consumer.errors, [error])
    assert.equal(consumer.joins, 2)
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(attempts, [1, 2, 3])
  })
})
