import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { batchSize, encodeBatch } from './encode-batch.ts'
import type { RecordBatch } from './record-batch.ts'

// kafkajs' decoder, which shares nothing with the encoder; it has no public name.
const require = createRequire(import.meta.url)
const Decoder = require('kafkajs/src/protocol/decoder')
const decodeKafkajsBatch: (decoder: unknown) => Promise<Record<string, unknown>> =
  require('kafkajs/src/protocol/recordBatch/v0/decoder')
const kafkajsCrc32c: (bytes: Buffer) => number = require('kafkajs/src/protocol/recordBatch/crc32C')

const BATCH: RecordBatch = {
  baseOffset: 5_000_000_000,
  lastOffset: 5_000_000_300,
  startsSegment: false,
  maxTimestamp: 1_700_000_086_400_000,
  codec: 'none',
  isLogAppendTime: false,
  isTransactional: true,
  isControl: false,
  deleteHorizon: null,
  leaderEpoch: 3,
  producerId: 4_000_000_000,
  producerEpoch: 7,
  baseSequence: 42,
  records: [
    { offset: 5_000_000_000, timestamp: 1_700_000_000_000, key: null, value: Buffer.from('first') },
    { offset: 5_000_000_001, timestamp: 1_699_999_999_990, key: Buffer.from('k'), value: null },
    {
      offset: 5_000_000_300,
      timestamp: 1_700_000_086_400_000,
      key: Buffer.alloc(0),
      value: Buffer.alloc(300, 'x'),
    },
  ],
}

for (const codec of ['none', 'gzip'] as const) {
  test(`kafkajs reads a batch back, codec ${codec}`, async () => {
    const read = await decodeKafkajsBatch(new Decoder(encodeBatch({ ...BATCH, codec })))
    const records = read.records as { offset: string; timestamp: string; key: Buffer; value: Buffer }[]
    assert.deepEqual(
      records.map(({ offset, timestamp, key, value }) => [offset, timestamp, key, value?.length ?? null]),
      [
        ['5000000000', '1700000000000', null, 5],
        ['5000000001', '1699999999990', Buffer.from('k'), null],
        ['5000000300', '1700000086400000', Buffer.alloc(0), 300],
      ],
    )
    const { partitionLeaderEpoch, inTransaction, isControlBatch, timestampType, lastOffsetDelta } = read
    assert.deepEqual(
      { partitionLeaderEpoch, inTransaction, isControlBatch, timestampType, lastOffsetDelta },
      {
        partitionLeaderEpoch: 3,
        inTransaction: true,
        isControlBatch: false,
        timestampType: 0,
        lastOffsetDelta: 300,
      },
    )
    const { producerId, producerEpoch, firstSequence, maxTimestamp } = read
    assert.deepEqual(
      [producerId, producerEpoch, firstSequence, maxTimestamp],
      ['4000000000', 7, 42, '1700000086400000'],
    )
  })
}

test('the checksum is of all that follows it, by the Castagnoli polynomial', () => {
  const bytes = encodeBatch(BATCH)
  assert.equal(bytes.readUInt32BE(17), kafkajsCrc32c(bytes.subarray(21)))
})

test('LogAppendTime, control and delete horizon are bits 3, 5 and 6', () => {
  const attributes = (more: Partial<RecordBatch>) =>
    encodeBatch({ ...BATCH, isTransactional: false, ...more }).readInt16BE(21)
  assert.equal(attributes({}), 0)
  assert.equal(attributes({ isLogAppendTime: true }), 8)
  assert.equal(attributes({ isControl: true }), 32)
  assert.equal(attributes({ deleteHorizon: 1_800_000_000_000 }), 64)
})

test('with a delete horizon the time stamps add up from it', async () => {
  const bytes = encodeBatch({ ...BATCH, deleteHorizon: 1_800_000_000_000 })
  assert.equal(bytes.readBigInt64BE(27), 1_800_000_000_000n)
  const read = await decodeKafkajsBatch(new Decoder(bytes))
  assert.equal((read.records as { timestamp: string }[])[0]!.timestamp, '1700000000000')
})

test('a batch without records is its header', () => {
  const bytes = encodeBatch({ ...BATCH, codec: 'gzip', maxTimestamp: -1, records: [] })
  assert.equal(bytes.length, 61)
  assert.equal(bytes.readInt16BE(21), 16)
  assert.equal(bytes.readInt32BE(57), 0)
})

test('the size is known without the bytes', () => {
  assert.equal(batchSize(BATCH), encodeBatch(BATCH).length)
})

test('kafkajs reads headers back, one of them null', async () => {
  const headers = [['cause', Buffer.from('TimeoutError')] as const, ['none', null] as const]
  const record = { offset: 7, timestamp: 1_700_000_000_000, key: null, value: null, headers }
  const batch = { ...BATCH, baseOffset: 7, lastOffset: 7, maxTimestamp: record.timestamp, records: [record] }
  const bytes = encodeBatch(batch)
  const read = await decodeKafkajsBatch(new Decoder(bytes))
  const [only] = read.records as { headers: object }[]
  assert.deepEqual(only?.headers, { cause: Buffer.from('TimeoutError'), none: null })
  assert.equal(batchSize(batch), bytes.length)
})
