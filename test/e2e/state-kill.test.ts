import assert from 'node:assert/strict'
import { readdirSync, watch } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type ServingCommand, startServing } from './command.ts'
import { type Metrics, parseMetrics } from './metrics-text.ts'
import { EVENTS, startMovingCluster } from './moving-cluster.ts'
import { RestartInvariants } from './restart-invariants.ts'

/** Each lane has a cluster, an exporter and a state file of its own; all lanes run at once. */
const LANES = 3

/** Deterministic, so that a failure can be had again: Park and Miller's generator. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Null while it does not answer, or not to the end: that is what being killed looks like. */
async function tryScrape(url: string): Promise<Metrics | null> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })
    return parseMetrics(await answer.text())
  } catch {
    return null
  }
}

/** When a life ends: soon after it began, at a step of writing the state, or some time after it was first seen. */
const KILLS = ['early', 'writing', 'seen'] as const
const ROUNDS = 3

async function killSometime(
  exporter: ServingCommand,
  when: (typeof KILLS)[number],
  { dir, random, seen }: { dir: string; random: () => number; seen: Promise<void> },
): Promise<void> {
  const kill = () => exporter.signal('SIGKILL')
  if (when === 'writing') {
    // Each save is some three or four changes of the directory.
    let steps = 1 + Math.floor(random() * 14)
    const watcher = watch(dir, () => --steps === 0 && kill())
    await exporter.exited
    watcher.close()
    return
  }
  if (when === 'seen') await seen
  await pause(random() * 1_500)
  kill()
  await exporter.exited
}

async function runLane(lane: number): Promise<{ kills: number; expositions: number; violations: string[] }> {
  const random = randomFrom(1_000 + lane)
  const cluster = await startMovingCluster(random)
  const dir = ownDirectory('state')
  const flags = [
    `--kafka.brokers=${cluster.brokers}`,
    '--poll.interval=1s',
    `--state.file=${join(dir, 'state')}`,
    '--metrics.families.include=kafka_consumergroup_offset_advance_timestamp_seconds',
  ]
  const invariants = new RestartInvariants(cluster)
  const start = () => startServing(flags)
  let exporter = await start()
  let kills = 0
  try {
    const look = async (holds: (metrics: Metrics) => boolean) => {
      const metrics = await tryScrape(exporter.url)
      if (metrics !== null) invariants.check(metrics)
      return metrics !== null && holds(metrics)
    }
    await waitUntil('the first poll', () => look(metrics => metrics.value('kafka_up') === 1))
    cluster.begin()
    for (let round = 0; round < ROUNDS; round++) {
      for (const when of KILLS) {
        let markSeen = () => {}
        const seen = new Promise<void>(resolve => {
          markSeen = resolve
        })
        const killed = killSometime(exporter, when, { dir, random, seen })
        while (exporter.child.exitCode === null && exporter.child.signalCode === null) {
          if (await look(metrics => metrics.value('kafka_up') === 1)) markSeen()
          await pause(30)
        }
        await killed
        kills++
        exporter = await start()
      }
    }
    cluster.finish()
    const rewinds = (metrics: Metrics) =>
      metrics.all('kafka_consumergroup_rewinds_total').filter(sample => sample.value === 1).length
    await waitUntil('everything that happened is exposed', () =>
      look(metrics => rewinds(metrics) === EVENTS && invariants.advances.size === EVENTS),
    )
    assert.ok(readdirSync(dir).length <= 1 + kills, 'a kill leaves one unfinished file at most')
    return { kills, expositions: invariants.expositions, violations: invariants.violations }
  } finally {
    await exporter.end()
    await cluster.close()
    removeOwnDirectory(dir)
  }
}

test('kill -9 at any instant loses and doubles nothing that was ever exposed', async () => {
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane)))
  assert.deepEqual(
    lanes.map(({ kills, violations }) => ({ kills, violations })),
    lanes.map(() => ({ kills: ROUNDS * KILLS.length, violations: [] })),
  )
  assert.ok(lanes.every(({ expositions }) => expositions > ROUNDS))
})
