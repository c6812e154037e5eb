import assert from 'node:assert/strict'
import { readdirSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type ServingCommand, startServing } from './command.ts'
import { compileProgram } from './compiled-program.ts'
import { ALL_FAMILIES } from './lag-clock.ts'
import { type Metrics, parseMetrics } from './metrics-text.ts'
import { EVENTS, LOST, startMovingCluster } from './moving-cluster.ts'
import { RestartInvariants } from './restart-invariants.ts'

/** Each lane has a cluster, an exporter and a state file of its own; all lanes run at once. */
const LANES = 4
const KILLS_PER_LANE = 25
/** In which the things that happen are spread: some are left for the end. */
const EVENTS_MS = 60_000

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

async function killSometime(
  exporter: ServingCommand,
  when: (typeof KILLS)[number],
  { dir, random, seen }: { dir: string; random: () => number; seen: Promise<void> },
): Promise<void> {
  const kill = () => exporter.signal('SIGKILL')
  if (when === 'writing') {
    // Each save is some three or four changes of the directory.
    let steps = 1 + Math.floor(random() * 8)
    const watcher = watch(dir, () => --steps === 0 && kill())
    await exporter.exited
    watcher.close()
    return
  }
  if (when === 'seen') await seen
  await pause(random() * 1_200)
  kill()
  await exporter.exited
}

async function runLane(
  lane: number,
  program: string,
): Promise<{ kills: number; expositions: number; violations: string[]; hadClocks: boolean }> {
  const random = randomFrom(1_000 + lane)
  const cluster = await startMovingCluster(random, EVENTS_MS)
  const dir = ownDirectory('state')
  const config = ownDirectory('config')
  writeFileSync(
    join(config, 'exporter.yml'),
    `
clusters:
  - brokers: [${cluster.brokers.replaceAll(/[^,]+/g, "'$&'")}]
    poll_interval: 1s
    objectives: [{groups: ['.*'], lag_seconds: 1h, stalled_after: 1s}]
state_file: '${join(dir, 'state')}'
${ALL_FAMILIES}
`,
  )
  const invariants = new RestartInvariants(cluster)
  const start = () => startServing([`--config=${join(config, 'exporter.yml')}`], {}, program)
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
    while (kills < KILLS_PER_LANE) {
      const when = KILLS[kills % KILLS.length]!
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
    cluster.finish()
    const sum = (metrics: Metrics, name: string) =>
      metrics.all(name).reduce((total, { value }) => total + value, 0)
    const all = { advances: EVENTS, rewinds: EVENTS, lost: EVENTS * LOST, future: EVENTS }
    await waitUntil('everything that happened is exposed', () =>
      look(metrics => {
        const told = {
          advances: invariants.advances.size,
          rewinds: sum(metrics, 'kafka_consumergroup_rewinds_total'),
          lost: sum(metrics, 'kafka_consumergroup_lost_offsets_total'),
          future: sum(metrics, 'kafka_topic_future_timestamps_total'),
        }
        return isDeepStrictEqual(told, all)
      }),
    )
    assert.ok(readdirSync(dir).length <= 1 + kills, 'a kill leaves one unfinished file at most')
    const { expositions, violations, isStallKnown, keptUpSeconds } = invariants
    return { kills, expositions, violations, hadClocks: isStallKnown && keptUpSeconds > 0 }
  } finally {
    await exporter.end()
    await cluster.close()
    removeOwnDirectory(dir)
    removeOwnDirectory(config)
  }
}

test(`kill -9 at ${LANES * KILLS_PER_LANE} random instants loses and doubles nothing that was ever exposed`, async () => {
  const { dir, main } = await compileProgram()
  try {
    const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => runLane(lane, main)))
    assert.deepEqual(
      lanes.map(({ kills, violations }) => ({ kills, violations })),
      lanes.map(() => ({ kills: KILLS_PER_LANE, violations: [] })),
    )
    // On a slow machine some are always killed before their clocks say anything.
    assert.ok(
      lanes.some(({ hadClocks }) => hadClocks),
      'there were clocks to watch',
    )
    // A third are killed only once they were seen.
    assert.ok(lanes.every(({ expositions }) => expositions > KILLS_PER_LANE / 3))
  } finally {
    removeOwnDirectory(dir)
  }
})
