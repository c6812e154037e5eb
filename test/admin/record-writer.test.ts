import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecordWriter, type RoutedRecord } from '../../src/admin/record-writer.ts'
import type { TargetTopics } from '../../src/admin/target-topics.ts'
import { TransportError } from '../../src/kafka/transport.ts'
import { readBatches } from '../../src/kafka/wire/read-batches.ts'
import { type Asked, ScriptedCalls } from '../harness/scripted-calls.ts'

const MESSAGE_TOO_LARGE = 10
const OUT_OF_ORDER = 45
const DUPLICATE = 46
const BASE_SEQUENCE_AT = 53

interface Sent {
  readonly topic: string
  readonly partition: number
  readonly batch: Buffer
}

/** Produce v8, as it is sent. */
function sentIn({ body }: Asked): readonly Sent[] {
  let at = 2 + 2 + 4
  const int32 = () => {
    at += 4
    return body.readInt32BE(at - 4)
  }
  const sent: Sent[] = []
  for (let topics = int32(); topics > 0; topics--) {
    const length = body.readInt16BE(at)
    const topic = body.toString('utf8', at + 2, at + 2 + length)
    at += 2 + length
    for (let partitions = int32(); partitions > 0; partitions--) {
      const partition = int32()
      const bytes = int32()
      sent.push({ topic, partition, batch: body.subarray(at, at + bytes) })
      at += bytes
    }
  }
  return sent
}

/**
 * A broker that takes batches of so many bytes, in the order of their sequences, each once.
 *
 * @param isLost whether the answer of the n-th request, from 1, is lost
 */
function brokerWith(mostBytes: number, isLost: (request: number) => boolean = () => false) {
  const logs = new Map<string, string[]>()
  let requests = 0
  const calls = new ScriptedCalls(
    asked => {
      requests++
      const results = sentIn(asked).map(({ topic, partition, batch }) => {
        const log = logs.get(`${topic}/${partition}`) ?? []
        logs.set(`${topic}/${partition}`, log)
        const sequence = batch.readInt32BE(BASE_SEQUENCE_AT)
        const errorCode =
          batch.length > mostBytes
            ? MESSAGE_TOO_LARGE
            : sequence < log.length
              ? DUPLICATE
              : sequence > log.length
                ? OUT_OF_ORDER
                : 0
        if (errorCode === 0) {
          for (const { records } of readBatches(batch, partition, 0, [], 1e9)) {
            log.push(...records.map(({ key }) => String(key)))
          }
        }
        return { topic, partition, errorCode, message: null }
      })
      if (isLost(requests)) return new TransportError('TIMEOUT', 'a:1', 'no answer', { canRetry: true })
      return results
    },
    { patienceMs: 30_000 },
  )
  const targets = { leaderOf: () => 1, refresh: async () => {} } as unknown as TargetTopics
  const writer = new RecordWriter(calls, targets, { id: 1, epoch: 0 }, null)
  return { writer, logs, requests: () => requests }
}

const record = (key: string, bytes: number, partition = 0): RoutedRecord => ({
  topic: 'orders',
  partition,
  key: Buffer.from(key),
  value: Buffer.alloc(bytes),
  headers: [],
  timestamp: 1,
})
const keys = (first: number, count: number) => Array.from({ length: count }, (_, i) => String(first + i))

test('a batch that is too large is halved until it is taken; a record that is too large by itself is rejected', async () => {
  const { writer, logs } = brokerWith(2_000)
  const records = [
    ...keys(0, 20).map(key => record(key, 500)),
    record('long', 5_000),
    ...keys(20, 20).map(key => record(key, 500)),
  ]
  const rejected = await writer.write(records)
  assert.deepEqual(
    rejected.map(({ record, code }) => [String(record.key), code]),
    [['long', 'MESSAGE_TOO_LARGE']],
  )
  assert.deepEqual(logs.get('orders/0'), keys(0, 40))
})

test('what is too large for one partition is in nobody else’s way', async () => {
  const { writer, logs } = brokerWith(300)
  const rejected = await writer.write([
    record('long', 5_000, 0),
    ...keys(0, 3).map(key => record(key, 10, 1)),
  ])
  assert.deepEqual(
    rejected.map(({ record }) => String(record.key)),
    ['long'],
  )
  assert.deepEqual(logs.get('orders/1'), keys(0, 3))
})

test('a batch whose answer was lost is sent again, and is there once', async () => {
  const { writer, logs, requests } = brokerWith(100_000, request => request === 1 || request === 2)
  assert.deepEqual(await writer.write(keys(0, 5).map(key => record(key, 10))), [])
  assert.deepEqual(await writer.write(keys(5, 5).map(key => record(key, 10))), [])
  assert.deepEqual(logs.get('orders/0'), keys(0, 10))
  assert.equal(requests(), 4)
})

test('a long write goes in several batches, in order', async () => {
  const { writer, logs, requests } = brokerWith(300_000)
  await writer.write(keys(0, 100).map(key => record(key, 10_000)))
  assert.deepEqual(logs.get('orders/0'), keys(0, 100))
  assert.equal(requests(), 4)
})
