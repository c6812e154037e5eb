import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchBudget } from '../../../../src/kafka/reader/heads/fetch-budget.ts'

test('counts what was promised until it is known what was read', () => {
  const budget = new FetchBudget(100)
  budget.promise(60)
  budget.promise(30)
  assert.equal(budget.left, 10)
  budget.settle(60, 5)
  assert.deepEqual([budget.left, budget.read], [65, 5])
  budget.settle(30, 200)
  assert.deepEqual([budget.left, budget.read], [0, 205])
})

test('who waits is told of every request that ends, and at once where none is under way', async () => {
  const budget = new FetchBudget(10)
  assert.equal(await budget.nextSettled(), false)
  budget.promise(10)
  const both = Promise.all([budget.nextSettled(), budget.nextSettled()])
  budget.settle(10, 1)
  assert.deepEqual(await both, [true, true])
})
