import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sortInSteps } from '../../src/model/sort-in-steps.ts'
import { toEnd } from '../../src/model/steps.ts'

test('orders as a stable sort does, whatever the length', () => {
  const item = fc.record({ key: fc.nat({ max: 50 }), id: fc.nat() })
  const byKey = (a: { key: number }, b: { key: number }) => a.key - b.key
  fc.assert(
    fc.property(fc.array(item, { maxLength: 2_000, size: 'max' }), items => {
      const before = [...items]
      assert.deepEqual(toEnd(sortInSteps(items, byKey)), [...items].sort(byKey))
      assert.deepEqual(items, before)
    }),
    { numRuns: 50 },
  )
})

test('yields while it sorts many', () => {
  const items = Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_007)
  let yields = 0
  const steps = sortInSteps(items, (a, b) => a - b)
  let step = steps.next()
  for (; !step.done; step = steps.next()) yields++
  assert.deepEqual(
    step.value,
    [...items].sort((a, b) => a - b),
  )
  assert.ok(yields > 50)
})
