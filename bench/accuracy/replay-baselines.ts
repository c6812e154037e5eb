import { CommitWindow } from './baselines/commit-window.ts'
import { EndMoved } from './baselines/end-moved.ts'
import { FixedAge } from './baselines/fixed-age.ts'
import { InterpolationTable } from './baselines/interpolation-table.ts'
import type { LagEstimator, LagSample } from './baselines/lag-estimator.ts'
import { ProductionRate } from './baselines/rate.ts'
import type { StallRule, StallSample } from './baselines/stall-rule.ts'
import { StraightLine } from './baselines/straight-line.ts'
import { ThinnedTable } from './baselines/thinned-table.ts'
import { POLL_INTERVAL_MS } from './exporter.ts'
import { firstRecord, stampOf } from './first-record.ts'
import { type LagErrorResult, LagErrors } from './lag-errors.ts'
import { PollTimer } from './poll-times.ts'
import { type StallResult, StallScore } from './stall-score.ts'
import { TraceCluster } from './trace-cluster.ts'
import { COMMIT_EVERY_MS, type PartitionTrace, type Trace } from './traces/trace.ts'
import { Truth, trueStalls } from './truth.ts'

export const LAG_BASELINES: Readonly<Record<string, () => LagEstimator>> = {
  'kafka-lag-exporter (table)': () => new InterpolationTable(),
  'Datadog (thinned table)': () => new ThinnedTable(),
  'klag-exporter (rate)': () => new ProductionRate(),
  'klag (straight line)': () => new StraightLine(),
}

export const STALL_BASELINES: Readonly<Record<string, () => StallRule>> = {
  'klag (300 s)': () => new FixedAge(),
  'Burrow (10 commits)': () => new CommitWindow(),
  'end moved, commit not': () => new EndMoved(),
}

export interface BaselineResult {
  readonly lag: Readonly<Record<string, LagErrorResult>>
  readonly stalls: Readonly<Record<string, StallResult>>
  readonly partitionDays: number
}

/** The published algorithms on the samples that our own domain gets, or on the first `most` partitions of them. */
export function replayBaselines(trace: Trace, most = Number.POSITIVE_INFINITY): BaselineResult {
  const cluster = new TraceCluster(trace)
  const truth = new Truth(trace)
  const timer = new PollTimer(POLL_INTERVAL_MS, 1)
  const count = Math.min(most, trace.partitions.length)
  const partitions = Array.from({ length: count }, (_, p) => p)
  const stalls = trueStalls(trace).filter(s => s.partition < count)
  const lag = Object.entries(LAG_BASELINES).map(([name, make]) => ({
    name,
    estimators: partitions.map(make),
    errors: new LagErrors(POLL_INTERVAL_MS, count),
  }))
  const rules = Object.entries(STALL_BASELINES).map(([name, make]) => ({
    name,
    rules: partitions.map(make),
    // Whenever they find one, it counts as found.
    score: new StallScore(count, stalls, () => 0, 2 * POLL_INTERVAL_MS),
  }))
  const commits = trace.partitions.slice(0, count).map(p => new CommitFeed(p, trace.repeatsCommits))
  const polls = Math.floor(trace.durationMs / POLL_INTERVAL_MS) - 1
  for (let poll = 0; poll < polls; poll++) {
    const times = timer.at(poll)
    cluster.observe(times)
    truth.lookAt(times.endedAt, cluster.committed)
    const end = Math.min(count, cluster.partitionCount)
    for (let p = 0; p < end; p++) {
      const committed = cluster.committed[p] as number
      const fed = (commits[p] as CommitFeed).until(times.commitsAt)
      if (Number.isNaN(committed)) continue
      const sample = lagSample(cluster, p, times.endedAt)
      for (const { estimators, errors } of lag) {
        const estimate = (estimators[p] as LagEstimator).estimate(sample)
        if (estimate === null) continue
        errors.add(p, estimate, truth.lagMs[p] as number, truth.lagMsAsRead[p] as number, times.endedAt)
      }
      const stallSample: StallSample = { now: times.endedAt, committed, end: sample.end, ...fed }
      for (const { rules: perPartition, score } of rules) {
        score.step(p, (perPartition[p] as StallRule).isAlarm(stallSample), times.endedAt)
      }
    }
  }
  return {
    lag: Object.fromEntries(lag.map(({ name, errors }) => [name, errors.end()])),
    stalls: Object.fromEntries(rules.map(({ name, score }) => [name, score.end()])),
    partitionDays: (count * trace.durationMs) / 86_400_000,
  }
}

function lagSample(cluster: TraceCluster, p: number, now: number): LagSample {
  const log = cluster.logOf(cluster.firstRow + p)
  const logStart = cluster.starts[p] as number
  const end = cluster.ends[p] as number
  const isEmpty = log === null || end <= logStart
  const oldest = isEmpty ? end : firstRecord(log, logStart, end, now)
  return {
    now,
    committed: cluster.committed[p] as number,
    logStart: oldest,
    end,
    oldestAt: isEmpty || oldest >= end ? Number.NaN : stampOf(log, oldest),
    newestAt: isEmpty ? Number.NaN : stampOf(log, end - 1),
  }
}

const NOTHING: Pick<StallSample, 'commitTimes' | 'commitOffsets'> = { commitTimes: [], commitOffsets: [] }

/** The commits of one partition as who reads __consumer_offsets sees them. */
class CommitFeed {
  readonly #trace: PartitionTrace
  readonly #repeats: boolean
  #next = 0
  #lastAt = 0

  constructor(trace: PartitionTrace, repeats: boolean) {
    this.#trace = trace
    this.#repeats = repeats
  }

  until(now: number): Pick<StallSample, 'commitTimes' | 'commitOffsets'> {
    const { at, to } = this.#trace.commits
    if (!this.#repeats && (this.#next >= at.length || (at[this.#next] as number) > now)) return NOTHING
    const commitTimes: number[] = []
    const commitOffsets: number[] = []
    for (;;) {
      const next = this.#next < at.length ? (at[this.#next] as number) : Number.POSITIVE_INFINITY
      const repeat =
        this.#repeats && this.#next > 0 ? this.#lastAt + COMMIT_EVERY_MS : Number.POSITIVE_INFINITY
      this.#lastAt = Math.min(next, repeat)
      if (this.#lastAt > now) {
        this.#lastAt = commitTimes.at(-1) ?? (this.#repeats ? this.#lastAt - COMMIT_EVERY_MS : 0)
        break
      }
      commitTimes.push(this.#lastAt)
      if (next <= repeat) this.#next++
      commitOffsets.push(to[this.#next - 1] as number)
    }
    return { commitTimes, commitOffsets }
  }
}
