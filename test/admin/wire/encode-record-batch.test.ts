import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { crc32c } from '../../../src/admin/wire/crc32c.ts'
import { encodeRecordBatch, type NewRecord, sizeOf } from '../../../src/admin/wire/encode-record-batch.ts'
import { readBatches } from '../../../src/kafka/wire/read-batches.ts'

const NOBODY = { id: 7, epoch: 1, sequence: 0, isTransactional: false }

function decoded(batch: Buffer) {
  const [read] = [...readBatches(batch, 0, 0, [], 1_000_000)]
  return read?.records.map(({ key, value, headers, timestamp }) => ({ key, value, headers, timestamp }))
}

test('the checksum is that of the RFC', () => {
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
})

test('headers keep their order, repeated keys and nulls', () => {
  const record = {
    key: null,
    value: Buffer.alloc(0),
    headers: [
      { key: 'b', value: null },
      { key: 'a', value: Buffer.from([0xff, 0x00]) },
      { key: 'b', value: Buffer.alloc(0) },
      { key: '', value: Buffer.from('ü') },
    ],
    timestamp: 1_700_000_000_000,
  }
  assert.deepEqual(decoded(encodeRecordBatch([record], NOBODY)), [record])
})

test('a batch is what Kafka describes', () => {
  const record = { key: Buffer.from('k'), value: Buffer.from('v'), headers: [], timestamp: 5 }
  const batch = encodeRecordBatch([record, { ...record, timestamp: 3 }], {
    id: 258,
    epoch: 3,
    sequence: 9,
    isTransactional: true,
  })
  assert.equal(
    batch.toString('hex'),
    '0000000000000000' + // base_offset
      '00000043' + // batch_length
      'ffffffff' + // partition_leader_epoch
      '02' + // magic
      batch.toString('hex', 17, 21) +
      '0010' + // transactional
      '00000001' + // last_offset_delta
      '0000000000000005' + // base_timestamp
      '0000000000000005' + // max_timestamp
      '0000000000000102' +
      '0003' +
      '00000009' +
      '00000002' +
      '10000000026b027600' +
      '10000302026b027600',
  )
})

const bytes = fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array))
const nullable = fc.option(bytes)
const arbitraryRecord: fc.Arbitrary<NewRecord> = fc.record(
  {
    key: nullable,
    value: nullable,
    headers: fc.array(
      fc.record({ key: fc.string({ unit: 'grapheme' }), value: nullable }, { noNullPrototype: true }),
      { maxLength: 5 },
    ),
    timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  },
  { noNullPrototype: true },
)

test('what is written is what is read', () => {
  fc.assert(
    fc.property(fc.array(arbitraryRecord, { minLength: 1, maxLength: 20 }), records => {
      const batch = encodeRecordBatch(records, NOBODY)
      assert.deepEqual(decoded(batch), records)
      assert.ok(batch.length <= records.reduce((sum, record) => sum + sizeOf(record), 61))
    }),
  )
})
