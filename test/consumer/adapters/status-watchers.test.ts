import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import type { WatchCall } from '../../../src/consumer/adapters/grpc-health-service.ts'
import { StatusWatchers } from '../../../src/consumer/adapters/status-watchers.ts'

class FakeCall extends EventEmitter implements WatchCall {
  readonly request: { readonly service: string }
  readonly seen: string[] = []
  cancelled = false
  hasEnded = false
  /** Whether it reads as fast as it is written to. */
  isFast = true

  constructor(service = 'shop.Orders') {
    super()
    this.request = { service }
  }
  write({ status }: { status: string }): boolean {
    this.seen.push(status)
    return this.isFast
  }
  end(): void {
    this.hasEnded = true
  }
}

function watched(...calls: FakeCall[]): StatusWatchers {
  const watchers = new StatusWatchers()
  for (const call of calls) watchers.add(call)
  return watchers
}

test('each is told of its own service, and of changes alone', () => {
  const [orders, prices] = [new FakeCall(), new FakeCall('shop.Prices')]
  const watchers = watched(orders, prices)
  assert.deepEqual(watchers.services(), ['shop.Orders', 'shop.Prices'])
  for (const status of ['SERVING', 'SERVING', 'NOT_SERVING', 'NOT_SERVING', 'SERVING'] as const) {
    watchers.tell('shop.Orders', status)
  }
  assert.deepEqual([orders.seen, prices.seen], [['SERVING', 'NOT_SERVING', 'SERVING'], []])
})

test('one that reads slowly is told the last status, once it reads again', () => {
  const slow = new FakeCall()
  slow.isFast = false
  const watchers = watched(slow)
  for (let flip = 0; flip < 1_000; flip++) {
    watchers.tell('shop.Orders', 'SERVING')
    watchers.tell('shop.Orders', 'NOT_SERVING')
  }
  assert.deepEqual(slow.seen, ['SERVING'])
  slow.emit('drain')
  assert.deepEqual(slow.seen, ['SERVING', 'NOT_SERVING'])
})

test('one that was told what it knows once it reads again is told nothing', () => {
  const slow = new FakeCall()
  slow.isFast = false
  const watchers = watched(slow)
  for (const status of ['SERVING', 'NOT_SERVING', 'SERVING'] as const) watchers.tell('shop.Orders', status)
  slow.emit('drain')
  assert.deepEqual(slow.seen, ['SERVING'])
})

for (const event of ['cancelled', 'close', 'error']) {
  test(`a call that is over is forgotten: ${event}`, () => {
    const call = new FakeCall()
    const watchers = watched(call)
    call.emit(event)
    watchers.tell('shop.Orders', 'SERVING')
    assert.deepEqual([watchers.size, call.seen], [0, []])
  })
}

test('the end ends all calls', () => {
  const calls = [new FakeCall(), new FakeCall('shop.Prices')]
  const watchers = watched(...calls)
  watchers.end()
  assert.deepEqual([calls.map(call => call.hasEnded), watchers.size], [[true, true], 0])
})
