import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { CachedCheck } from '../../../src/consumer/core/cached-check.ts'

const LIMITS = { deadlineMs: 30_000, maxAgeMs: 2_000 }

interface Attempt {
  readonly signal: AbortSignal
  readonly answer: () => void
  readonly refuse: (error: unknown) => void
}

function checked(limits = LIMITS) {
  const attempts: Attempt[] = []
  const world = { now: 0 }
  const run = (signal: AbortSignal) =>
    new Promise<void>((answer, refuse) => attempts.push({ signal, answer, refuse }))
  return { world, attempts, check: new CachedCheck({ name: 'postgres', run }, limits, () => world.now) }
}

test('whoever asks while it is asked waits for the same answer', async () => {
  const { check, attempts } = checked()
  const asked = Array.from({ length: 1_000 }, () => check.result())
  assert.equal(attempts.length, 1)
  attempts[0]?.answer()
  const answers = await Promise.all(asked)
  assert.deepEqual(answers[999], { name: 'postgres', ok: true, reason: null, ageMs: 0 })
})

test('an answer serves while it is young, well or not, and is asked for again afterwards', async () => {
  const { world, check, attempts } = checked()
  const first = check.result()
  attempts[0]?.refuse(new Error('connect ECONNREFUSED 127.0.0.1:5432'))
  await first
  world.now = 1_999
  assert.deepEqual(await check.result(), {
    name: 'postgres',
    ok: false,
    reason: 'connect ECONNREFUSED 127.0.0.1:5432',
    ageMs: 1_999,
  })
  assert.equal(attempts.length, 1)
  world.now = 2_000
  const second = check.result()
  assert.equal(attempts.length, 2)
  attempts[1]?.answer()
  assert.deepEqual(await second, { name: 'postgres', ok: true, reason: null, ageMs: 0 })
})

test('no answer within the deadline is a failure, and its signal is aborted', async () => {
  const { check, attempts } = checked({ deadlineMs: 100, maxAgeMs: 2_000 })
  assert.equal((await check.result()).reason, 'no answer within 0.1 s')
  assert.equal(attempts[0]?.signal.aborted, true)
})

test('while an attempt hangs none is added, until it is given up', async () => {
  const { world, check, attempts } = checked({ deadlineMs: 1, maxAgeMs: 2_000 })
  await check.result()
  for (const now of [2_000, 10_000, 29_999]) {
    world.now = now
    await check.result()
  }
  assert.equal((await check.result()).reason, 'no answer for 30 s')
  assert.equal(attempts.length, 1)
  world.now = 32_000
  await check.result()
  assert.equal(attempts.length, 2)
})

test('an attempt that ends late is no answer, and makes place for another one', async () => {
  const { world, check, attempts } = checked({ deadlineMs: 1, maxAgeMs: 2_000 })
  await check.result()
  attempts[0]?.answer()
  await setImmediate()
  world.now = 1_000
  assert.equal((await check.result()).ok, false)
  world.now = 2_000
  const again = check.result()
  assert.equal(attempts.length, 2)
  await again
})

test('what is thrown at once fails like what is rejected', async () => {
  const check = new CachedCheck(
    {
      name: 'disk',
      run() {
        throw new Error('no space left\nat somewhere')
      },
    },
    LIMITS,
    () => 0,
  )
  assert.equal((await check.result()).reason, 'no space left')
})

const REASONS: readonly (readonly [thrown: unknown, reason: string])[] = [
  [new Error('cannot reach postgres://me:hunter2@db:5432/orders'), 'cannot reach postgres://db:5432/orders'],
  [new AggregateError([new Error('connect ECONNREFUSED ::1:5432')]), 'connect ECONNREFUSED ::1:5432'],
  [new TypeError(), 'TypeError'],
  ['gone', 'gone'],
  [new Error('x'.repeat(1_000)), 'x'.repeat(300)],
  [Object.assign(new Error('a'), { message: { code: 1 } }), '[object Object]'],
  [Object.assign(new Error('a'), { message: 7 }), '7'],
  [Object.create(null), 'an error that cannot be shown'],
  [Object.assign(new AggregateError([]), { errors: null }), 'AggregateError'],
]

for (const [thrown, reason] of REASONS) {
  test(`the reason is one line without a password: ${reason.slice(0, 40)}`, async () => {
    const check = new CachedCheck({ name: 'x', run: () => Promise.reject(thrown) }, LIMITS, () => 0)
    assert.equal((await check.result()).reason, reason)
  })
}
