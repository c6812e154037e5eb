import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Drop } from '../../../src/domain/schema/drop.ts'
import { SchemaCheck } from '../../../src/domain/schema/schema-check.ts'
import { shapeOfAvro } from '../../../src/domain/schema/shapes/avro.ts'
import { shapeOfJsonSchema } from '../../../src/domain/schema/shapes/json-schema.ts'
import { shapeOfProtobuf } from '../../../src/domain/schema/shapes/protobuf.ts'
import { normalised, TARGETS, type Target } from '../../../src/domain/schema/target.ts'

type Flat = Readonly<Record<string, string | number | boolean | null>>

/** Few names, so that they meet in every way. */
const name = fc.constantFrom('id', 'ID', 'Id', 'orderId', 'order_id', 'OrderID', 'a.b', 'a/b', 'x')
const value = fc.oneof(
  fc.constant('s'),
  fc.constant(1),
  fc.constant(2 ** 40),
  fc.constant(0.5),
  fc.boolean(),
  fc.constant(null),
)
const record: fc.Arbitrary<Flat> = fc.dictionary(name, value, { maxKeys: 6 })

/** The definition, word for word and without a thought for cost: which fields of each record are dropped, and why. */
function defined(records: readonly Flat[], target: Target): readonly string[][] {
  const registered = new Map<string, string | null>()
  const isSame = (a: string, b: string) =>
    a !== b && (a.toLowerCase() === b.toLowerCase() || normalised(a, target) === normalised(b, target))
  const typeOf = (value: Flat[string]) =>
    typeof value !== 'number'
      ? typeof value
      : target !== 'bigquery'
        ? 'number'
        : Number.isInteger(value)
          ? 'integer'
          : 'number'
  return records.map(flat => {
    const names = Object.keys(flat)
    const isNew = (n: string) => !registered.has(n)
    const dropped = new Set<string>()
    for (const a of names) {
      for (const b of names) if (isSame(a, b) && (isNew(a) || isNew(b))) dropped.add(a)
      if (isNew(a) && [...registered.keys()].some(b => isSame(a, b))) dropped.add(a)
    }
    const found = [...dropped].map(n => `collision ${n}`)
    for (const n of names) {
      if (dropped.has(n)) continue
      const given = flat[n] as Flat[string]
      const type = given === null ? null : typeOf(given)
      const before = registered.get(n) ?? null
      if (before === null) registered.set(n, type)
      else if (type !== null && type !== before && !(before === 'number' && type === 'integer'))
        found.push(`flip ${n}`)
    }
    return found.sort()
  })
}

const plain = ({ reason, field }: Drop) => `${reason === 'type_flip' ? 'flip' : 'collision'} ${field}`

for (const target of TARGETS) {
  test(`flat records without a schema, ${target}: what the definition says`, () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), records => {
        const check = new SchemaCheck({ target })
        const found = records.map(flat => check.check(flat).map(plain).sort())
        assert.deepEqual(found, defined(records, target))
      }),
      { numRuns: 2_000 },
    )
  })

  test(`the order of fields does not count, ${target}`, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(record, fc.integer()), { maxLength: 6 }), records => {
        const one = new SchemaCheck({ target })
        const other = new SchemaCheck({ target })
        for (const [flat, seed] of records) {
          const names = Object.keys(flat)
          const turned = Object.fromEntries(
            names.map((_, i) => names[(i + Math.abs(seed)) % names.length] as string).map(n => [n, flat[n]]),
          )
          assert.deepEqual(one.check(flat).map(plain).sort(), other.check(turned).map(plain).sort())
        }
      }),
    )
  })
}

const anyValue = fc.anything({
  withBigInt: true,
  withNullPrototype: true,
  withTypedArray: true,
  maxDepth: 4,
  key: fc.oneof(name, fc.string()),
})

test('whatever comes, it ends, names fields that are there and is the same after a restart', () => {
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 6 }), fc.constantFrom(...TARGETS), (values, target) => {
      let check = new SchemaCheck({ target, maxFields: 20 })
      const never = new SchemaCheck({ target, maxFields: 20 })
      for (const each of values) {
        const drops = check.check(each)
        assert.deepEqual(drops, never.check(each))
        const saved = JSON.parse(JSON.stringify(check.save()))
        check = new SchemaCheck({ target, maxFields: 20 })
        check.restore(saved)
      }
    }),
    { numRuns: 500 },
  )
})

/** Made of the words of all three languages, so that documents refer to themselves and to nothing. */
const word = fc.constantFrom(
  'type',
  'properties',
  'items',
  'allOf',
  'anyOf',
  'oneOf',
  '$ref',
  '$anchor',
  'enum',
  'fields',
  'name',
  'nested',
  'required',
  'values',
  'additionalProperties',
  'a',
)
const term = fc.constantFrom(
  '#',
  '#/allOf/0',
  '#a',
  '#/%',
  'other',
  'object',
  'array',
  'record',
  'map',
  'null',
  'string',
  'a',
  'a.a',
)
const documents = fc.letrec(tie => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(term, fc.constant(null), fc.integer(), fc.string()),
    fc.dictionary(
      fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: fc.string() }),
      tie('node'),
      {
        maxKeys: 4,
      },
    ),
    fc.array(tie('node'), { maxLength: 3 }),
  ),
})).node
test('a shape of whatever document: it is made, and a look with it ends', () => {
  fc.assert(
    fc.property(documents, documents, anyValue, (document, other, value) => {
      const shapes = [
        shapeOfAvro(document, [other]),
        shapeOfJsonSchema(document, [{ name: 'other', document: other }]),
        shapeOfProtobuf(document, 'a'),
      ]
      for (const shape of shapes) {
        const check = new SchemaCheck({ maxFields: 200 })
        for (const each of [value, { a: { a: 1 } }]) check.check(each, shape)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('what is to be saved has changed only where the revision has', () => {
  const nested = fc.oneof(
    value,
    fc.array(value, { maxLength: 2 }),
    record,
    fc.array(record, { maxLength: 2 }),
  )
  const records = fc.array(fc.dictionary(name, nested, { maxKeys: 4 }), { minLength: 1, maxLength: 8 })
  const kind = fc.constantFrom('', 'Order', 'Paid')
  const shape = fc.constantFrom(
    null,
    shapeOfAvro({
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: ['null', 'long'] },
        { name: 'x', type: { type: 'array', items: 'string' } },
      ],
    }),
    shapeOfJsonSchema(
      { type: 'object', properties: { id: { type: 'string' }, x: {} }, required: ['id'] },
      [],
    ),
  )
  fc.assert(
    fc.property(fc.constantFrom(...TARGETS), fc.array(fc.tuple(records, kind, shape)), (target, looks) => {
      const check = new SchemaCheck({ target })
      let before = { revision: check.revision, saved: JSON.stringify(check.save()) }
      for (const [records, kind, shape] of looks) {
        for (const each of records) {
          check.check(each, shape, kind)
          const now = { revision: check.revision, saved: JSON.stringify(check.save()) }
          if (now.revision === before.revision) assert.equal(now.saved, before.saved)
          before = now
        }
      }
    }),
  )
})
