import { CELL_STATES, type CellState, type Snapshot } from '../../src/model/snapshot.ts'
import { type ExpectationResult, ExpectationScore } from './expectation-score.ts'
import { POLL_INTERVAL_MS } from './exporter.ts'
import { type LagErrorResult, LagErrors } from './lag-errors.ts'
import { type LossResult, LossScore } from './loss-score.ts'
import { EPOCH, type PollTimes } from './poll-times.ts'
import { type StallResult, StallScore } from './stall-score.ts'
import type { Trace } from './traces/trace.ts'
import { type TrueStall, type Truth, trueStalls } from './truth.ts'

export interface Result {
  readonly lag: LagErrorResult
  /** Samples of the second poll after each start of the program in which something waited, and those with a value. */
  readonly laggingAfterStart: number
  readonly finiteAfterStart: number
  readonly stalls: StallResult
  readonly expectations: ExpectationResult
  readonly loss: LossResult
  /** Changes of (partition, offset) while something waited there: so many look-ups are allowed. */
  readonly changes: number
  /** Commits that went back between two polls, and those counted. */
  readonly rewindsTrue: number
  readonly rewindsCounted: number
  /** The first few that went wrong, in words. */
  readonly findings: readonly string[]
}

const STALLED = CELL_STATES.indexOf('stalled')
const STALLED_AFTER_MS = 300_000
const MOST_FINDINGS = 8

/** A trace as the last poll read it. Its rows are its partitions, in order. */
export interface ReadTrace {
  readonly trace: Trace
  readonly firstRow: number
  readonly partitionCount: number
  /** Per partition; NaN where there is no commit. */
  readonly committed: Float64Array
  readonly starts: Float64Array
  readonly ends: Float64Array
}

/** Compares what is published with the truth, poll by poll. */
export class Score {
  readonly #cluster: ReadTrace
  readonly #truth: Truth
  readonly #lag: LagErrors
  readonly #stalls: StallScore
  readonly #expectations: ExpectationScore
  readonly #loss: LossScore
  /** Per partition; -1 where it has no cell. */
  readonly #cell: Int32Array
  readonly #lastCommitted: Float64Array
  readonly #lastPosition: Float64Array
  readonly #lastEnd: Float64Array
  readonly #wasEmpty: Uint8Array
  readonly #thresholds: Float64Array
  readonly #findings: string[] = []
  #layout: Snapshot['layout'] | null = null
  #laggingAfterStart = 0
  #finiteAfterStart = 0
  #changes = 0
  #rewindsTrue = 0
  #rewinds = 0

  constructor(cluster: ReadTrace, truth: Truth) {
    const { trace } = cluster
    const count = trace.partitions.length
    this.#cluster = cluster
    this.#truth = truth
    this.#thresholds = new Float64Array(count).fill(3 * STALLED_AFTER_MS)
    this.#lag = new LagErrors(POLL_INTERVAL_MS, count)
    const allowance = (stall: TrueStall) => this.#allowance(stall)
    this.#stalls = new StallScore(count, trueStalls(trace), allowance, 2 * POLL_INTERVAL_MS)
    this.#expectations = new ExpectationScore(trace.expectations, POLL_INTERVAL_MS)
    this.#loss = new LossScore(trace)
    this.#cell = new Int32Array(count).fill(-1)
    this.#lastCommitted = new Float64Array(count).fill(Number.NaN)
    this.#lastPosition = new Float64Array(count).fill(Number.NaN)
    this.#lastEnd = new Float64Array(count)
    this.#wasEmpty = new Uint8Array(count)
  }

  /** @param pollOfProcess polls since the program started, this one included */
  step(snapshot: Snapshot, times: PollTimes, pollOfProcess: number): void {
    const now = times.endedAt
    if (snapshot.takenAt !== EPOCH + now) throw new Error('the snapshot was not taken at the end of the poll')
    this.#truth.lookAt(now, this.#cluster.committed)
    if (snapshot.layout !== this.#layout) this.#findCells(snapshot)
    for (let p = 0; p < this.#cluster.partitionCount; p++) {
      this.#noteChange(p)
      const c = this.#cell[p] as number
      if (c < 0) continue
      this.#scoreLag(p, c, snapshot, now, pollOfProcess === 2)
      this.#scoreStall(p, c, snapshot, now)
      const headroom = snapshot.cells.headroomMs?.[c] ?? Number.NaN
      const remaining = this.#truth.remainingMs[p] as number
      if (this.#loss.step(headroom, remaining))
        this.#find(p, now, `headroom ${headroom} ms, truly ${remaining}`)
    }
    this.#expectations.step(now, partition => {
      const c = this.#cell[partition] as number
      return c < 0 ? 'unknown' : (CELL_STATES[snapshot.cells.state[c] as number] as CellState)
    })
    this.#rewinds = sum(snapshot.blocks.rewinds)
    this.#loss.lost = sum(snapshot.blocks.lost)
  }

  #scoreLag(p: number, c: number, { cells, takenAt }: Snapshot, now: number, isSecond: boolean): void {
    const messages = cells.lag[c] as number
    const lag = messages === 0 ? 0 : takenAt - (cells.headAt[c] as number)
    const truth = this.#truth.lagMs[p] as number
    const asRead = this.#truth.lagMsAsRead[p] as number
    // Messages without a time are phantoms as well.
    const isPhantom = messages > 0 && truth === 0 && asRead === 0 && Number.isNaN(lag)
    const fault = this.#lag.add(p, isPhantom ? Number.MIN_VALUE : lag, truth, asRead, now)
    if (fault !== null) {
      this.#find(p, now, `${fault}: ${messages} messages, ${lag} ms; truly ${truth} ms (${asRead} as read)`)
    }
    if (isSecond && truth > 0 && asRead > 0) {
      this.#laggingAfterStart++
      if (Number.isFinite(lag)) this.#finiteAfterStart++
    }
  }

  #scoreStall(p: number, c: number, { cells }: Snapshot, now: number): void {
    const threshold = cells.thresholdMs[c] as number
    if (this.#stalls.stallOf(p, now) === null) this.#thresholds[p] = threshold
    const isFalse = this.#stalls.step(p, cells.state[c] === STALLED, now)
    if (isFalse) this.#find(p, now, `false stall, threshold ${threshold} ms`)
  }

  #allowance({ partition, healthyGaps, longestHealthyGapMs }: TrueStall): number {
    const learnt = Math.max(STALLED_AFTER_MS, 2.2 * longestHealthyGapMs)
    return POLL_INTERVAL_MS + (healthyGaps < 10 ? (this.#thresholds[partition] as number) : learnt)
  }

  #noteChange(p: number): void {
    const committed = this.#cluster.committed[p] as number
    if (committed < (this.#lastCommitted[p] as number)) this.#rewindsTrue++
    // Where nothing but markers and aborted records lay, the offset to ask about is the end that they reached to.
    const position = Math.max(committed, this.#cluster.starts[p] as number, this.#emptyTo(p, committed))
    const end = this.#cluster.ends[p] as number
    if (position !== this.#lastPosition[p] && position < end) {
      this.#changes++
      this.#lastPosition[p] = position
    }
    this.#lastCommitted[p] = committed
    this.#lastEnd[p] = end
    this.#wasEmpty[p] = this.#truth.lagMs[p] === 0 ? 1 : 0
  }

  #emptyTo(p: number, committed: number): number {
    const isSame = committed === this.#lastCommitted[p] && this.#wasEmpty[p] === 1
    return isSame ? (this.#lastEnd[p] as number) : 0
  }

  #findCells({ layout }: Snapshot): void {
    this.#layout = layout
    this.#cell.fill(-1)
    const first = this.#cluster.firstRow
    layout.cellRow.forEach((row, c) => {
      if (row >= first && row < first + this.#cluster.partitionCount) this.#cell[row - first] = c
    })
  }

  #find(partition: number, now: number, text: string): void {
    if (this.#findings.length >= MOST_FINDINGS) return
    this.#findings.push(`partition ${partition} at ${(now / 86_400_000).toFixed(5)} d: ${text}`)
  }

  end(): Result {
    return {
      lag: this.#lag.end(),
      laggingAfterStart: this.#laggingAfterStart,
      finiteAfterStart: this.#finiteAfterStart,
      stalls: this.#stalls.end(),
      expectations: this.#expectations.end(),
      loss: this.#loss.end(sum(this.#truth.lost)),
      changes: this.#changes,
      rewindsTrue: this.#rewindsTrue,
      rewindsCounted: this.#rewinds,
      findings: [...this.#findings, ...this.#expectations.findings],
    }
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
