import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LagAlert, LagWatch } from '../../../src/consumer/core/lag-watch.ts'
import type { KitLog } from '../../../src/consumer/core/ports.ts'
import type { PartitionProgress } from '../../../src/consumer/core/progress.ts'
import { ManualTime } from '../resilient/manual-time.ts'

type Lags = Readonly<Record<string, readonly (number | null)[]>>

function watch(lags: () => Lags, fail: (() => unknown) | null = null, log?: KitLog) {
  const time = new ManualTime()
  const alerts: LagAlert[] = []
  const partitions = () =>
    Object.entries(lags()).flatMap(([topic, of]) =>
      of.map((lag, partition) => ({ topic, partition, lag }) as PartitionProgress),
    )
  const lagWatch = new LagWatch({
    progress: { groupId: 'billing', partitions },
    onAlert(alert) {
      alerts.push(alert)
      return fail?.()
    },
    time,
    ...(log && { log }),
  })
  return { time, alerts, lagWatch }
}

test('a lag above 100,000 is told every 30 s, and once when it is well below', async () => {
  let lags: Lags = { orders: [60_000, 40_000], clicks: [100_001] }
  const { time, alerts } = watch(() => lags)
  await time.advance(29_999)
  assert.deepEqual(alerts, [])
  await time.advance(1)
  const alert = { state: 'firing', groupId: 'billing', threshold: 100_000 }
  assert.deepEqual(alerts.splice(0), [{ ...alert, topic: 'clicks', lag: 100_001, partition: 0, forMs: 0 }])
  lags = { orders: [60_000, 50_000], clicks: [90_001] }
  await time.advance(30_000)
  assert.deepEqual(alerts.splice(0), [{ ...alert, topic: 'orders', lag: 110_000, partition: 0, forMs: 0 }])
  lags = { orders: [60_000, 70_000], clicks: [90_000] }
  await time.advance(30_000)
  assert.deepEqual(alerts.splice(0), [
    { ...alert, topic: 'orders', lag: 130_000, partition: 1, forMs: 30_000 },
    { ...alert, state: 'resolved', topic: 'clicks', lag: 90_000, partition: 0, forMs: 60_000 },
  ])
})

test('a sum over a hole is enough to fire, and never to resolve', async () => {
  let lags: Lags = { orders: [null, 200_000] }
  const { time, alerts } = watch(() => lags)
  await time.advance(30_000)
  assert.deepEqual(
    alerts.splice(0).map(({ lag }) => lag),
    [200_000],
  )
  lags = { orders: [null, 0] }
  await time.advance(30_000)
  assert.deepEqual(alerts, [])
  lags = { orders: [0, 0] }
  await time.advance(30_000)
  assert.deepEqual(
    alerts.map(({ state }) => state),
    ['resolved'],
  )
})

test('what went to another member is no longer told of, and begins anew', async () => {
  let lags: Lags = { orders: [200_000] }
  const { time, alerts } = watch(() => lags)
  await time.advance(30_000)
  lags = {}
  await time.advance(30_000)
  lags = { orders: [200_000] }
  await time.advance(30_000)
  assert.deepEqual(
    alerts.map(({ state, forMs }) => [state, forMs]),
    [
      ['firing', 0],
      ['firing', 0],
    ],
  )
})

test('an alert that cannot be given ends nothing, a stop does', async () => {
  const { time, alerts, lagWatch } = watch(
    () => ({ orders: [200_000] }),
    () => {
      throw new Error('no')
    },
  )
  await time.advance(60_000)
  assert.equal(alerts.length, 2)
  lagWatch.stop()
  await time.advance(60_000)
  assert.equal(alerts.length, 2)
  assert.equal(time.pending, 0)
})

test('an alert whose promise rejects is told of in the log, and ends no process', async () => {
  const errors: (readonly [object, string])[] = []
  const ignored = () => {}
  const error = (...line: [object, string]) => void errors.push(line)
  const log: KitLog = { debug: ignored, info: ignored, warn: ignored, error }
  const { time } = watch(
    () => ({ orders: [200_000] }),
    async () => Promise.reject(new Error('the sink is away')),
    log,
  )
  await time.advance(30_000)
  assert.deepEqual(errors, [[{ error: 'Error: the sink is away' }, 'the alert on lag could not be given']])
})
