import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResilientConsumer } from '../../../src/consumer/core/resilient/create-resilient-consumer.ts'
import type { ResilientOptions } from '../../../src/consumer/core/resilient/resilient-options.ts'

test('every fault of the options is told at once', () => {
  const faulty = {
    consumer: {},
    producer: null,
    group: '',
    handler: 'log',
    retry: { maxAttempts: 0, initialMs: 1.5, maxMs: Number.NaN, inPlaceMs: -1 },
    handlerTimeoutMs: 0,
    deadLetters: { topic: '', timeoutMs: '5s' },
    partitionsConsumedConcurrently: 0,
  }
  assert.throws(() => createResilientConsumer(faulty as unknown as ResilientOptions), {
    name: 'TypeError',
    message:
      'createResilientConsumer: consumer: object, expected a consumer of KafkaJS; ' +
      'producer: null, expected a producer of KafkaJS; ' +
      'group: "", expected the id of the consumer’s group; ' +
      'handler: "log", expected a function; ' +
      'retry.maxAttempts: 0, expected a whole number of at least 1; ' +
      'retry.initialMs: 1.5, expected a whole number of milliseconds, at least 1; ' +
      'retry.maxMs: NaN, expected a whole number of milliseconds, at least 1; ' +
      'retry.inPlaceMs: -1, expected a whole number of milliseconds, at least 0; ' +
      'handlerTimeoutMs: 0, expected a whole number of milliseconds, at least 1; ' +
      'deadLetters.timeoutMs: "5s", expected a whole number of milliseconds, at least 1; ' +
      'deadLetters.topic: "", expected the name of a topic, or a function of the source topic; ' +
      'partitionsConsumedConcurrently: 0, expected a whole number of at least 1',
  })
})
