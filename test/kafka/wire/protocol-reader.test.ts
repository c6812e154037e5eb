import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ProtocolReader } from '../../../src/kafka/wire/protocol-reader.ts'
import { ProtocolWriter } from '../../../src/kafka/wire/protocol-writer.ts'

const API = { name: 'Metadata', flexibleFrom: 9 }
const reader = (bytes: number[], version = 9) => new ProtocolReader(Buffer.from(bytes), API, version)
const malformed = (message: string) => ({ name: 'ExporterError', code: 'MALFORMED_RESPONSE', message })

test('integers are big-endian and signed', () => {
  assert.equal(reader([0xff]).int8(), -1)
  assert.equal(reader([0x80, 0x00]).int16(), -32_768)
  assert.equal(reader([0xff, 0xff, 0xff, 0xfe]).int32(), -2)
  assert.equal(reader([0x00, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).int64(), Number.MAX_SAFE_INTEGER)
  assert.equal(reader([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).int64(), -1)
  assert.equal(reader([0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).int64(), 2 ** 63)
})

test('varints take up to 32 bits', () => {
  assert.equal(reader([0x00]).unsignedVarint(), 0)
  assert.equal(reader([0xac, 0x02]).unsignedVarint(), 300)
  assert.equal(reader([0xff, 0xff, 0xff, 0xff, 0x0f]).unsignedVarint(), 0xffff_ffff)
  assert.throws(
    () => reader([0xff, 0xff, 0xff, 0xff, 0x10]).unsignedVarint(),
    malformed('Metadata v9: a varint of more than 32 bits at byte 5 of 5'),
  )
  assert.throws(
    () => reader([0xff]).unsignedVarint(),
    malformed('Metadata v9: ends where 1 more bytes should be, at byte 1 of 1'),
  )
})

test('lengths are compact in flexible versions only', () => {
  assert.equal(reader([3, 0x68, 0x69]).string(), 'hi')
  assert.equal(reader([0, 2, 0x68, 0x69], 8).string(), 'hi')
  assert.equal(reader([0]).nullableString(), null)
  assert.equal(reader([0xff, 0xff], 8).nullableString(), null)
  assert.equal(reader([1]).nullableString(), '')
  assert.deepEqual(reader([2, 0, 0, 0, 7]).int32Array(), [7])
  assert.deepEqual(reader([0, 0, 0, 1, 0, 0, 0, 7], 8).int32Array(), [7])
  assert.equal(reader([0]).nullableArrayLength(4), -1)
  assert.deepEqual(reader([3, 1, 2]).byteString(), Buffer.from([1, 2]))
  assert.deepEqual(reader([0, 0, 0, 2, 1, 2], 8).byteString(), Buffer.from([1, 2]))
  assert.equal(reader([0xff, 0xff, 0xff, 0xff], 8).byteString().length, 0)
})

test('ids print as Kafka prints them, and the zero id as none', () => {
  const id = [0xf3, 0x1c, 0x8e, 0x21, 0x9b, 0x70, 0x4f, 0x6d, 0xbf, 0xf0, 0x05, 0x5a, 0x0c, 0xe9, 0x7e, 0x3b]
  assert.equal(reader(id).uuid(), '8xyOIZtwT22_8AVaDOl-Ow')
  assert.equal(reader(new Array(16).fill(0)).uuid(), '')
})

test('tagged fields are passed over', () => {
  const at = reader([2, 0, 1, 0xaa, 0x8f, 0x4e, 2, 0xbb, 0xcc, 0x2a])
  at.tags()
  assert.equal(at.uint8(), 0x2a)
  const before = reader([7], 8)
  before.tags()
  assert.equal(before.position, 0)
})

test('what does not fit is malformed, before anything is allocated for it', () => {
  const cases: [() => unknown, string][] = [
    [() => reader([1, 2]).int32(), 'ends where 4 more bytes should be, at byte 0 of 2'],
    [() => reader([1, 2]).int64(), 'ends where 8 more bytes should be, at byte 0 of 2'],
    [() => reader([1]).int16(), 'ends where 2 more bytes should be, at byte 0 of 1'],
    [() => reader([]).uint8(), 'ends where 1 more bytes should be, at byte 0 of 0'],
    [() => reader([1]).uuid(), 'ends where 16 more bytes should be, at byte 0 of 1'],
    [() => reader([1]).skip(-1), 'ends where -1 more bytes should be, at byte 0 of 1'],
    [() => reader([9, 1]).string(), '8 bytes, more than there are, at byte 1 of 2'],
    [() => reader([0]).string(), 'null where a string must be at byte 1 of 1'],
    [() => reader([0]).arrayLength(1), 'null where an array must be at byte 1 of 1'],
    [
      () => reader([0xff, 0xff, 0xff, 0xff, 0x0f, 1]).int32Array(),
      '4294967294 elements, more than there is room for, at byte 5 of 6',
    ],
    [() => reader([3, 0, 0, 0, 1]).int32Array(), '2 elements, more than there is room for, at byte 1 of 5'],
    [
      () => reader([3, 0, 0, 0, 1]).skipInt32Array(),
      '2 elements, more than there is room for, at byte 1 of 5',
    ],
    [() => reader([1, 0, 5, 1]).tags(), 'ends where 5 more bytes should be, at byte 3 of 4'],
    [() => reader([1, 2]).end(), '2 bytes too many at byte 0 of 2'],
  ]
  for (const [read, message] of cases) assert.throws(read, malformed(`Metadata v9: ${message}`))
  assert.throws(
    () => reader([0x80, 0x00], 8).nullableString(),
    malformed('Metadata v8: -32768 bytes, more than there are, at byte 2 of 2'),
  )
  assert.throws(
    () => reader([0xff, 0xff, 0xff, 0xfe], 8).nullableArrayLength(1),
    malformed('Metadata v8: -2 elements, more than there is room for, at byte 4 of 4'),
  )
})

test('what the writer writes, the reader reads', () => {
  const int64 = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  const varint = fc.integer({ min: 0, max: 0x7fff_ffff })
  const strings = fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 })
  const version = fc.constantFrom(8, 9)
  fc.assert(
    fc.property(int64, varint, strings, fc.integer(), version, (long, number, texts, int, v) => {
      const writer = new ProtocolWriter(API, v, 1)
      writer.int64(long)
      writer.unsignedVarint(number)
      writer.strings(texts)
      writer.tags()
      writer.int32(int)
      writer.int16(-2)
      writer.nullString()
      writer.nullArray()
      writer.boolean(true)
      const at = new ProtocolReader(writer.finish(), API, v)
      assert.equal(at.int64(), long)
      assert.equal(at.unsignedVarint(), number)
      assert.deepEqual(
        Array.from({ length: at.arrayLength(1) }, () => at.string()),
        texts,
      )
      at.tags()
      assert.equal(at.int32(), int)
      assert.equal(at.int16(), -2)
      assert.equal(at.nullableString(), null)
      assert.equal(at.nullableArrayLength(1), -1)
      assert.equal(at.boolean(), true)
      at.end()
    }),
  )
})

test('the writer refuses what would not be exact or would not fit', () => {
  const writer = new ProtocolWriter(API, 9)
  assert.throws(() => writer.int64(2 ** 53), {
    code: 'INTERNAL',
    message: '9007199254740992 is not an exact int64',
  })
  assert.throws(() => writer.int64(Number.NaN), { code: 'INTERNAL', message: 'NaN is not an exact int64' })
  assert.throws(() => writer.string('x'.repeat(32_768)), {
    code: 'INTERNAL',
    message: 'a string of 32768 bytes does not fit a request',
  })
})
