import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { UnprocessableRecord } from '../../../src/consumer/core/resilient/verdict.ts'
import { textOf, three, type World, world } from './resilient-world.ts'
import { recordAt } from './scripted-consumer.ts'

describe('a record that cannot be processed', () => {
  test('is parked after its attempts, before its offset is committed, and the next goes on', async () => {
    let committedWhenParked = -1
    const w = world(
      [three],
      record => {
        if (textOf(record) === 'b') throw Object.assign(new RangeError('holds a secret'), { code: 'E_RANGE' })
      },
      {
        onEvent: ({ kind }) => {
          if (kind === 'dead_letter') committedWhenParked = w.consumer.committed()
        },
      },
    )
    await w.resilient.run()
    await w.consumer.drive(w.time, () => w.consumer.committed() === 3)
    assert.equal(committedWhenParked, 1)
    assert.equal(w.parked.length, 1)
    const [{ topic, message }] = w.parked as [World['parked'][0]]
    assert.equal(topic, 'orders-dlq')
    assert.deepEqual([message.key, message.value], [Buffer.from('key-1'), Buffer.from('b')])
    const { 'kafka-health.dlq.stack-hash': hash, ...headers } = message.headers
    assert.match(String(hash), /^[0-9a-f]{16}$/)
    assert.deepEqual(headers, {
      'kafka-health.dlq.topic': 'orders',
      'kafka-health.dlq.partition': '0',
      'kafka-health.dlq.offset': '1',
      'kafka-health.dlq.timestamp': '1700000000001',
      'kafka-health.dlq.group': 'billing',
      'kafka-health.dlq.cause': 'RangeError',
      'kafka-health.dlq.error-class': 'RangeError',
      'kafka-health.dlq.error-code': 'E_RANGE',
      'kafka-health.dlq.attempts': '5',
      'kafka-health.dlq.first-failure': '1767600000000',
      // 500 in place, 1,000 in place, 2,000 and 4,000 paused.
      'kafka-health.dlq.last-failure': '1767600007500',
    })
  })

  test('is parked at once where its error says so', async () => {
    const { consumer, time, resilient, parked } = world([[recordAt(0, 'x')]], () => {
      throw new UnprocessableRecord('no such order')
    })
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.equal(parked[0]?.message.headers['kafka-health.dlq.attempts'], '1')
    assert.equal(parked[0]?.message.headers['kafka-health.dlq.cause'], 'UnprocessableRecord')
  })

  test('is parked where its handler hangs; its signal is aborted, and heartbeats go on', async () => {
    const signals: AbortSignal[] = []
    const { consumer, time, resilient, parked } = world(
      [[recordAt(0, 'x')]],
      (_, { signal }) => {
        signals.push(signal)
        return new Promise(() => {})
      },
      { handlerTimeoutMs: 60_000, retry: { maxAttempts: 2 } },
    )
    await resilient.run()
    consumer.turn()
    await time.advance(59_999)
    assert.equal(signals[0]?.aborted, false)
    assert.ok(consumer.heartbeats >= 100, String(consumer.heartbeats))
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, true],
    )
    assert.equal(parked[0]?.message.headers['kafka-health.dlq.cause'], 'HandlerTimeout')
  })

  test('goes where it is told to', async () => {
    const { consumer, time, resilient, parked } = world(
      [[recordAt(0, 'x')]],
      () => {
        throw new UnprocessableRecord('no')
      },
      { deadLetters: { topic: source => `parked.${source}.dlt` } },
    )
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.equal(parked[0]?.topic, 'parked.orders.dlt')
  })
})

describe('a dead letter that cannot be written', () => {
  test('keeps the offset where it is, without the handler being called again', async () => {
    let calls = 0
    const { consumer, time, resilient, parked, events, refusals } = world(
      [[recordAt(0, 'x'), recordAt(1, 'y')]],
      record => {
        if (textOf(record) === 'y') return
        calls++
        throw new UnprocessableRecord('no')
      },
    )
    for (let i = 0; i < 12; i++) refusals.push(new Error('UNKNOWN_TOPIC_OR_PARTITION'))
    await resilient.run()
    await consumer.drive(time, () => refusals.length === 0)
    assert.equal(consumer.committed(), 0)
    assert.deepEqual(parked, [])
    await consumer.drive(time, () => consumer.committed() === 2)
    assert.equal(calls, 1)
    assert.equal(parked.length, 1)
    const failed = events.flatMap(e => (e.kind === 'dead_letter_failed' ? [[e.times, e.waitMs]] : []))
    assert.deepEqual(failed.slice(0, 3), [
      [1, 500],
      [2, 1_000],
      [3, 2_000],
    ])
    assert.deepEqual(failed.at(-1), [12, 30_000])
  })

  test('has failed without an answer', async () => {
    let sends = 0
    const { consumer, time, resilient } = world(
      [[recordAt(0, 'x')]],
      () => {
        throw new UnprocessableRecord('no')
      },
      {
        producer: { send: () => (++sends === 1 ? new Promise(() => {}) : Promise.resolve()) },
        deadLetters: { timeoutMs: 10_000 },
      },
    )
    await resilient.run()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.equal(sends, 2)
  })

  test('never goes to the topic that it comes from', async () => {
    const { consumer, time, resilient, parked, events } = world(
      [[recordAt(0, 'x')]],
      () => {
        throw new UnprocessableRecord('no')
      },
      { deadLetters: { topic: 'orders' } },
    )
    await resilient.run()
    await consumer.drive(time, () => events.length >= 3)
    assert.deepEqual(parked, [])
    assert.equal(consumer.committed(), 0)
    const [first] = events
    assert.ok(first?.kind === 'dead_letter_failed')
    assert.equal((first.error as Error).message, 'orders cannot be its own dead-letter topic')
  })
})
