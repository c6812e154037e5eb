import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { waitUntil } from '../harness/wait-until.ts'
import { type AlertWorld, startAlertWorld } from './alerts/alert-world.ts'
import { evaluatedFor, runCases, told } from './alerts/case.ts'
import { CONSUMER_FAULTS, RETENTION_FAULTS } from './alerts/faults.ts'
import { FROM_THE_START, OUTAGES } from './alerts/outages.ts'
import { PROFILE } from './alerts/profile.ts'
import { restartEverything } from './alerts/rolling-restart.ts'
import { compare } from './alerts/table.ts'
import { isOf, toldIn } from './alerts/told.ts'

// Real brokers, exporter, Prometheus and Alertmanager, and whoever is told. `KHE_E2E=full` takes the rules, the
// exporter's settings and Alertmanager's waits as they are shipped, and most of an hour.
let world: AlertWorld
let startedAt = 0
before(async () => {
  startedAt = Date.now()
  world = await startAlertWorld()
})
after(() => world?.close())

const received = () => toldIn(world.webhooks.notifications)

test('a rolling restart of consumers and brokers tells nobody anything', async t => {
  const { prometheus } = world
  const quietFrom = Date.now()
  await waitUntil(
    'rules are evaluated',
    async () => (await prometheus.query('kafka_broker_up == 1')).length === 3,
  )
  await restartEverything(world)
  t.diagnostic(`restarts took ${Math.round((Date.now() - quietFrom) / 1_000)} s`)
  await evaluatedFor(world, PROFILE.quietSeconds)
  for (const expected of FROM_THE_START) await told(world, expected, 'firing')
  const others = received().filter(({ labels }) => !FROM_THE_START.some(expected => isOf(labels, expected)))
  assert.deepEqual(others, [])
})

test('every fault is told once to whom it concerns, and its end, and nothing else is', async t => {
  const faults = [...CONSUMER_FAULTS, ...RETENTION_FAULTS, ...OUTAGES]
  const cases = await runCases(world, faults)
  if (PROFILE.restSeconds > 0) await evaluatedFor(world, PROFILE.restSeconds)
  const { table, differences } = compare(FROM_THE_START, cases, received(), startedAt)
  for (const line of table.split('\n')) t.diagnostic(line)
  if (process.env.ALERTS_REPORT)
    writeFileSync(
      process.env.ALERTS_REPORT,
      `${table}\n\n${JSON.stringify({ received: received(), differences }, null, 2)}\n`,
    )
  assert.deepEqual(differences, [])
})
