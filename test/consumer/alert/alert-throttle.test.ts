import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Alert, AlertOutcome, AlertSink, SentAlert } from '../../../src/consumer/core/alert/alert.ts'
import { AlertThrottle } from '../../../src/consumer/core/alert/alert-throttle.ts'
import type { AlertThrottleOptions } from '../../../src/consumer/core/alert/alert-throttle-options.ts'
import { ManualTime, settle } from '../resilient/manual-time.ts'
import { MemoryStore } from './memory-store.ts'

const MINUTE = 60_000
const LAG: Alert = {
  name: 'LagHigh',
  severity: 'critical',
  summary: '120,000 behind',
  labels: { topic: 'orders' },
}

interface Sent extends Pick<SentAlert, 'name' | 'suppressed'> {
  readonly minute: number
}

/** A throttle on a time of its own with a sink that remembers, and fails or hangs on command. */
function throttled(options: Partial<AlertThrottleOptions> = {}, time = new ManualTime()) {
  const sent: Sent[] = []
  const outcomes: [string, AlertOutcome, number][] = []
  const lines: string[] = []
  const sink: AlertSink & { answer: 'take' | 'fail' | 'hang' } = {
    name: 'memory',
    answer: 'take',
    async send({ name, suppressed }, signal) {
      if (sink.answer === 'fail') throw new Error('HTTP 500')
      if (sink.answer === 'hang') {
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
      }
      sent.push({ name, suppressed, minute: time.monotonic() / MINUTE })
    },
  }
  const write = (fields: object, text: string) => void lines.push(`${text} ${JSON.stringify(fields)}`)
  const throttle = new AlertThrottle({
    sinks: [sink],
    time,
    log: { debug: write, info: write, warn: write, error: write },
    onOutcome: (...outcome) => void outcomes.push(outcome),
    ...options,
  })
  const raise = (times: number, alert: Alert = LAG) =>
    Promise.all(Array.from({ length: times }, () => throttle.raise(alert)))
  return { throttle, time, sink, sent, outcomes, lines, raise }
}

describe('an alert throttle by itself', () => {
  it('lets the same alert through once in its cool-down, and tells then how many it has held back', async () => {
    const { raise, sent, time } = throttled()
    await raise(10_000)
    await time.advance(MINUTE - 1)
    await raise(1)
    assert.deepEqual(sent, [{ name: 'LagHigh', suppressed: 0, minute: 0 }])
    await time.advance(1)
    await raise(3)
    assert.deepEqual(sent.slice(1), [{ name: 'LagHigh', suppressed: 10_000, minute: 1 }])
    await time.advance(10 * MINUTE)
    await raise(1)
    assert.deepEqual(sent.slice(2), [{ name: 'LagHigh', suppressed: 2, minute: 11 }])
  })

  it('holds back for longer what is less severe', async () => {
    const { raise, sent, time } = throttled()
    for (let minute = 0; minute < 41; minute++) {
      for (const severity of ['critical', 'warning', 'low'] as const) {
        await raise(1, { ...LAG, name: severity, severity })
      }
      await time.advance(MINUTE)
    }
    const minutesOf = (name: string) => sent.filter(each => each.name === name).map(each => each.minute)
    assert.equal(minutesOf('critical').length, 41)
    assert.deepEqual(minutesOf('warning'), [0, 5, 10, 15, 20, 25, 30, 35, 40])
    assert.deepEqual(minutesOf('low'), [0, 20, 40])
  })

  it('takes cool-downs of its user', async () => {
    const { raise, sent, time } = throttled({ coolDownMs: { critical: 1_000 } })
    await raise(2)
    await time.advance(1_000)
    await raise(2)
    assert.equal(sent.length, 2)
  })

  it('tells alerts apart by name, severity and labels, and not by their text or the order of labels', async () => {
    const { raise, sent } = throttled()
    await raise(1)
    await raise(1, { ...LAG, summary: '130,000 behind', description: 'since 10:00' })
    await raise(1, { ...LAG, labels: { topic: 'orders', partition: '1' } })
    await raise(1, { ...LAG, labels: { partition: '1', topic: 'orders' } })
    await raise(1, { ...LAG, severity: 'warning' })
    await raise(1, { ...LAG, name: 'LagHigh2' })
    assert.deepEqual(
      sent.map(({ name }) => name),
      ['LagHigh', 'LagHigh', 'LagHigh', 'LagHigh2'],
    )
  })

  it('tries again soon what no sink has taken, and forgets no count', async () => {
    const { raise, sent, sink, time, lines } = throttled()
    sink.answer = 'fail'
    assert.deepEqual(await raise(3), ['failed', 'suppressed', 'suppressed'])
    assert.deepEqual(lines, [
      'a sink has not taken an alert {"alert":"LagHigh","severity":"critical","sink":"memory","reason":"HTTP 500"}',
    ])
    await time.advance(9_999)
    assert.deepEqual(await raise(1), ['suppressed'])
    sink.answer = 'take'
    await time.advance(1)
    assert.deepEqual(await raise(1), ['sent'])
    assert.deepEqual(sent, [{ name: 'LagHigh', suppressed: 3, minute: 1 / 6 }])
  })

  it('counts as sent what one of several sinks has taken', async () => {
    const taken: string[] = []
    const good: AlertSink = { name: 'good', send: async ({ name }) => void taken.push(name) }
    const bad: AlertSink = {
      name: 'bad',
      send: () => {
        throw new Error('at once')
      },
    }
    const { raise } = throttled({ sinks: [bad, good] })
    assert.deepEqual(await raise(2), ['sent', 'suppressed'])
    assert.deepEqual(taken, ['LagHigh'])
  })

  it('waits for no sink beyond its deadline', async () => {
    const { raise, sink, time } = throttled({ sinkTimeoutMs: 2_000 })
    sink.answer = 'hang'
    const raised = raise(2)
    await time.advance(1_999)
    let isDone = false
    void raised.then(() => {
      isDone = true
    })
    await settle()
    assert.equal(isDone, false)
    await time.advance(1)
    assert.deepEqual(await raised, ['failed', 'suppressed'])
    assert.equal(time.pending, 0)
  })

  it('sends no more than so many at a time', async () => {
    const { raise, sink, time, throttle } = throttled({ mostInFlight: 2 })
    sink.answer = 'hang'
    const raised = ['a', 'b', 'c', 'a'].map(name => throttle.raise({ ...LAG, name }))
    assert.equal(await raised[2], 'failed')
    assert.equal(await raised[3], 'suppressed')
    await time.advance(10_000)
    assert.deepEqual(await Promise.all(raised), ['failed', 'failed', 'failed', 'suppressed'])
    sink.answer = 'take'
    assert.deepEqual(await raise(1), ['sent'])
  })

  it('remembers so many alerts, and forgets the oldest', async () => {
    const { throttle } = throttled({ mostAlerts: 2 })
    const outcomes: AlertOutcome[] = []
    for (const name of ['a', 'b', 'c', 'b', 'c', 'a']) outcomes.push(await throttle.raise({ ...LAG, name }))
    assert.deepEqual(outcomes, ['sent', 'sent', 'sent', 'suppressed', 'suppressed', 'sent'])
  })

  it('tells every outcome, each severity at 0 first; a listener that throws breaks nothing', async () => {
    const { raise, outcomes } = throttled()
    await raise(2)
    assert.deepEqual(outcomes, [
      ['critical', 'sent', 0],
      ['warning', 'sent', 0],
      ['low', 'sent', 0],
      ['critical', 'suppressed', 1],
      ['critical', 'sent', 1],
    ])
    const broken = throttled({
      onOutcome: () => {
        throw new Error('no')
      },
    })
    assert.deepEqual(await broken.raise(1), ['sent'])
  })

  it('lets what is being sent end when it is stopped, and nothing more through', async () => {
    const { raise, sink, time, throttle, sent } = throttled()
    sink.answer = 'hang'
    const raised = raise(1)
    await settle()
    const stopped = throttle.stop()
    assert.equal(await throttle.raise({ ...LAG, name: 'late' }), 'failed')
    await time.advance(10_000)
    await stopped
    assert.deepEqual([await raised, sent, time.pending], [['failed'], [], 0])
  })

  it('takes labels as JavaScript hands them over: null, numbers, a BigInt', async () => {
    const labels: unknown[] = []
    const sink: AlertSink = {
      name: 'json',
      send: async alert => void labels.push(JSON.stringify(alert.labels)),
    }
    const { raise } = throttled({ sinks: [sink] })
    for (const odd of [null, { offset: 7n, partition: 3 }]) {
      assert.deepEqual(await raise(2, { ...LAG, labels: odd as never }), ['sent', 'suppressed'])
    }
    assert.deepEqual(labels, ['{}', '{"offset":"7","partition":"3"}'])
  })

  it('says that an alert failed that cannot be told from others, and never rejects', async () => {
    const { raise, outcomes, lines } = throttled()
    assert.deepEqual(await raise(1, { ...LAG, name: 7n as never }), ['failed'])
    assert.deepEqual(outcomes.at(-1), ['critical', 'failed', 1])
    assert.match(lines.join(), /an alert cannot be raised .*BigInt/)
  })

  it('takes any error of a sink', async () => {
    const send = () => Promise.reject(Object.assign(new Error('a'), { message: { code: 1 } }))
    const { raise } = throttled({ sinks: [{ name: 'odd', send }] })
    assert.deepEqual(await raise(1), ['failed'])
  })
})

describe('alert throttles that share a store', () => {
  function five(options: Partial<AlertThrottleOptions> = {}) {
    const time = new ManualTime()
    const store = new MemoryStore(time)
    const all = Array.from({ length: 5 }, () => throttled({ store, ...options }, time))
    const sent = () => all.flatMap(each => each.sent)
    return { time, store, all, sent }
  }

  it('let the same alert through once, and tell what all of them have held back', async () => {
    const { time, store, all, sent } = five()
    for (let i = 0; i < 2_000; i++) for (const { raise } of all) await raise(1)
    assert.deepEqual(sent(), [{ name: 'LagHigh', suppressed: 0, minute: 0 }])
    await time.advance(2_000)
    assert.ok(store.asked < 20, `${store.asked} questions`)
    await time.advance(MINUTE)
    for (const { raise } of all) await raise(1)
    assert.deepEqual(
      sent().map(({ suppressed }) => suppressed),
      [0, 9_999],
    )
  })

  it('go by the cool-down of who has sent it', async () => {
    const { time, all, sent } = five()
    await all[0]!.raise(1)
    await time.advance(MINUTE - 1_000)
    assert.deepEqual(await all[1]!.raise(1), ['suppressed'])
    await time.advance(1_000)
    assert.deepEqual(await all[1]!.raise(1), ['sent'])
    assert.equal(sent().at(-1)?.suppressed, 1)
  })

  it('let it through once each while the store is away, and again together when it is back', async () => {
    const { time, store, all, sent } = five()
    store.isAway = true
    for (const { raise } of all) await raise(100)
    assert.equal(sent().length, 5)
    // Each has asked once, and asks no more for a while.
    assert.equal(store.asked, 5)
    assert.deepEqual(all[0]!.lines, [
      'the store of alerts is away: each process holds back by itself {"reason":"Connection is closed."}',
    ])
    store.isAway = false
    await time.advance(MINUTE)
    for (const { raise } of all) await raise(1)
    assert.equal(sent().length, 6)
    assert.equal(all[0]!.lines.at(-1), 'the store of alerts is back: processes hold back together {}')
    // The first has told its own count; those of the others are told with the next.
    assert.deepEqual(
      all.flatMap(each => each.sent.map(({ suppressed }) => suppressed)),
      [0, 99, 0, 0, 0, 0],
    )
  })

  it('do not wait for a store that does not answer', async () => {
    const time = new ManualTime()
    const never = () => new Promise<never>(() => {})
    const store = { claim: never, shorten: never, countSuppressed: never }
    const { raise, sent } = throttled({ store }, time)
    const raised = raise(2)
    await time.advance(500)
    assert.deepEqual(await raised, ['sent', 'suppressed'])
    assert.deepEqual(await raise(1, { ...LAG, name: 'another' }), ['sent'])
    assert.equal(sent.length, 2)
  })

  it('give a claim up that no sink has taken', async () => {
    const { time, all, sent } = five()
    all[0]!.sink.answer = 'fail'
    assert.deepEqual(await all[0]!.raise(1), ['failed'])
    assert.deepEqual(await all[1]!.raise(1), ['suppressed'])
    await time.advance(10_000)
    assert.deepEqual(await all[1]!.raise(1), ['sent'])
    assert.equal(sent().at(-1)?.suppressed, 1)
  })

  for (const when of ['before', 'after'] as const)
    it(`give a claim up that is made ${when} no sink has taken the alert, and late: the client kept it`, async () => {
      const { time, store, all, sent } = five()
      Object.assign(store, { isAway: true, doesQueue: true })
      all[0]!.sink.answer = when === 'before' ? 'hang' : 'fail'
      const raised = all[0]!.raise(1)
      await time.advance(1_000)
      store.back()
      await time.advance(10_000)
      assert.deepEqual(await raised, ['failed'])
      await time.advance(10_000)
      assert.deepEqual(await all[1]!.raise(1), ['sent'])
      assert.equal(sent().length, 1)
    })

  it('hold back by a claim that is made late, where the alert was sent', async () => {
    const { time, store, all } = five()
    Object.assign(store, { isAway: true, doesQueue: true })
    const raised = all[0]!.raise(1)
    await time.advance(1_000)
    assert.deepEqual(await raised, ['sent'])
    store.back()
    await time.advance(30_000)
    assert.deepEqual(await all[1]!.raise(1), ['suppressed'])
  })

  it('tell what they have held back when they are stopped', async () => {
    const { time, all } = five()
    await all[0]!.raise(5)
    await all[0]!.throttle.stop()
    await time.advance(MINUTE)
    await all[1]!.raise(1)
    assert.equal(all[1]!.sent[0]?.suppressed, 4)
  })
})
