import type { LagEstimator } from '../baselines/lag-estimator.ts'
import type { StallRule } from '../baselines/stall-rule.ts'
import { type LagErrorResult, LagErrors } from '../lag-errors.ts'
import { LAG_BASELINES, STALL_BASELINES } from '../replay-baselines.ts'
import { type StallResult, StallScore } from '../stall-score.ts'
import { trueStalls } from '../truth.ts'
import type { LogsAt } from './cast-score.ts'
import { CellTruth } from './cell-truth.ts'
import type { LogLedger } from './log-ledger.ts'
import { type Played, toTrace } from './played.ts'
import { POLL_INTERVAL_MS } from './real-settings.ts'
import { blockKey, type CellSample, type PollSample } from './samples.ts'
import type { Cast } from './scene.ts'

export interface PeersResult {
  readonly lag: Readonly<Record<string, LagErrorResult>>
  readonly stalls: Readonly<Record<string, StallResult>>
}

/** The published algorithms on what our own exporter read, at its moments. */
export function scorePeers(
  cast: Cast,
  logsAt: LogsAt,
  played: Played,
  polls: readonly PollSample[],
): PeersResult {
  const last = logsAt(cast.topic, played.endedAt)
  const stalls = trueStalls(toTrace(cast, last, played))
  const truths = last.map((_, p) => new CellTruth(cast.ledger, p, cast.isolation === 'read_committed'))
  const lag = Object.entries(LAG_BASELINES).map(([name, make]) => {
    return { name, estimators: last.map(make), errors: new LagErrors(POLL_INTERVAL_MS, last.length) }
  })
  const rules = Object.entries(STALL_BASELINES).map(([name, make]) => {
    const score = new StallScore(last.length, stalls, () => 0, 2 * POLL_INTERVAL_MS)
    return { name, rules: last.map(make), score }
  })
  const fed = new Float64Array(last.length)
  for (const poll of polls) {
    const { startedAt, takenAt } = poll
    if (cast.ledger.dark.some(d => takenAt >= d.from && startedAt <= d.to)) continue
    const logs = logsAt(cast.topic, takenAt)
    const now = takenAt - played.originAt
    for (const cell of poll.blocks.get(blockKey(cast.group, cast.topic))?.cells ?? []) {
      const { partition: p, committed, end } = cell
      const log = logs[p]
      if (log === undefined || Number.isNaN(committed)) continue
      const bounds = (truths[p] as CellTruth).lag(log, { from: startedAt, to: takenAt }, cell)
      const sample = lagSample(log, cell, now, played)
      for (const { estimators, errors } of lag) {
        const estimate = (estimators[p] as LagEstimator).estimate(sample)
        // Null: it polls more seldom than ours.
        if (estimate !== null) errors.add(p, estimate, bounds.low, bounds.high, takenAt)
      }
      const commits = cast.ledger.commitsOf(p).filter(c => c.at > (fed[p] as number) && c.at <= startedAt)
      fed[p] = startedAt
      const commitTimes = commits.map(c => c.at - played.originAt)
      const commitOffsets = commits.map(c => c.offset)
      for (const { rules: each, score } of rules) {
        const isAlarm = (each[p] as StallRule).isAlarm({ now, committed, end, commitTimes, commitOffsets })
        score.step(p, isAlarm, now)
      }
    }
  }
  return {
    lag: Object.fromEntries(lag.map(({ name, errors }) => [name, errors.end()])),
    stalls: Object.fromEntries(rules.map(({ name, score }) => [name, score.end()])),
  }
}

function lagSample(log: LogLedger, { committed, logStart, end }: CellSample, now: number, played: Played) {
  const isData = (o: number) => log.stamps[o] !== undefined && !log.control[o]
  let oldest = logStart
  while (oldest < end && !isData(oldest)) oldest++
  let newest = end - 1
  while (newest >= logStart && !isData(newest)) newest--
  const isEmpty = !(oldest < end) || newest < oldest
  const stampOf = (o: number) => (isEmpty ? Number.NaN : (log.stamps[o] as number) - played.originAt)
  return { now, committed, logStart: oldest, end, oldestAt: stampOf(oldest), newestAt: stampOf(newest) }
}
