import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SlowClock } from '../../../src/kafka/reader/slow-clock.ts'
import { toEnd } from '../../../src/model/steps.ts'

const items = (count: number) => Array.from({ length: count }, (_, i) => `item-${i}`)

function poll(clock: SlowClock, all: readonly string[], now: number, isUrgent?: (item: string) => boolean) {
  const taken = toEnd(clock.take(all, now, isUrgent))
  for (const item of taken) clock.asked(item, now)
  return taken
}

test('few items come all together, once in the period', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 1_000 })
  const counts = [0, 15_000, 30_000, 45_000, 60_000, 75_000].map(now => poll(clock, items(50), now).length)
  assert.deepEqual(counts, [50, 0, 0, 0, 50, 0])
})

test('a poll that comes a little early does not put them off', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 1_000 })
  poll(clock, items(3), 0)
  assert.equal(poll(clock, items(3), 59_990).length, 3)
})

test('of many items each poll takes its share, every one within the period and a poll', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 2_000 })
  const all = items(10_000)
  const last = new Map<string, number>()
  let longest = 0
  const sizes: number[] = []
  for (let now = 0; now <= 600_000; now += 15_000) {
    const taken = poll(clock, all, now)
    sizes.push(taken.length)
    for (const item of taken) {
      if (now > 150_000) longest = Math.max(longest, now - last.get(item)!)
      last.set(item, now)
    }
  }
  assert.equal(last.size, 10_000)
  // New ones come in bursts; from then on no poll takes more than its share and a quarter.
  assert.deepEqual(sizes.slice(0, 4), [2_000, 2_000, 2_000, 2_000])
  assert.ok(Math.max(...sizes.slice(8)) <= 3_125, `${sizes}`)
  assert.ok(longest <= 75_000, `${longest}`)
})

test('what is urgent or new does not wait; what was not answered comes again', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 1_000 })
  poll(clock, ['a', 'b'], 0)
  assert.deepEqual(toEnd(clock.take(['a', 'b', 'c'], 15_000, item => item === 'b')), ['b', 'c'])
  clock.asked('b', 15_000)
  assert.deepEqual(toEnd(clock.take(['a', 'b', 'c'], 30_000)), ['c'])
})

test('what is gone is forgotten: when it is back it is new', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 1_000 })
  poll(clock, ['a', 'b'], 0)
  assert.deepEqual(poll(clock, ['a'], 1_000), [])
  assert.deepEqual(poll(clock, ['a', 'b'], 2_000), ['b'])
})

test('a clock that was set back does not silence it', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 100, burst: 1_000 })
  poll(clock, ['a'], 1_000_000)
  assert.deepEqual(poll(clock, ['a'], 500_000), ['a'])
})

test('what was not answered is still the first to be asked for again', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 2, burst: 1_000 })
  poll(clock, items(8), 0)
  const share = toEnd(clock.take(items(8), 60_000))
  assert.equal(share.length, 8)
  for (const item of share.slice(1)) clock.asked(item, 60_000)
  assert.deepEqual(toEnd(clock.take(items(8), 75_000)), ['item-0'])
  assert.deepEqual(toEnd(clock.take(['item-9', ...items(8)], 75_000)), ['item-9', 'item-0'])
})

test('thirty thousand items are gone through in steps, and those not due not at all', () => {
  const clock = new SlowClock({ everyMs: 60_000, batch: 1_000, burst: 50_000 })
  const all = items(30_000)
  const stepsOf = (now: number) => {
    const steps = clock.take(all, now)
    for (let count = 1; ; count++) {
      const { done, value } = steps.next()
      if (!done) continue
      for (const item of value) clock.asked(item, now)
      return [value.length, count]
    }
  }
  assert.deepEqual(stepsOf(0), [30_000, 29])
  assert.deepEqual(stepsOf(15_000), [0, 1])
  assert.deepEqual(stepsOf(60_000), [28_125, 14])
})
