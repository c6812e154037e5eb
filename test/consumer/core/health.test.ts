import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHealth } from '../../../src/consumer/core/health.ts'
import { fakeProgress, STUCK } from '../../fakes/progress-view.ts'

const well = (name: string) => ({ name, run: () => {} })
const ill = (name: string, reason: string) => ({ name, run: () => Promise.reject(new Error(reason)) })

test('liveness is that of all consumers, and names what stands', () => {
  const [orders, returns] = [fakeProgress(), fakeProgress('returns')]
  const health = createHealth({ consumers: [orders, returns], checks: [ill('postgres', 'down')] })
  assert.deepEqual(health.livez(), { ok: true, body: { status: 'pass', faults: [], faultCount: 0 } })
  returns.faults = [STUCK]
  assert.deepEqual(health.livez(), {
    ok: false,
    body: {
      status: 'fail',
      faults: [
        {
          reason: 'stalled',
          group: 'returns',
          topic: 'orders',
          partition: 3,
          offset: 1907,
          lag: 40,
          forSeconds: 312.3,
          thresholdSeconds: 300,
          message: 'orders/3 stands at offset 1907 for 312 s with 40 records waiting',
        },
      ],
      faultCount: 1,
    },
  })
})

test('of many faults a hundred are told, those of the longest time first', () => {
  const orders = fakeProgress()
  orders.faults = Array.from({ length: 250 }, (_, partition) => ({
    ...STUCK,
    partition,
    forMs: partition * 1_000,
  }))
  const { body } = createHealth({ consumers: [orders] }).livez()
  assert.deepEqual(
    [body.faults.length, body.faults[0]?.partition, body.faults[99]?.partition, body.faultCount],
    [100, 249, 150, 250],
  )
})

test('ready takes every check and every group', async () => {
  const orders = fakeProgress()
  orders.joined = false
  const checks = [well('kafka'), ill('postgres', 'down')]
  const health = createHealth({ consumers: [orders], checks, clock: () => 0 })
  assert.deepEqual(await health.readyz(), {
    ok: false,
    body: {
      status: 'fail',
      checks: [
        { name: 'group orders-billing', ok: false, reason: 'has not joined its group', ageSeconds: 0 },
        { name: 'kafka', ok: true, reason: null, ageSeconds: 0 },
        { name: 'postgres', ok: false, reason: 'down', ageSeconds: 0 },
      ],
    },
  })
})

test('a stuck consumer is ready: its traffic is not the worse for it', async () => {
  const orders = fakeProgress()
  orders.faults = [STUCK]
  assert.equal((await createHealth({ consumers: [orders] }).readyz()).ok, true)
})

test('a process that shuts down is alive and no longer ready, without asking anybody', async () => {
  const health = createHealth({ consumers: [fakeProgress()], clock: () => 0 })
  health.shuttingDown()
  assert.equal(health.livez().ok, true)
  assert.deepEqual((await health.readyz()).body.checks[0], {
    name: 'shutdown',
    ok: false,
    reason: 'this process is shutting down',
    ageSeconds: 0,
  })
})

test('the start is over once each consumer has joined, and stays so', () => {
  const [orders, returns] = [fakeProgress(), fakeProgress('returns')]
  orders.joined = false
  returns.joined = false
  const health = createHealth({ consumers: [orders, returns] })
  assert.equal(health.startupz().ok, false)
  orders.joined = true
  assert.deepEqual(health.startupz().body, {
    status: 'fail',
    checks: [
      { name: 'group orders-billing', ok: true, reason: null, ageSeconds: 0 },
      { name: 'group returns', ok: false, reason: 'has not joined its group', ageSeconds: 0 },
    ],
  })
  orders.joined = false
  returns.joined = true
  assert.deepEqual(health.startupz(), { ok: true, body: { status: 'pass', checks: [] } })
  returns.joined = false
  assert.equal(health.startupz().ok, true)
})

test('one that joined and crashed while nobody asked has started', () => {
  const orders = fakeProgress()
  orders.joined = false
  const health = createHealth({ consumers: [orders] })
  orders.turn()
  assert.equal(health.startupz().ok, false)
  orders.joined = true
  orders.turn()
  orders.joined = false
  assert.equal(health.startupz().ok, true)
})

test('a service may end its start by itself', () => {
  const orders = fakeProgress()
  orders.joined = false
  const health = createHealth({ consumers: [orders] })
  health.started()
  assert.equal(health.startupz().ok, true)
})

test('checks are asked for by name; progress is liveness', async () => {
  const orders = fakeProgress()
  orders.faults = [STUCK]
  const health = createHealth({ consumers: [orders], checks: [well('postgres')], clock: () => 0 })
  assert.deepEqual(health.checkNames, ['progress', 'group orders-billing', 'postgres'])
  assert.deepEqual(await health.check(['progress', 'postgres']), [
    { name: 'progress', ok: false, reason: STUCK.message, ageMs: 0 },
    { name: 'postgres', ok: true, reason: null, ageMs: 0 },
  ])
  await assert.rejects(health.check(['redis']), {
    message: 'got the check "redis", expected one of progress, group orders-billing, postgres',
  })
})

test('two consumers of one group are one check, which both have to pass', async () => {
  const [one, other] = [fakeProgress(), fakeProgress()]
  other.joined = false
  const health = createHealth({ consumers: [one, other] })
  assert.deepEqual(health.checkNames, ['progress', 'group orders-billing'])
  assert.equal((await health.readyz()).ok, false)
})

test('what was answered last is remembered for metrics, and is not ready once it shuts down', async () => {
  let reason: Error | null = null
  const run = () => {
    if (reason !== null) throw reason
  }
  const world = { now: 0 }
  const health = createHealth({ checks: [{ name: 'postgres', run }], clock: () => world.now })
  assert.equal(health.lastReady(), null)
  await health.readyz()
  assert.equal(health.lastReady(), true)
  reason = new Error('down')
  world.now = 60_000
  assert.equal(health.lastReady(), true)
  await health.readyz()
  assert.equal(health.lastReady(), false)
})

test('not ready at once where it shuts down, asked before or not', async () => {
  const health = createHealth({})
  await health.readyz()
  health.shuttingDown()
  assert.equal(health.lastReady(), false)
  const unasked = createHealth({})
  unasked.shuttingDown()
  assert.equal(unasked.lastReady(), false)
})
