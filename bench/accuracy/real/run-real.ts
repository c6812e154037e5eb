import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startKafka } from '../../../test/harness/kafka-cluster.ts'
import { startLab } from '../../../test/harness/lab.ts'
import { ownDirectory } from '../../../test/harness/owned-process.ts'
import { Random } from '../random.ts'
import { CastScore } from './cast-score.ts'
import { compareKills } from './compare-kills.ts'
import { compileExporter } from './compiled-exporter.ts'
import { CHECK_EVERY_MS } from './headroom-score.ts'
import { scorePeers } from './peers.ts'
import type { RealResult } from './real-result.ts'
import { exporterConfig, POLL_INTERVAL_MS } from './real-settings.ts'
import { loadNow } from './report-real.ts'
import type { PollSample } from './samples.ts'
import { Stage } from './scene.ts'
import { drainedByRetention, hungTransaction, overtakenByRetention, transactions } from './scenes/brokers.ts'
import { bursts, compaction, idleThenBurst, sparse, steady } from './scenes/flowing.ts'
import { abandoned, consumerStop, recreated, rewindAndReset, rolling } from './scenes/membership.ts'
import { longMessage, poisonPill, slowCommitter } from './scenes/stalls.ts'
import { WatchedProcess } from './watched-process.ts'
import { watchBrokers } from './watchers.ts'
import { Writer } from './writer.ts'

/** In the order in which they are set up. */
const SCENES: readonly ((stage: Stage) => Promise<void>)[] = [
  hungTransaction,
  transactions,
  steady,
  bursts,
  sparse,
  idleThenBurst,
  compaction,
  poisonPill,
  slowCommitter,
  longMessage,
  consumerStop,
  stage => rolling(stage, 'classic'),
  stage => rolling(stage, 'consumer'),
  rewindAndReset,
  abandoned,
  recreated,
  drainedByRetention,
  overtakenByRetention,
]

const BROKER = {
  'log.retention.check.interval.ms': String(CHECK_EVERY_MS),
  'log.cleaner.backoff.ms': '2000',
  // A producer that died keeps its transaction open beyond the run.
  'transaction.max.timeout.ms': '3600000',
}
const KILLS_A_MINUTE = 0.8

export interface RealRun extends RealResult {
  readonly kafkaVersion: string
}

/** Everything at once on three real brokers, watched by an exporter that runs through and by one that is killed. */
export async function runReal(minutes: number, seed: number, say: (line: string) => void): Promise<RealRun> {
  const main = compileExporter()
  const kafka = await startKafka({ properties: BROKER })
  const lab = await startLab(kafka)
  const writer = new Writer(kafka.brokers)
  const exporters: WatchedProcess[] = []
  try {
    await writer.connect()
    say('brokers are up')
    const loads = [loadNow()]
    const originAt = Date.now()
    const stage = new Stage(lab, writer)
    for (const scene of SCENES) {
      await scene(stage)
      // The oldest transaction must be seen for long enough.
      if (exporters.length === 0) {
        for (const name of ['steady', 'killed']) exporters.push(exporterOf(name, main, kafka.brokers, stage))
        await Promise.all(exporters.map(one => one.start()))
      }
    }
    say(`${stage.casts.length} groups on ${SCENES.length} scenes`)
    watchBrokers(stage)
    const [through, killed] = exporters as [WatchedProcess, WatchedProcess]
    const random = new Random(seed)
    for (let i = 1; i <= Math.round(minutes * KILLS_A_MINUTE); i++) {
      stage.at(random.between(60, 880), () => killed.killAndStart())
    }
    for (const second of [225, 450, 675]) {
      stage.at(second, async () => {
        loads.push(loadNow())
        say(`${second} s of 900, load ${loadNow().toFixed(1)}, ${through.samples.length} polls`)
      })
    }
    const failures = await stage.play(minutes)
    loads.push(loadNow())
    await stage.drainCommits()
    const { endedAt } = stage
    await Promise.all(exporters.map(one => one.stop()))
    for (const failure of failures) say(`FAILED: ${failure}`)
    for (const { logged } of exporters) for (const line of logged.slice(0, 10)) say(`logged: ${line}`)
    if (failures.length > 0) throw new Error('the run is not whole')
    return {
      ...result(stage, { originAt, endedAt }, through, killed, minutes, loads),
      kafkaVersion: kafka.version,
    }
  } finally {
    await Promise.allSettled(exporters.map(one => one.stop()))
    await writer.close()
    await lab.close()
    await kafka.close()
  }
}

function exporterOf(name: string, main: string, brokers: readonly string[], stage: Stage): WatchedProcess {
  const folder = ownDirectory(name)
  const file = join(folder, 'exporter.yml')
  writeFileSync(file, exporterConfig(brokers, join(folder, 'state')))
  return new WatchedProcess(main, file, () => [...new Set(stage.casts.map(cast => cast.group))])
}

function result(
  stage: Stage,
  played: { readonly originAt: number; readonly endedAt: number },
  through: WatchedProcess,
  killed: WatchedProcess,
  minutes: number,
  loads: readonly number[],
): RealResult {
  const logsAt = (topic: string, instant: number) => stage.writer.logsAt(topic, instant)
  const scored = (samples: readonly PollSample[]) =>
    stage.casts.map(cast => {
      const score = new CastScore(cast, logsAt, played)
      for (const sample of samples) score.step(sample)
      return score.end()
    })
  const within = (all: readonly PollSample[]) => all.filter(s => s.takenAt <= played.endedAt)
  const samples = within(through.samples)
  const others = within(killed.samples)
  const durations = samples.map(s => s.takenAt - s.startedAt).toSorted((a, b) => a - b)
  const last = samples.at(-1)
  const results = scored(samples)
  return {
    minutes,
    polls: samples.length,
    latePolls: durations.filter(ms => ms > POLL_INTERVAL_MS).length,
    pollMedianMs: durations[durations.length >> 1] ?? Number.NaN,
    missed: through.missed + killed.missed,
    differing: [...samples, ...others].reduce((sum, s) => sum + s.differing, 0),
    probeRequests: last?.probeRequests ?? 0,
    probeBytesPerSecond: (1_000 * (last?.probeBytes ?? 0)) / (played.endedAt - played.originAt),
    probesDeferred: last?.probesDeferred ?? 0,
    casts: stage.casts.map((cast, i) => ({
      result: results[i]!,
      peers: scorePeers(cast, logsAt, played, samples),
    })),
    killedCasts: scored(others),
    kills: compareKills(samples, others, killed.kills.length),
    loads,
  }
}
