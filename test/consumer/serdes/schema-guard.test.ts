import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecodeEvent } from '../../../src/consumer/core/resilient/resilient-event.ts'
import {
  SchemaGuard,
  type SchemaGuardOptions,
  SchemaViolation,
  withGuard,
} from '../../../src/consumer/core/serdes/schema-guard.ts'
import { SchemaCheck } from '../../../src/domain/schema/schema-check.ts'
import { shapeOfAvro } from '../../../src/domain/schema/shapes/avro.ts'
import { recordAt } from '../resilient/scripted-consumer.ts'

function guarded(action?: NonNullable<SchemaGuardOptions['action']>) {
  const check = new SchemaCheck({ target: 'bigquery' })
  const guard = new SchemaGuard({ check, ...(action && { action }) })
  const events: DecodeEvent[] = []
  guard.apply({ id: 1, lines: [{ price: 2, sku: 'a' }], tags: { x: 'y' } }, event => events.push(event))
  assert.equal(events.length, 0)
  return {
    events,
    apply: (value: unknown) => guard.apply(value, event => events.push(event)),
    fields: () => events.flatMap(e => (e.kind === 'dropped_fields' ? e.drops.map(d => d.field) : [])),
  }
}

const drifted = () => ({
  id: '1',
  ID: 2,
  lines: [
    { price: 'two', sku: 'b' },
    { price: 3, sku: 'c' },
  ],
})

test('by default a record is told of and left as it is', () => {
  const { apply, fields } = guarded()
  const value = drifted()
  assert.equal(apply(value), value)
  assert.deepEqual(value, drifted())
  assert.deepEqual(fields().sort(), ['ID', 'id', 'lines[].price'])
})

test('with drop the fields are taken out, of all items of a list', () => {
  const { apply, fields } = guarded('drop')
  assert.deepEqual(apply(drifted()), { lines: [{ sku: 'b' }, { sku: 'c' }] })
  assert.deepEqual(fields().sort(), ['ID', 'id', 'lines[].price'])
})

test('with drop a record that is none at all is parked', () => {
  const { apply } = guarded('drop')
  assert.throws(() => apply('a text'), SchemaViolation)
})

test('with park the error names the fields and no values', () => {
  const { apply, fields } = guarded('park')
  assert.throws(() => apply({ id: 'secret' }), {
    name: 'SchemaViolation',
    verdict: 'park',
    message: 'fields that do not fit: id (type_flip)',
  })
  assert.deepEqual(fields(), ['id'])
})

test('fields are found as the check names them: with dots in their names, in maps, beside others of the same beginning', () => {
  const drop = (field: string) => ({ reason: 'type_flip', field, detail: '' }) as const
  const guard = new SchemaGuard({
    check: { check: () => [drop('a.b'), drop('m{}.x'), drop('list[]'), drop('deep.er')] },
    action: 'drop',
  })
  const value = {
    'a.b': 1,
    a: { b: 2, c: 3 },
    m: { k: { x: 1, y: 2 } },
    list: [1, 2],
    deep: { er: 1, erer: 2 },
  }
  guard.apply(value, () => {})
  assert.deepEqual(value, { a: { c: 3 }, m: { k: { y: 2 } }, list: [], deep: { erer: 2 } })
})

test('any decoder can have a guard', async () => {
  const guard = new SchemaGuard({ check: new SchemaCheck(), action: 'drop' })
  const decode = withGuard(guard, async ({ message }) => JSON.parse(String(message.value)))
  const at = (text: string) => ({ topic: 't', partition: 0, message: recordAt(0, text) })
  assert.deepEqual(await decode(at('{"a":1}'), () => {}), { a: 1 })
  assert.deepEqual(await decode(at('{"a":"x","b":2}'), () => {}), { b: 2 })
})

/** Holds values to a schema that lets none be null. */
function decoderBySchema(action: NonNullable<SchemaGuardOptions['action']>) {
  const check = new SchemaCheck({ target: 'bigquery' })
  check.check({ a: 1 }, shapeOfAvro({ type: 'record', name: 'Order', fields: [{ name: 'a', type: 'int' }] }))
  const decode = withGuard(new SchemaGuard({ check, action }), ({ message }) =>
    message.value === null ? null : JSON.parse(String(message.value)),
  )
  const events: DecodeEvent[] = []
  const decoded = (value: Buffer | null) =>
    decode({ topic: 't', partition: 0, message: recordAt(0, '', { value }) }, event => events.push(event))
  return { decoded, events }
}

for (const action of ['report', 'drop', 'park'] as const) {
  test(`a record without a value deletes its key, and is held to no schema: ${action}`, async () => {
    const { decoded, events } = decoderBySchema(action)
    assert.equal(await decoded(null), null)
    assert.deepEqual(events, [])
  })
}

test('a value that says null is held to it', async () => {
  const { decoded, events } = decoderBySchema('park')
  await assert.rejects(async () => decoded(Buffer.from('null')), SchemaViolation)
  assert.equal(events.length, 1)
})
