import { ErrorHistogram } from '../error-histogram.ts'
import { type ExpectationResult, ExpectationScore } from '../expectation-score.ts'
import { type LagErrorResult, LagErrors } from '../lag-errors.ts'
import { type StallResult, StallScore } from '../stall-score.ts'
import { type TrueStall, trueStalls } from '../truth.ts'
import { CellTruth, lostTruly, type Window } from './cell-truth.ts'
import { type HeadroomResult, HeadroomScore } from './headroom-score.ts'
import type { LogLedger } from './log-ledger.ts'
import { type Played, toTrace } from './played.ts'
import { POLL_INTERVAL_MS, STALLED_AFTER_MS } from './real-settings.ts'
import { blockKey, type CellSample, type PollSample } from './samples.ts'
import type { Cast } from './scene.ts'

export interface CastResult {
  readonly name: string
  readonly lag: LagErrorResult
  readonly laggingAfterStart: number
  readonly finiteAfterStart: number
  readonly stalls: StallResult
  readonly expectations: ExpectationResult
  readonly headroom: HeadroomResult
  /** At least and at most: the same but for a group that commits while it is passed. */
  readonly lostTrue: { readonly least: number; readonly most: number }
  readonly lostCounted: number
  readonly rewindsTrue: number
  readonly rewindsCounted: number
  readonly changes: number
  /** Commits that were published although they did not hold at any instant of the poll. */
  readonly wrongCommits: number
  /** Samples of an earlier poll, because this one could not read the partition. */
  readonly stale: number
  /** When the last advance was seen, against when it was: milliseconds. */
  readonly clockP99Ms: number
  readonly clockMaxMs: number
  /** Width of the interval that the truth lies in, of samples in which something waited. */
  readonly widths: ErrorHistogram
  readonly findings: readonly string[]
}

export type LogsAt = (topic: string, instant: number) => readonly LogLedger[]

const MOST_FINDINGS = 8
/** More than this is worth a line. */
const FAR_OFF_MS = 1_000

/** Compares what was published of one group on one topic with what its producers and consumers know. */
export class CastScore {
  readonly #cast: Cast
  readonly #logsAt: LogsAt
  readonly #played: Played
  readonly #truths: CellTruth[] = []
  readonly #lag: LagErrors
  readonly #stalls: StallScore
  readonly #expectations: ExpectationScore
  readonly #headroom: HeadroomScore
  readonly #clock = new ErrorHistogram()
  readonly #widths = new ErrorHistogram()
  readonly #thresholds: number[] = []
  readonly #last: { committed: number; position: number }[] = []
  readonly #findings: string[] = []
  #firstLog: LogLedger | undefined
  #laggingAfterStart = 0
  #finiteAfterStart = 0
  #rewindsTrue = 0
  #rewinds = 0
  #lost = 0
  #changes = 0
  #wrongCommits = 0
  #stale = 0

  constructor(cast: Cast, logsAt: LogsAt, played: Played) {
    this.#cast = cast
    this.#logsAt = logsAt
    this.#played = played
    const logs = logsAt(cast.topic, played.endedAt)
    const trace = toTrace(cast, logs, played)
    const count = logs.length
    for (let p = 0; p < count; p++) {
      this.#truths.push(new CellTruth(cast.ledger, p, cast.isolation === 'read_committed'))
      this.#last.push({ committed: Number.NaN, position: Number.NaN })
      this.#thresholds.push(3 * STALLED_AFTER_MS)
    }
    this.#lag = new LagErrors(POLL_INTERVAL_MS, count)
    this.#stalls = new StallScore(count, trueStalls(trace), s => this.#allowance(s), 2 * POLL_INTERVAL_MS)
    this.#expectations = new ExpectationScore(trace.expectations, POLL_INTERVAL_MS)
    this.#headroom = new HeadroomScore(cast.retention)
  }

  step(poll: PollSample): void {
    const { takenAt } = poll
    const logs = this.#logsAt(this.#cast.topic, takenAt)
    if (logs[0] !== this.#firstLog) {
      // Of a topic that was made anew, nothing that was before counts.
      this.#firstLog = logs[0]
      for (const last of this.#last) last.committed = Number.NaN
    }
    const block = poll.blocks.get(blockKey(this.#cast.group, this.#cast.topic))
    if (this.#cast.ledger.dark.some(d => takenAt >= d.from && poll.startedAt <= d.to)) return
    const now = takenAt - this.#played.originAt
    const cells = new Map(block?.cells.map(cell => [cell.partition, cell]))
    logs.forEach((log, p) => {
      const cell = cells.get(p) ?? absent(p)
      this.#scoreCell(poll, log, cell)
      if (this.#stalls.stallOf(p, now) === null && cell.thresholdMs > 0)
        this.#thresholds[p] = cell.thresholdMs
      if (this.#stalls.step(p, cell.state === 'stalled', now))
        this.#find(p, takenAt, `false stall, threshold ${cell.thresholdMs} ms`)
    })
    this.#expectations.step(now, p => cells.get(p)?.state ?? 'unknown')
    if (block === undefined) return
    this.#lost = block.lost
    this.#rewinds = block.rewinds
  }

  #scoreCell(poll: PollSample, log: LogLedger, cell: CellSample): void {
    const { partition: p } = cell
    const truth = this.#truths[p] as CellTruth
    const window = this.#windowOf(poll, cell)
    this.#noteChange(cell)
    if (
      !Number.isNaN(cell.committed) &&
      !truth.committedIn(window, cell.committed).includes(cell.committed)
    ) {
      this.#wrongCommits++
      this.#find(
        p,
        poll.takenAt,
        `${cell.committed} was not committed, but ${truth.committedIn(window, cell.committed)}`,
      )
    }
    const { low, high } = truth.lag(log, window, cell)
    if (low > 0) this.#widths.add(high - low)
    // Messages without a time are phantoms as well.
    const isPhantom = cell.lag > 0 && high === 0 && Number.isNaN(cell.lagMs)
    const fault = this.#lag.add(p, isPhantom ? Number.MIN_VALUE : cell.lagMs, low, high, poll.takenAt)
    const isFarOff = cell.lagMs < low - FAR_OFF_MS || cell.lagMs > high + FAR_OFF_MS
    if (fault !== null || isFarOff)
      this.#find(
        p,
        poll.takenAt,
        `${fault ?? 'off'}: ${cell.lag} messages, ${cell.lagMs} ms; truly ${low} to ${high} ms (committed ${cell.committed}, ${cell.state})`,
      )
    if (poll.pollOfLife === 2 && low > 0) {
      this.#laggingAfterStart++
      if (Number.isFinite(cell.lagMs)) this.#finiteAfterStart++
    }
    this.#scoreClock(truth, window, cell.lastAdvanceAt)
    const remaining = truth.remaining(log, window, cell.committed)
    if (this.#headroom.step(cell.headroomMs, remaining))
      this.#find(p, poll.takenAt, `headroom ${cell.headroomMs} ms, truly ${remaining}`)
  }

  /** An advance may come while a poll is under way, and then it may have been seen or not. */
  #scoreClock(truth: CellTruth, { from, to }: Window, lastAdvanceAt: number): void {
    const errors = [truth.lastAdvance(from), truth.lastAdvance(to)].map(at => Math.abs(lastAdvanceAt - at))
    const error = Math.min(...errors.filter(e => !Number.isNaN(e)))
    if (Number.isFinite(error)) this.#clock.add(error)
  }

  /** Where a partition could not be read, its last whole reading stands. */
  #windowOf({ startedAt, takenAt }: PollSample, { readAt }: CellSample): Window {
    if (!(readAt < startedAt)) return { from: startedAt, to: takenAt }
    this.#stale++
    return { from: readAt - 2 * (takenAt - startedAt), to: takenAt }
  }

  #allowance({ partition, healthyGaps, longestHealthyGapMs }: TrueStall): number {
    const learnt = Math.max(STALLED_AFTER_MS, 2.2 * longestHealthyGapMs)
    return POLL_INTERVAL_MS + (healthyGaps < 10 ? (this.#thresholds[partition] as number) : learnt)
  }

  #noteChange({ partition, committed, logStart, end }: CellSample): void {
    const last = this.#last[partition] as { committed: number; position: number }
    if (committed < last.committed) this.#rewindsTrue++
    if (!Number.isNaN(committed)) last.committed = committed
    const position = Math.max(committed, logStart)
    if (position !== last.position && position < end) {
      this.#changes++
      last.position = position
    }
  }

  #find(partition: number, at: number, text: string): void {
    if (this.#findings.length >= MOST_FINDINGS) return
    const second = ((at - this.#played.originAt) / 1_000).toFixed(1)
    this.#findings.push(`partition ${partition} at ${second} s: ${text}`)
  }

  end(): CastResult {
    const { cast, logs } = { cast: this.#cast, logs: this.#logsAt(this.#cast.topic, this.#played.endedAt) }
    const lost = cast.retention === null ? [] : logs.map((log, p) => lostTruly(log, cast.ledger, p))
    const lostTrue = {
      least: lost.reduce((sum, l) => sum + l.least, 0),
      most: lost.reduce((sum, l) => sum + l.most, 0),
    }
    return {
      name: cast.name,
      lag: this.#lag.end(),
      laggingAfterStart: this.#laggingAfterStart,
      finiteAfterStart: this.#finiteAfterStart,
      stalls: this.#stalls.end(),
      expectations: this.#expectations.end(),
      headroom: this.#headroom.end(),
      lostTrue,
      lostCounted: this.#lost,
      rewindsTrue: this.#rewindsTrue,
      rewindsCounted: this.#rewinds,
      changes: this.#changes,
      wrongCommits: this.#wrongCommits,
      stale: this.#stale,
      clockP99Ms: this.#clock.quantile(0.99),
      clockMaxMs: this.#clock.max,
      widths: this.#widths,
      findings: [...this.#findings, ...this.#expectations.findings],
    }
  }
}

function absent(partition: number): CellSample {
  const nothing = Number.NaN
  return {
    partition,
    state: 'unknown',
    committed: nothing,
    logStart: nothing,
    end: nothing,
    lag: nothing,
    lagMs: nothing,
    thresholdMs: nothing,
    workSince: nothing,
    lastAdvanceAt: nothing,
    headroomMs: nothing,
    readAt: nothing,
  }
}
