import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isDeadLetterTopic, roleOfTopic } from '../../../src/domain/dlq/topic-role.ts'

const CASES: Readonly<Record<string, ReturnType<typeof roleOfTopic>>> = {
  'orders-dlt': 'dead_letters',
  'orders.DLT': 'dead_letters',
  'orders-retry-dlt': 'dead_letters',
  'orders-dlt-billing': 'dead_letters',
  'orders-dlq': 'dead_letters',
  'orders.dlq': 'dead_letters',
  'dlq.warehouse': 'dead_letters',
  dlq: 'dead_letters',
  orders_dead_letter: 'dead_letters',
  'orders-dead-letters': 'dead_letters',
  'orders.deadletter': 'dead_letters',
  'orders-dead-letter-queue': 'dead_letters',
  'orders.deadletterqueue': 'dead_letters',
  'orders-parking-lot': 'dead_letters',
  'orders.parkinglot': 'dead_letters',
  'orders-retry': 'retries',
  'orders-retry-0': 'retries',
  'orders-retry-5000': 'retries',
  'orders.retry.10m': 'retries',
  'orders-retries': 'retries',
  'orders-dlq-retry': 'retries',
  orders: null,
  dltstore: null,
  mydlq: null,
  'retry-policies': null,
  'orders-deadlines': null,
  'parking-lots-of-the-city': null,
}

describe('what a topic is for', () => {
  for (const [topic, role] of Object.entries(CASES)) {
    it(`${topic}: ${role}`, () => assert.equal(roleOfTopic(topic), role))
  }

  it('settings add and take away', () => {
    const names = { isByName: true, include: [/^errors$/], exclude: [/^dlt-.*$/] }
    assert.deepEqual(
      ['errors', 'orders-dlq', 'dlt-blocks', 'orders-retry', 'orders'].filter(topic =>
        isDeadLetterTopic(names, topic),
      ),
      ['errors', 'orders-dlq'],
    )
    assert.equal(isDeadLetterTopic({ ...names, isByName: false }, 'orders-dlq'), false)
    assert.equal(isDeadLetterTopic({ ...names, include: [/^orders-retry$/] }, 'orders-retry'), true)
  })
})
