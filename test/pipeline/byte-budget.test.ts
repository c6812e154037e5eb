import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ByteBudget } from '../../src/pipeline/byte-budget.ts'

it('lets so many bytes through in a second, one poll in advance, and takes back what was too much', () => {
  const budget = new ByteBudget(1_000, 15_000)
  assert.equal(budget.available(0), 15_000)
  budget.spend(20_000)
  assert.equal(budget.available(4_000), 0)
  assert.equal(budget.available(15_000), 10_000)
  assert.equal(budget.available(600_000), 15_000)
  // A clock that was set back adds nothing and takes nothing.
  budget.spend(5_000)
  assert.equal(budget.available(0), 10_000)
})
