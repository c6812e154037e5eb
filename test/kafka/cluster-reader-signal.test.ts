import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { openReader } from './open-reader.ts'

test('a poll leaves nothing on the signal that outlives it, for its answers would live as long', async t => {
  const { signal } = new AbortController()
  const reader = await openReader(t, {
    topics: [{ name: 'orders', partitions: 1, highWatermark: [7] }],
    groups: [{ id: 'billing', commits: { orders: [1] }, coordinator: 1 }],
  })
  for (let poll = 0; poll < 3; poll++) {
    const { errors } = await reader.read(signal)
    assert.deepEqual(errors, [])
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
