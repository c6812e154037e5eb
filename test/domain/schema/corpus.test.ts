import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DROP_REASONS, type DropReason } from '../../../src/domain/schema/drop.ts'
import { SchemaCheck } from '../../../src/domain/schema/schema-check.ts'
import { corpusOf } from './corpus.ts'

/** Dropped fields, and records that lose some, of 500 generated payloads. */
const KNOWN: Readonly<Record<DropReason, readonly [fields: number, records: number]>> = {
  case_collision: [1851, 447],
  name_collision: [1851, 447],
  type_flip: [1088, 453],
  missing_required: [1111, 448],
  null_violation: [1105, 447],
}

for (const reason of DROP_REASONS) {
  test(`500 payloads, ${reason}: the fields that were damaged and no others, each once`, () => {
    const { target, shape, first, payloads } = corpusOf(reason, 500)
    const check = new SchemaCheck({ target })
    assert.deepEqual(check.check(first, shape), [])
    let fields = 0
    let records = 0
    for (const { value, drops } of payloads) {
      const found = check.check(value, shape)
      assert.deepEqual(found.map(drop => drop.field).sort(), drops)
      assert.ok(found.every(drop => drop.reason === reason))
      fields += found.length
      records += found.length > 0 ? 1 : 0
    }
    assert.deepEqual([fields, records], KNOWN[reason])
  })
}
