import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CoordinatorLost } from '../../../src/consumer/core/resilient/membership.ts'
import { settle } from './manual-time.ts'
import { textOf, three, world } from './resilient-world.ts'
import { ConnectionError, ProtocolError, recordAt } from './scripted-consumer.ts'

const nine = Array.from({ length: 9 }, (_, i) => recordAt(i, String(i)))

function gate() {
  let open = () => {}
  const opened = new Promise<void>(resolve => (open = resolve))
  return { opened, open }
}

/** A consumer whose coordinator is lost and looked for, until `open` lets it be found. */
async function lookingForCoordinator() {
  const { consumer, resilient } = world([three], () => {})
  await resilient.run()
  consumer.outage = new ConnectionError('connect ECONNREFUSED')
  const { opened, open } = gate()
  consumer.found = opened
  consumer.turn()
  await settle()
  return { consumer, resilient, open }
}

describe('a coordinator that is lost', () => {
  test('is looked for, and nothing more is begun until KafkaJS has joined at the next', async () => {
    const seen: string[] = []
    const { consumer, time, resilient } = world([nine], record => {
      seen.push(textOf(record))
      if (seen.length === 4) consumer.outage = new ConnectionError('connect ECONNREFUSED')
    })
    const { opened, open } = gate()
    consumer.found = opened
    await resilient.run()
    consumer.turn()
    await time.advance(5_000)
    assert.deepEqual(seen, ['0', '1', '2', '3'])
    assert.equal(consumer.describes, 1)
    assert.equal(consumer.joins, 1)
    open()
    await settle()
    assert.equal(consumer.joins, 2)
    const [error] = consumer.errors as CoordinatorLost[]
    assert.ok(error instanceof CoordinatorLost)
    assert.equal(error.type, 'NOT_COORDINATOR_FOR_GROUP')
    assert.deepEqual(consumer.commits, [])
    await consumer.drive(time, () => consumer.committed() === 9)
    assert.equal(time.pending, 0)
  })

  test('that nobody finds is left to KafkaJS, with the error itself', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    await resilient.run()
    const error = new ConnectionError('connect ECONNREFUSED')
    consumer.outage = error
    consumer.found = new Promise(() => {})
    consumer.turn()
    await time.advance(29_999)
    assert.deepEqual(consumer.errors, [])
    await time.advance(1)
    assert.deepEqual(consumer.errors, [error])
  })

  test('that KafkaJS gives up to find is looked for again', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    await resilient.run()
    consumer.outage = new ConnectionError('connect EHOSTUNREACH')
    consumer.found = Promise.reject(new Error('Failed to find group coordinator'))
    consumer.found.catch(() => {})
    consumer.turn()
    await time.advance(8_999)
    assert.equal(consumer.errors.length, 0)
    assert.equal(consumer.describes, 9)
    consumer.found = Promise.resolve()
    await time.advance(1)
    assert.ok(consumer.errors[0] instanceof CoordinatorLost)
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.equal(time.pending, 0)
  })

  test('that nobody finds keeps records from being begun until one answers', async () => {
    let calls = 0
    const { consumer, time, resilient } = world([three], () => void calls++)
    await resilient.run()
    const error = new ConnectionError('connect EHOSTUNREACH')
    consumer.outage = error
    consumer.describeGroup = () => Promise.reject(new Error('Failed to find group coordinator'))
    consumer.turn()
    await time.advance(30_000)
    assert.deepEqual(consumer.errors, [error])
    assert.equal(calls, 1)
    for (let i = 0; i < 3; i++) {
      consumer.turn()
      await settle()
    }
    assert.equal(consumer.errors.length, 4)
    assert.equal(calls, 1)
    consumer.outage = null
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.equal(calls, 4)
  })

  test('that never answers a look is asked for anew at the next outage', async () => {
    let calls = 0
    const { consumer, time, resilient } = world([three], () => {
      calls++
      if (calls === 1 || calls === 3) consumer.outage = new ConnectionError('connect ECONNREFUSED')
    })
    await resilient.run()
    consumer.found = new Promise(() => {})
    consumer.turn()
    await time.advance(30_000)
    consumer.outage = null
    consumer.found = Promise.resolve()
    await consumer.drive(time, () => consumer.committed() === 3)
    assert.equal(consumer.describes, 2)
    assert.equal(time.pending, 0)
  })

  test('at the end of a batch is one, too, whatever KafkaJS wraps the error in', async () => {
    const { consumer, time, resilient } = world([[recordAt(0, 'x')]], () => {})
    await resilient.run()
    consumer.outage = Object.assign(new Error('retries are used up'), {
      name: 'KafkaJSNumberOfRetriesExceeded',
      cause: new ConnectionError('connect ECONNREFUSED'),
    })
    consumer.turn()
    await settle()
    assert.equal(consumer.joins, 2)
    await consumer.drive(time, () => consumer.committed() === 1)
  })

  test('that was silent is not asked again', async () => {
    const { consumer, resilient } = world([three], () => {})
    await resilient.run()
    consumer.outage = Object.assign(new Error('timed out'), { name: 'KafkaJSRequestTimeoutError' })
    consumer.turn()
    await settle()
    assert.equal(consumer.heartbeats, 1)
    assert.ok(consumer.errors[0] instanceof CoordinatorLost)
  })

  test('keeps nobody from stopping', async () => {
    const { consumer, time, resilient } = world([three], () => {})
    await resilient.run()
    consumer.outage = new ConnectionError('connect ECONNREFUSED')
    consumer.found = new Promise(() => {})
    consumer.turn()
    await settle()
    await resilient.stop()
    assert.equal(consumer.isRunning, false)
    assert.equal(consumer.errors.filter(e => e instanceof CoordinatorLost).length, 0)
    assert.equal(time.pending, 0)
  })

  test('is not looked for once the consumer is stopped, and what that leaves uncommitted is told', async () => {
    let finish = () => {}
    const { consumer, resilient, events } = world(
      [three],
      () => new Promise<void>(resolve => (finish = resolve)),
    )
    await resilient.run()
    consumer.turn()
    await settle()
    const error = new ConnectionError('connect ECONNREFUSED')
    consumer.outage = error
    const stopped = resilient.stop()
    finish()
    await stopped
    assert.equal(consumer.describes, 0)
    assert.deepEqual(events.at(-1), { kind: 'commit_failed', error })
  })

  test('that is still looked for when the consumer is disconnected leaves no connection', async () => {
    const { consumer, resilient, open } = await lookingForCoordinator()
    const closings = new Set<unknown>()
    const on = consumer.on.bind(consumer)
    consumer.on = (event, listener) => {
      const end = on(event, listener)
      closings.add(listener)
      return () => {
        closings.delete(listener)
        end()
      }
    }
    await Promise.all([resilient.stop(), resilient.stop()])
    assert.equal(closings.size, 1)
    await consumer.disconnect()
    await settle()
    assert.equal(consumer.disconnects, 1)
    assert.equal(closings.size, 0)
    open()
    await settle()
    assert.equal(consumer.disconnects, 2)
  })

  test('that is still looked for when the consumer runs again closes nothing of that', async () => {
    const { consumer, resilient, open } = await lookingForCoordinator()
    await resilient.stop()
    await consumer.disconnect()
    await resilient.run()
    open()
    await settle()
    assert.equal(consumer.disconnects, 1)
    await resilient.stop()
  })
})

test('a connection that is lost is none of the coordinator: nobody joins anew', async () => {
  let calls = 0
  const { consumer, time, resilient } = world([three], () => void calls++)
  await resilient.run()
  consumer.heartbeatError = new ConnectionError('Not connected')
  await consumer.drive(time, () => consumer.committed() === 3)
  assert.equal(consumer.joins, 1)
  assert.equal(consumer.describes, 0)
  assert.equal(calls, 3)
})

test('what is done is committed before KafkaJS learns of a rebalance', async () => {
  const { consumer, resilient } = world([three], record => {
    if (textOf(record) === 'b') consumer.heartbeatError = new ProtocolError('REBALANCE_IN_PROGRESS')
  })
  await resilient.run()
  consumer.turn()
  await settle()
  assert.equal(consumer.joins, 2)
  assert.deepEqual(consumer.commits, [[0, 2]])
})

test('a batch of aborted records is committed, as no handler is called for it', async () => {
  const { consumer, resilient } = world([three], () => {})
  await resilient.run()
  const batch = { topic: 'orders', partition: 0, firstOffset: '40', lastOffset: '41' }
  consumer.tell('consumer.end_batch_process', { ...batch, batchSize: 2 })
  assert.deepEqual(consumer.direct, [])
  consumer.tell('consumer.end_batch_process', { ...batch, batchSize: 0 })
  assert.deepEqual(consumer.direct, [{ topic: 'orders', partition: 0, offset: '42' }])
  await resilient.stop()
  consumer.tell('consumer.end_batch_process', { ...batch, batchSize: 0 })
  assert.equal(consumer.direct.length, 1)
})
