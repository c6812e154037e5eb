import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rateLimiter } from '../../../src/http/access/rate-limit.ts'

test('a burst, then one for each interval', () => {
  let now = 1_000
  const admit = rateLimiter(() => now)
  const limit = { intervalMs: 100, burst: 2 }
  assert.deepEqual([admit(limit), admit(limit), admit(limit)], [true, true, false])
  now += 99
  assert.equal(admit(limit), false)
  now += 1
  assert.deepEqual([admit(limit), admit(limit)], [true, false])
  now += 100_000
  assert.deepEqual([admit(limit), admit(limit), admit(limit)], [true, true, false])
})

test('no limit, another one, and a clock that is set back', () => {
  let now = 1_000
  const admit = rateLimiter(() => now)
  for (let i = 0; i < 5; i++) assert.equal(admit(null), true)
  assert.equal(admit({ intervalMs: 100, burst: 1 }), true)
  assert.equal(admit({ intervalMs: 100, burst: 1 }), false)
  assert.equal(admit({ intervalMs: 100, burst: 2 }), true)
  now -= 500
  assert.equal(admit({ intervalMs: 100, burst: 2 }), true)
  assert.equal(admit({ intervalMs: 100, burst: 2 }), false)
})
