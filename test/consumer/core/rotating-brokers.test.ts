import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rotatingBrokers } from '../../../src/consumer/core/rotating-brokers.ts'

const BROKERS = ['a:9092', 'b:9092', 'c:9092']

/** As KafkaJS takes the broker that a client is connected through. */
function seedsOf(brokers: () => string[], times: number): string[] {
  return Array.from({ length: times }, (_, index) => {
    const list = brokers()
    return list[index % list.length] as string
  })
}

test('each client begins with the next broker', () => {
  const brokers = rotatingBrokers(BROKERS)
  const seeds = Array.from({ length: 3 }, () => seedsOf(brokers, 1)[0])
  assert.deepEqual(seeds.toSorted(), BROKERS)
})

for (const list of [BROKERS, BROKERS.slice(0, 2)]) {
  test(`one client that tries on comes to each of ${list.length} brokers`, () => {
    const seeds = seedsOf(rotatingBrokers(list), list.length)
    assert.deepEqual(seeds.toSorted(), list)
  })
}

test('not every process begins with the same broker', () => {
  const first = new Set(Array.from({ length: 200 }, () => rotatingBrokers(BROKERS)()[0]))
  assert.equal(first.size, 3)
})

test('the list may change afterwards', () => {
  const list = ['a:9092']
  const brokers = rotatingBrokers(list)
  list.pop()
  assert.deepEqual(brokers(), ['a:9092'])
})
