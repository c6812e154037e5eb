import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SerdesCache } from '../../../src/consumer/core/serdes/serdes-cache.ts'
import { ManualTime } from '../resilient/manual-time.ts'

test('however many ask at a time, it is loaded once, and kept', async () => {
  let loads = 0
  let answer = (_: string) => {}
  const cache = new SerdesCache<number, string>({
    load: () => {
      loads++
      return new Promise(resolve => (answer = resolve))
    },
    time: new ManualTime(),
  })
  const asked = Array.from({ length: 100 }, () => cache.get(7))
  assert.equal(cache.peek(7), undefined)
  answer('seven')
  assert.deepEqual(new Set(await Promise.all(asked)), new Set(['seven']))
  assert.equal(await cache.get(7), 'seven')
  assert.equal(cache.peek(7), 'seven')
  assert.equal(loads, 1)
})

test('of too many, those go that were used longest ago', async () => {
  const loads: number[] = []
  const cache = new SerdesCache<number, number>({
    load: async id => {
      loads.push(id)
      return id * 10
    },
    max: 2,
    time: new ManualTime(),
  })
  await cache.get(1)
  await cache.get(2)
  assert.equal(cache.peek(1), 10)
  await cache.get(3)
  assert.equal(cache.size, 2)
  assert.deepEqual([cache.peek(1), cache.peek(2), cache.peek(3)], [10, undefined, 30])
  await cache.get(2)
  assert.deepEqual(loads, [1, 2, 3, 2])
})

test('what has failed is left alone, ever longer, and by itself', async () => {
  const time = new ManualTime()
  let loads = 0
  let isAway = true
  const cache = new SerdesCache<string, string>({
    load: async key => {
      if (key === 'other') return 'fine'
      loads++
      if (isAway) throw new Error(`away ${loads}`)
      return 'back'
    },
    time,
  })
  const fails = (message: string) => assert.rejects(cache.get('a'), { message })
  await fails('away 1')
  await time.advance(999)
  await fails('away 1')
  assert.equal(await cache.get('other'), 'fine')
  await time.advance(1)
  await fails('away 2')
  await time.advance(1_999)
  await fails('away 2')
  isAway = false
  await time.advance(1)
  assert.equal(await cache.get('a'), 'back')
  assert.equal(loads, 3)
})

test('a load has a deadline, and its signal tells it', async () => {
  const time = new ManualTime()
  let signal: AbortSignal | undefined
  const cache = new SerdesCache<number, string>({
    load: (_, given) => {
      signal = given
      return new Promise(() => {})
    },
    timeoutMs: 3_000,
    time,
  })
  const asked = assert.rejects(cache.get(1), { message: 'no answer within 3000 ms' })
  await time.advance(2_999)
  assert.equal(signal?.aborted, false)
  await time.advance(1)
  await asked
  assert.equal(signal?.aborted, true)
  assert.equal(time.pending, 0)
})

test('a load that throws before there is a promise has failed too', async () => {
  const cache = new SerdesCache<number, string>({
    load: () => {
      throw new Error('no')
    },
    time: new ManualTime(),
  })
  await assert.rejects(cache.get(1), { message: 'no' })
})

test('a key that the registry does not have is asked for again after the same time, however often', async () => {
  const time = new ManualTime()
  const asked: number[] = []
  const cache = new SerdesCache<number, string>({
    load: async () => {
      asked.push(time.monotonic())
      if (time.monotonic() >= 60_000) return 'registered'
      throw Object.assign(new Error('no schema'), { status: 404 })
    },
    time,
  })
  while (time.monotonic() < 60_000) {
    await assert.rejects(cache.get(7), { message: 'no schema' })
    await time.advance(250)
  }
  assert.equal(await cache.get(7), 'registered')
  assert.deepEqual(
    asked,
    Array.from({ length: 61 }, (_, i) => i * 1_000),
  )
})
