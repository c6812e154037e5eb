import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import avro from 'avsc'
import protobuf from 'protobufjs'
import { buildDecoder } from '../../../src/sources/schema-registry/build-decoder.ts'
import type { RegisteredSchema } from '../../../src/sources/schema-registry/registered-schema.ts'
import { parseFrame } from '../../../src/sources/schema-registry/wire-format.ts'

const ID = Buffer.from('0000000001', 'hex')

function decode(schema: RegisteredSchema, ...parts: readonly Uint8Array[]) {
  const frame = parseFrame(Buffer.concat([ID, ...parts]), [])
  assert.ok(frame)
  return buildDecoder(schema).decode(frame)
}

/** As plain JSON: what a class of the library adds is not compared. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

const avroSchema = (
  document: unknown,
  references: RegisteredSchema['references'] = [],
): RegisteredSchema => ({
  language: 'AVRO',
  text: JSON.stringify(document),
  references,
})

const protobufSchema = (text: string, references: RegisteredSchema['references'] = []): RegisteredSchema => ({
  language: 'PROTOBUF',
  text,
  references,
})

describe('Avro', () => {
  const ORDER = {
    type: 'record',
    name: 'Order',
    namespace: 'shop',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'note', type: ['null', 'string'] },
      { name: 'price', type: ['int', 'double', 'null'] },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'tags', type: { type: 'map', values: 'string' } },
    ],
  } as const

  it('gives plain values, and the full name of the record', () => {
    const value = { id: 7, note: null, price: { int: 3 }, at: 1_700_000_000_000, tags: { a: 'b' } }
    const bytes = avro.Type.forSchema(ORDER as unknown as avro.Schema, { wrapUnions: 'always' }).toBuffer(
      value,
    )
    const decoded = decode(avroSchema(ORDER), bytes)
    assert.equal(decoded.record, 'shop.Order')
    assert.deepEqual(plain(decoded.value), { ...value, price: 3 })
    assert.deepEqual(decoded.schema, {
      language: 'AVRO',
      document: ORDER,
      references: [],
      message: null,
    })
  })

  it('gives numbers of 64 bits as numbers, whatever their size', () => {
    const schema = avroSchema({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'long' }] })
    // Zigzag of 2^63 - 1.
    const decoded = decode(schema, Buffer.from('feffffffffffffffff01', 'hex'))
    assert.deepEqual(plain(decoded.value), { n: 2 ** 63 })
  })

  it('knows the types that a schema refers to', () => {
    const address = { type: 'record', name: 'shop.Address', fields: [{ name: 'city', type: 'string' }] }
    const schema = avroSchema(
      { type: 'record', name: 'shop.Customer', fields: [{ name: 'home', type: 'shop.Address' }] },
      [{ name: 'shop.Address', text: JSON.stringify(address) }],
    )
    assert.deepEqual(plain(decode(schema, Buffer.from('\x04ab')).value), { home: { city: 'ab' } })
  })

  it('takes a schema that is a name alone', () => {
    const schema: RegisteredSchema = { language: 'AVRO', text: '"string"', references: [] }
    assert.equal(decode(schema, Buffer.from('\x04ab')).value, 'ab')
    assert.equal(decode({ ...schema, text: 'string' }, Buffer.from('\x04ab')).value, 'ab')
  })

  it('takes unions whose branches look alike', () => {
    const branch = (name: string) => ({ type: 'record', name, fields: [{ name: 'a', type: 'int' }] })
    const schema = avroSchema({
      type: 'record',
      name: 'R',
      fields: [{ name: 'u', type: [branch('A'), branch('B')] }],
    })
    assert.deepEqual(plain(decode(schema, Buffer.from('0206', 'hex')).value), { u: { a: 3 } })
  })

  it('does not take bytes that are cut short or too long, or a schema that is none', () => {
    assert.throws(() => decode(avroSchema('string'), Buffer.from('\x04a')))
    assert.throws(() => decode(avroSchema('string'), Buffer.from('\x04abc')))
    assert.throws(() => buildDecoder(avroSchema({ type: 'nothing' })), /^Error: the schema cannot be used: /)
  })
})

describe('JSON', () => {
  const schema: RegisteredSchema = { language: 'JSON', text: '{"title":"Order"}', references: [] }

  it('is taken as it is, whether or not it is of its schema', () => {
    const decoded = decode(schema, Buffer.from('{"a":[1,null]}'))
    assert.deepEqual(decoded.value, { a: [1, null] })
    assert.equal(decoded.record, 'Order')
    assert.deepEqual(decoded.schema.document, { title: 'Order' })
  })

  it('is not taken where it is none, nor UTF-8', () => {
    assert.throws(() => decode(schema, Buffer.from('{"a":')))
    assert.throws(() => decode(schema, Buffer.from('22ff22', 'hex')))
    assert.throws(() => buildDecoder({ ...schema, text: '{' }), /the schema cannot be used/)
  })
})

describe('Protobuf', () => {
  const FILE = `
    syntax = "proto3";
    package shop;
    import "google/protobuf/timestamp.proto";
    import "confluent/meta.proto";
    import "money.proto";
    enum Kind { UNKNOWN = 0; NEW = 1; }
    message First { string a = 1; }
    message Order {
      message Line { string article_id = 1; }
      int64 id = 1;
      Kind kind = 2;
      google.protobuf.Timestamp placed_at = 3;
      repeated Line lines = 4;
      map<string, int32> counts = 5;
      Money price = 6;
      optional string note = 7;
    }`
  const MONEY = 'syntax = "proto3"; package shop; message Money { int64 units = 1; }'
  const schema = protobufSchema(FILE, [{ name: 'money.proto', text: MONEY }])

  const encoded = () => {
    const root = new protobuf.Root()
    root.addJSON((protobuf.common.get('google/protobuf/timestamp.proto') as protobuf.INamespace).nested ?? {})
    for (const text of [MONEY, FILE]) protobuf.parse(text, root, { keepCase: true })
    const type = root.lookupType('shop.Order')
    return type
      .encode(
        type.fromObject({
          id: 7,
          kind: 'NEW',
          placed_at: { seconds: 5 },
          lines: [{ article_id: 'x' }],
          counts: { a: 1 },
          price: { units: 3 },
        }),
      )
      .finish()
  }

  it('gives plain values by the names of the file, of the message that the path leads to', () => {
    const decoded = decode(schema, Buffer.from([2, 2]), encoded())
    assert.equal(decoded.record, 'shop.Order')
    assert.deepEqual(plain(decoded.value), {
      id: 7,
      kind: 'NEW',
      placed_at: { seconds: 5 },
      lines: [{ article_id: 'x' }],
      counts: { a: 1 },
      price: { units: 3 },
    })
  })

  it('counts messages alone, those within others too', () => {
    assert.equal(decode(schema, Buffer.from([0])).record, 'shop.First')
    assert.equal(decode(schema, Buffer.from([4, 2, 0])).record, 'shop.Order.Line')
  })

  it('takes the path from the header, or the first message where that has none', () => {
    const decoder = buildDecoder(
      protobufSchema('syntax = "proto3"; message A { string a = 1; } message B { int32 b = 1; }'),
    )
    const withHeader = (path: string, value: string) => {
      const header = Buffer.from(`0000000001${path}`, 'hex')
      const frame = parseFrame(Buffer.from(value, 'hex'), [{ key: '__value_schema_id', value: header }])
      assert.ok(frame)
      return decoder.decode(frame)
    }
    assert.deepEqual(plain(withHeader('', '0a0178').value), { a: 'x' })
    assert.deepEqual(plain(withHeader('0202', '0805').value), { b: 5 })
  })

  it('reads the rest of a message of which some types are in files that nobody has', () => {
    const types = `
      package google.type;
      message Money { string currency_code = 1; }
      enum DayOfWeek { DAY_OF_WEEK_UNSPECIFIED = 0; MONDAY = 1; }`
    const file = `
      package shop;
      import "google/type/money.proto";
      import "google/type/dayofweek.proto";
      message Order {
        int64 id = 1;
        google.type.Money price = 2;
        google.type.DayOfWeek day = 3;
        repeated google.type.Money parts = 4;
        map<string, google.type.Money> by_name = 5;
        oneof either { google.type.Money one = 6; string other = 7; }
        repeated Line lines = 8;
        message Line { .google.type.Money price = 1; string article = 2; }
      }
      service Orders { rpc Pay(google.type.Money) returns (Order); }
      extend google.type.Money { string more = 100; }`
    const root = new protobuf.Root()
    for (const text of [types, file]) protobuf.parse(`syntax = "proto3"; ${text}`, root, { keepCase: true })
    const type = root.lookupType('shop.Order')
    const money = { currency_code: 'EUR' }
    const lines = [{ price: money, article: 'x' }]
    const rest = { by_name: { a: money }, other: 'y', lines }
    const order = { id: 7, price: money, day: 1, parts: [money, money], ...rest }
    const bytes = type.encode(type.fromObject(order)).finish()
    const decoded = decode(protobufSchema(`syntax = "proto3"; ${file}`), Buffer.from([0]), bytes)
    assert.deepEqual(plain(decoded.value), { id: 7, other: 'y', lines: [{ article: 'x' }] })
    assert.equal(decoded.record, 'shop.Order')
  })

  it('does not take bytes that are cut short, a path to nothing, or a file that is none', () => {
    assert.throws(() => decode(schema, Buffer.from([0]), Buffer.from('0a0578', 'hex')))
    assert.throws(() => decode(schema, Buffer.from([2, 8])))
    assert.throws(() => decode(schema))
    assert.throws(() => buildDecoder(protobufSchema('message {')), /the schema cannot be used/)
    assert.throws(
      () => buildDecoder(protobufSchema('message A { Missing m = 1; }')),
      /the schema cannot be used/,
    )
  })
})
