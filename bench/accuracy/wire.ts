import { createPipeline } from '../../src/run.ts'
import { startSimulatedCluster } from '../../test/fakes/simulated-cluster/simulated-cluster.ts'
import { VirtualClock } from '../../test/fakes/simulated-cluster/virtual-clock.ts'
import { benchSettings, quietLog } from '../poll/bench-settings.ts'
import { POLL_INTERVAL_MS } from './exporter.ts'
import { EPOCH, PollTimer } from './poll-times.ts'
import { Score } from './score.ts'
import { HEALTHY, makeTrace } from './traces/all.ts'
import type { TraceOptions } from './traces/trace.ts'
import { Truth } from './truth.ts'
import { WireTrace } from './wire-trace.ts'

export interface WireResult {
  readonly trace: string
  readonly partitionDays: number
  readonly falseStalls: number
  readonly lagP99Ms: number
  readonly lagMaxMs: number
  readonly finite: number
  readonly findings: readonly string[]
}

/**
 * The healthy traces, side by side, through sockets and the wire protocol: the program's own reader and pipeline poll
 * the simulated cluster, whose clock and theirs is moved from poll to poll.
 */
export async function replayOnWire({ seed, days, partitions }: TraceOptions): Promise<WireResult[]> {
  const clock = new VirtualClock(EPOCH)
  const cluster = await startSimulatedCluster({ now: clock.now, keepRequests: 0, keepBodies: false })
  try {
    const played = HEALTHY.map((name, i) => {
      const trace = makeTrace(name, { seed: seed + i, days, partitions, wedged: false })
      const wire = new WireTrace(cluster, name, trace)
      return { name, wire, score: new Score(wire, new Truth(trace)) }
    })
    const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
    const settings = benchSettings(brokers, { stateFile: null, pollIntervalMs: POLL_INTERVAL_MS })
    const [settingsOfCluster] = settings.clusters
    if (settingsOfCluster === undefined) throw new Error('no cluster is configured')
    const pipeline = createPipeline(settingsOfCluster, settings, { log: quietLog, clock: clock.now })
    try {
      const timer = new PollTimer(POLL_INTERVAL_MS, 1)
      const polls = Math.floor((days * 86_400_000) / POLL_INTERVAL_MS) - 1
      for (let poll = 0; poll < polls; poll++) {
        const now = timer.at(poll).startedAt
        clock.set(EPOCH + now)
        for (const { wire } of played) wire.advanceTo(now)
        const snapshot = await pipeline.poll()
        const [error] = snapshot.poll.lastErrors
        if (error !== undefined) throw new Error(`${error.stage} ${error.code}: ${error.message}`)
        const times = { startedAt: now, logStartAt: now, commitsAt: now, logEndAt: now, endedAt: now }
        for (const { wire, score } of played) {
          wire.firstRow = snapshot.topology.start[
            snapshot.topology.indexOf.get(wire.topic) as number
          ] as number
          score.step(snapshot, times, poll + 1)
        }
        if (poll % 2_000 === 1_999) console.log(`wire: ${poll + 1} of ${polls} polls`)
      }
    } finally {
      await pipeline.stop()
    }
    return played.map(({ name, score }) => {
      const { lag, stalls, findings } = score.end()
      return {
        trace: name,
        partitionDays: days * partitions,
        falseStalls: stalls.falseAlarms,
        lagP99Ms: lag.p99Ms,
        lagMaxMs: lag.maxMs,
        finite: lag.finite / lag.lagging,
        findings,
      }
    })
  } finally {
    await cluster.close()
  }
}
