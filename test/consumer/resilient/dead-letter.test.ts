import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KafkaHeaders } from '../../../src/consumer/core/ports.ts'
import { deadLetterOf, type Parting } from '../../../src/consumer/core/resilient/dead-letter.ts'
import { traitsOf } from '../../../src/consumer/core/resilient/failure.ts'
import { readOrigin } from '../../../src/domain/dlq/read-origin.ts'
import { recordAt } from './scripted-consumer.ts'

const parting: Parting = {
  cause: 'TypeError',
  errorClass: 'TypeError',
  errorCode: null,
  stackHash: '0123456789abcdef',
  topic: 'orders',
  partition: 3,
  group: 'billing',
  attempts: 5,
  firstFailureAt: 1_767_600_000_000,
  lastFailureAt: 1_767_600_007_500,
}

test('key and value are the very bytes, and the headers are kept before ours', () => {
  const key = Buffer.from([0xff, 0x00, 0xfe])
  const value = Buffer.from([0xc3, 0x28])
  const trace = Buffer.from([1, 2, 3])
  const record = recordAt(9, '', { key, value, headers: { trace, tag: ['a', Buffer.from('b')] } })
  const dead = deadLetterOf(record, parting)
  assert.equal(dead.key, key)
  assert.equal(dead.value, value)
  assert.deepEqual(Object.entries(dead.headers).slice(0, 2), [
    ['trace', trace],
    ['tag', ['a', Buffer.from('b')]],
  ])
  assert.equal(Object.keys(dead.headers)[2], 'kafka-health.dlq.topic')
})

test('a record without key, value and headers stays one', () => {
  const { headers: _, ...record } = recordAt(9, '')
  const dead = deadLetterOf({ ...record, key: null, value: null }, parting)
  assert.equal(dead.key, null)
  assert.equal(dead.value, null)
  assert.equal(Object.keys(dead.headers).length, 11)
})

test('nothing is left of an earlier time that it was parked', () => {
  const headers = {
    'kafka-health.dlq.topic': 'older',
    'kafka-health.dlq.error-code': 'E_OLD',
    'kafka-health.replay.hops': '1',
  }
  const dead = deadLetterOf(recordAt(9, '', { headers }), parting)
  assert.equal(dead.headers['kafka-health.dlq.topic'], 'orders')
  assert.equal('kafka-health.dlq.error-code' in dead.headers, false)
  assert.equal(Object.keys(dead.headers)[0], 'kafka-health.replay.hops')
})

test('headers without a value are written empty, and named', () => {
  const headers = { a: null, 'b,c': ['x', null], d: '' } as unknown as KafkaHeaders
  const dead = deadLetterOf(recordAt(9, '', { headers }), parting)
  assert.deepEqual(dead.headers.a, Buffer.alloc(0))
  assert.deepEqual(dead.headers['b,c'], ['x', Buffer.alloc(0)])
  assert.equal(dead.headers['kafka-health.dlq.null-headers'], 'a,b%2Cc')
})

test('a header may have any name', () => {
  const headers = JSON.parse('{"__proto__": "x", "constructor": "y"}')
  const dead = deadLetterOf(recordAt(9, '', { headers }), parting)
  assert.deepEqual(Object.keys(dead.headers).slice(0, 2), ['__proto__', 'constructor'])
  assert.equal(dead.headers.constructor, 'y')
})

test('what reads dead letters reads these', () => {
  const dead = deadLetterOf(recordAt(9, '', { headers: { 'kafka_dlt-original-topic': 'spring' } }), parting)
  const headers = Object.entries(dead.headers).map(([key, value]) => ({
    key,
    value: Buffer.from(String(value)),
  }))
  assert.deepEqual(readOrigin(headers), {
    convention: 'own',
    topic: 'orders',
    partition: 3,
    offset: 9,
    group: 'billing',
    cause: 'TypeError',
    isMalformed: false,
  })
})

class OrderMissing extends Error {}

test('an error is known by its name, or by its class where it has none of its own', () => {
  const named = Object.assign(new OrderMissing('x'), { name: 'OrderError', code: 404 })
  const traits = (error: unknown) => {
    const { cause, errorClass, errorCode } = traitsOf(error)
    return [cause, errorClass, errorCode]
  }
  assert.deepEqual(traits(new OrderMissing('x')), ['OrderMissing', 'OrderMissing', null])
  assert.deepEqual(traits(named), ['OrderError', 'OrderMissing', '404'])
  assert.deepEqual(traits(Object.assign(new Error('x'), { code: 'a b' })), ['Error', 'Error', null])
  assert.deepEqual(traits(Object.assign(new Error('x'), { name: 'said: no' })), ['Error', 'Error', null])
  assert.deepEqual(traits('a text'), ['Error', 'Error', null])
  assert.deepEqual(traits(null), ['Error', 'Error', null])
  assert.deepEqual(traits(Object.create(null)), ['Error', 'Error', null])
  const throwing = new Proxy(new Error('x'), {
    get() {
      throw new Error('none of your business')
    },
  })
  assert.deepEqual(traits(throwing), ['Error', 'Error', null])
})

test('the hash is that of the way through the code, not of its place', () => {
  const at = (folder: string, line: number, message: string) => {
    const error = new TypeError(message)
    error.stack = `TypeError: ${message}\n    at charge (${folder}/billing.js:${line}:7)\n    at ${folder}/main.js:${line}:1`
    return traitsOf(error).stackHash
  }
  assert.equal(at('/app/dist', 10, 'order 1'), at('C:\\app', 99, 'order 2'))
  const other = new TypeError('x')
  other.stack = 'TypeError: x\n    at refund (/app/dist/billing.js:10:7)\n    at /app/dist/main.js:10:1'
  assert.notEqual(at('/app/dist', 10, 'order 1'), traitsOf(other).stackHash)
})
