import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PartitionOutcomes } from '../../../src/kafka/reader/partition-outcomes.ts'
import { ReadErrors } from '../../../src/kafka/reader/read-errors.ts'
import { Throttle } from '../../../src/kafka/reader/throttle.ts'

const TIMEOUT = { code: 'TIMEOUT', message: 'kafka-1:9092: no answer within 5000 ms' }

test('one line per stage, broker and code, with what it struck', () => {
  const errors = new ReadErrors()
  errors.add('commits', 1, TIMEOUT)
  errors.add('commits', 1, TIMEOUT, { what: 'group', example: 'billing', count: 1 })
  errors.add('commits', 1, TIMEOUT, { what: 'group', example: 'ledger', count: 41 })
  errors.add('commits', 1, TIMEOUT, { what: 'partition', example: 'orders-3', count: 2 })
  errors.add('commits', 2, TIMEOUT, { what: 'group', example: 'other', count: 1 })
  errors.add('log_end', 1, TIMEOUT)
  assert.deepEqual(errors.list(), [
    {
      stage: 'commits',
      node: 1,
      code: 'TIMEOUT',
      message:
        'kafka-1:9092: no answer within 5000 ms; group billing and 41 more; partition orders-3 and 1 more',
    },
    {
      stage: 'commits',
      node: 2,
      code: 'TIMEOUT',
      message: 'kafka-1:9092: no answer within 5000 ms; group other',
    },
    { stage: 'log_end', node: 1, code: 'TIMEOUT', message: 'kafka-1:9092: no answer within 5000 ms' },
  ])
})

test('a row keeps its first reason; codes are there once, and never more than a byte can count', () => {
  const outcomes = new PartitionOutcomes(400)
  outcomes.note(3, 'TIMEOUT')
  outcomes.note(3, 'LEADER_NOT_AVAILABLE')
  outcomes.note(4, 'TIMEOUT')
  assert.deepEqual([...outcomes.byRow.subarray(0, 6)], [0, 0, 0, 1, 1, 0])
  assert.deepEqual(outcomes.codes, ['NONE', 'TIMEOUT'])
  for (let row = 5; row < 400; row++) outcomes.note(row, `UNKNOWN_CODE_${row}`)
  assert.ok(outcomes.codes.length <= 255)
  for (const outcome of outcomes.byRow.subarray(3)) assert.ok(outcome > 0 && outcome < outcomes.codes.length)
})

test('waits as long as the broker asks, at most the bound, and only for that broker', () => {
  let now = 0
  const throttle = new Throttle(() => now, 5_000)
  throttle.note(1, 300)
  throttle.note(2, 60_000)
  throttle.note(3, 0)
  assert.deepEqual(
    [1, 2, 3, 4].map(node => throttle.waitMs(node)),
    [300, 5_000, 0, 0],
  )
  now = 200
  assert.equal(throttle.waitMs(1), 100)
  now = 300
  assert.equal(throttle.waitMs(1), 0)
  throttle.keepOnly(new Set([1]))
  assert.equal(throttle.waitMs(2), 0)
})

test('what an error struck follows a remedy without a full stop between', () => {
  const errors = new ReadErrors()
  const failure = { code: 'CONNECTION_REFUSED', message: 'refused. Check the port.' }
  errors.add('log_end', 1, failure, { what: 'partition', example: 'orders-2', count: 8 })
  errors.add('metadata', -1, failure)
  assert.deepEqual(
    errors.list().map(error => error.message),
    ['refused. Check the port; partition orders-2 and 7 more', 'refused. Check the port.'],
  )
})
