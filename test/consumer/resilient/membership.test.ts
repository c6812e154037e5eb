import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { settle } from './manual-time.ts'
import { textOf, three, world } from './resilient-world.ts'
import { ProtocolError, recordAt } from './scripted-consumer.ts'

describe('a member', () => {
  test('ends its record before it follows a rebalance', async () => {
    let finish = () => {}
    const { consumer, time, resilient } = world([three], record => {
      if (textOf(record) === 'a') return new Promise<void>(resolve => (finish = resolve))
      return undefined
    })
    await resilient.run()
    consumer.turn()
    await settle()
    consumer.heartbeatError = new ProtocolError('REBALANCE_IN_PROGRESS')
    await time.advance(5_000)
    assert.equal(consumer.joins, 1)
    consumer.heartbeatError = new ProtocolError('REBALANCE_IN_PROGRESS')
    finish()
    await settle()
    assert.equal(consumer.joins, 2)
    assert.deepEqual(consumer.commits, [[0, 1]])
    await consumer.drive(time, () => consumer.committed() === 3)
  })

  test('that is one no longer leaves its record, and resolves nothing', async () => {
    let signal: AbortSignal | undefined
    let calls = 0
    const { consumer, time, resilient } = world([[recordAt(0, 'x')]], (_, context) => {
      if (++calls > 1) return undefined
      signal = context.signal
      return new Promise(() => {})
    })
    await resilient.run()
    consumer.turn()
    await settle()
    const error = new ProtocolError('UNKNOWN_MEMBER_ID')
    consumer.heartbeatError = error
    await time.advance(600)
    assert.deepEqual(consumer.errors, [error])
    assert.equal(signal?.reason, error)
    assert.deepEqual(consumer.commits, [])
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.equal(calls, 2)
  })

  test('goes on where a heartbeat fails for another reason', async () => {
    let finish = () => {}
    const { consumer, time, resilient } = world(
      [[recordAt(0, 'x')]],
      () => new Promise<void>(resolve => (finish = resolve)),
    )
    await resilient.run()
    consumer.turn()
    await settle()
    consumer.heartbeatError = new Error('connection closed')
    await time.advance(600)
    finish()
    await consumer.drive(time, () => consumer.committed() === 1)
    assert.deepEqual(consumer.errors, [])
  })
})

describe('a stop', () => {
  test('ends what is under way, and begins nothing more', async () => {
    let finish = () => {}
    const seen: string[] = []
    const { consumer, time, resilient } = world([three], record => {
      seen.push(textOf(record))
      return new Promise<void>(resolve => (finish = resolve))
    })
    await resilient.run()
    consumer.turn()
    await settle()
    const stopped = resilient.stop()
    await time.advance(1_000)
    finish()
    await stopped
    assert.deepEqual(seen, ['a'])
    assert.equal(consumer.committed(), 1)
    assert.equal(resilient.isRunning, false)
    assert.equal(time.pending, 0)
  })

  test('ends waits at once', async () => {
    const { consumer, time, resilient } = world(
      [three],
      () => {
        throw new Error('no')
      },
      { retry: { initialMs: 30_000, inPlaceMs: 30_000 } },
    )
    await resilient.run()
    consumer.turn()
    await settle()
    await resilient.stop()
    assert.equal(consumer.committed(), 0)
    assert.equal(time.pending, 0)
  })

  test('leaves a record that takes too long', async () => {
    let signal: AbortSignal | undefined
    const { consumer, time, resilient } = world([three], (_, context) => {
      signal = context.signal
      return new Promise(() => {})
    })
    await resilient.run()
    consumer.turn()
    await settle()
    const stopped = resilient.stop({ drainMs: 10_000 })
    await time.advance(9_999)
    assert.equal(signal?.aborted, false)
    await time.advance(1)
    await stopped
    assert.equal(signal?.aborted, true)
    assert.equal(consumer.committed(), 0)
  })
})

describe('a stop before the group is joined', () => {
  const gate = () => {
    let open = () => {}
    const opened = new Promise<void>(resolve => (open = resolve))
    return { opened, open }
  }

  test('waits for that, and leaves the group', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    const { opened, open } = gate()
    consumer.joining = opened
    const running = resilient.run()
    const stopped = resilient.stop()
    await time.advance(1_000)
    open()
    await Promise.all([running, stopped])
    assert.equal(consumer.isRunning, false)
    assert.equal(time.pending, 0)
  })

  test('waits for a revival, too', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    await resilient.run()
    const { opened, open } = gate()
    consumer.joining = opened
    consumer.crash(false)
    await time.advance(500)
    const stopped = resilient.stop()
    await time.advance(1_000)
    open()
    await stopped
    assert.equal(consumer.isRunning, false)
  })

  test('waits no longer than it may, and the group is left all the same', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    const { opened, open } = gate()
    consumer.joining = opened
    const running = resilient.run()
    const stopped = resilient.stop({ drainMs: 10_000 })
    await time.advance(10_000)
    await stopped
    open()
    await running
    await settle()
    assert.equal(consumer.isRunning, false)
  })

  test('that KafkaJS has not heard of pauses what it still fetches', async () => {
    let calls = 0
    const { consumer, time, resilient } = world([three], () => void calls++)
    await resilient.run()
    const stop = consumer.stop.bind(consumer)
    consumer.stop = async () => {}
    await resilient.stop()
    consumer.turn()
    await time.advance(100)
    assert.equal(consumer.partitions[0]?.isPaused, true)
    assert.equal(calls, 0)
    await stop()
  })
})

describe('a consumer that KafkaJS has given up', () => {
  test('is started again, ever later', async () => {
    const { consumer, time, resilient, events } = world([three], () => {})
    await resilient.run()
    const { config } = consumer
    consumer.crash(false)
    await time.advance(500)
    assert.equal(consumer.config, config)
    assert.equal(consumer.connects, 1)
    consumer.crash(false)
    await time.advance(999)
    assert.equal(consumer.connects, 1)
    await time.advance(1)
    assert.equal(consumer.connects, 2)
    assert.deepEqual(
      events.map(e => e.kind === 'revived' && e.times),
      [1, 2],
    )
    await consumer.drive(time, () => consumer.committed() === 3)
  })

  test('is left to KafkaJS where that starts it again, and alone where it was stopped', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    await resilient.run()
    consumer.crash(true)
    await time.advance(60_000)
    assert.equal(consumer.connects, 0)
    consumer.crash(false)
    await resilient.stop()
    await time.advance(60_000)
    assert.equal(consumer.connects, 0)
  })
})
