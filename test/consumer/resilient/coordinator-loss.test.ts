import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import { waitUntil } from '../../harness/wait-until.ts'
import { TwoBrokers } from './two-brokers.ts'

const RETRY = { retries: 30, initialRetryTime: 5, maxRetryTime: 20 }

async function run(brokers: TwoBrokers, handle: (offset: number) => void) {
  const { consumer } = brokers
  await consumer.subscribe({ topic: 'orders' })
  const resilient = createResilientConsumer({
    consumer,
    producer: { send: async () => assert.fail('nothing is parked') },
    group: 'g',
    handler: ({ message }) => handle(Number(message.offset)),
  })
  await resilient.run()
  return resilient
}

test('KafkaJS joins at the next coordinator as the member that it is', async () => {
  const brokers = new TwoBrokers(RETRY)
  brokers.end = 3
  const seen = new Set<number>()
  let begun = 0
  const resilient = await run(brokers, offset => {
    seen.add(offset)
    begun++
    if (begun === 6) brokers.lose()
  })
  try {
    await waitUntil('the first are committed', () => brokers.committed === 3)
    brokers.end = 100
    await waitUntil('the coordinator is lost', () => begun >= 6)
    brokers.takeOver()
    await waitUntil('all are committed', () => brokers.committed === 100)
    assert.deepEqual(brokers.joins, ['1 ', '2 m1'])
    assert.deepEqual(brokers.crashes, [])
    assert.equal(seen.size, 100)
  } finally {
    await resilient.stop()
  }
})

test('a member without records comes back when KafkaJS has given up', async () => {
  const brokers = new TwoBrokers({ ...RETRY, retries: 2 })
  const resilient = await run(brokers, () => {})
  try {
    await waitUntil('it has joined', () => brokers.joins.length === 1)
    brokers.lose()
    brokers.takeOver()
    await waitUntil('it has joined again', () => brokers.joins.length >= 2)
    assert.equal(brokers.joins[1], '2 ')
    brokers.end = 10
    await waitUntil('all are committed', () => brokers.committed === 10)
  } finally {
    await resilient.stop()
  }
})
