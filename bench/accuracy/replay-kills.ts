import { BAD_STATES, CELL_STATES, type Snapshot } from '../../src/model/snapshot.ts'
import { AlertComparison } from './alert-comparison.ts'
import { BenchExporter, POLL_INTERVAL_MS } from './exporter.ts'
import { PollTimer } from './poll-times.ts'
import { Random } from './random.ts'
import { Score } from './score.ts'
import { TraceCluster } from './trace-cluster.ts'
import type { Trace } from './traces/trace.ts'
import { Truth } from './truth.ts'

export interface KillResult {
  readonly kills: number
  /** Between the clocks of the program that was killed and of one that was not, in milliseconds. */
  readonly clockErrorMaxMs: number
  /** Alerts of the one that the other never had, and those that were resolved and raised again. */
  readonly alerts: number
  readonly alertsLost: number
  readonly alertsAdded: number
  readonly alertsInterrupted: number
  /** Polls in which a counter was lower than what had been published, or higher than without a kill. */
  readonly countersBack: number
  readonly countersAhead: number
  readonly laggingAfterStart: number
  readonly finiteAfterStart: number
  readonly findings: readonly string[]
}

const KILLS = 100

/** A kill comes while a poll is under way: before its state is durable, or after it and before it is published. */
type Kill = 'before saving' | 'before publishing'

/**
 * The same trace with two programs, of which one is killed a hundred times. It starts again at once, and where its last
 * poll was durable it may miss the next one: whatever comes, it knows no less than a poll ago.
 */
export function replayKills(trace: Trace, seed: number): KillResult {
  const steady = { cluster: new TraceCluster(trace) }
  const killed = { cluster: new TraceCluster(trace) }
  const undisturbed = new BenchExporter(steady.cluster, true)
  const exporter = new BenchExporter(killed.cluster, true)
  const score = new Score(killed.cluster, new Truth(trace))
  const timer = new PollTimer(POLL_INTERVAL_MS, 1)
  const polls = Math.floor(trace.durationMs / POLL_INTERVAL_MS) - 1
  const kills = planKills(polls, seed)
  const comparison = new Comparison(trace)
  let pollOfProcess = 0
  let misses = 0
  for (let poll = 0; poll < polls; poll++) {
    const times = timer.at(poll)
    const truth = undisturbed.poll(times)
    if (misses > 0) {
      misses--
      comparison.missed(truth, poll)
      continue
    }
    const snapshot = exporter.poll(times)
    const kill = kills.get(poll)
    if (kill !== 'before saving') exporter.save()
    if (kill === undefined) {
      score.step(snapshot, times, ++pollOfProcess)
      comparison.step(truth, snapshot, poll)
      continue
    }
    comparison.missed(truth, poll)
    exporter.restart()
    pollOfProcess = 0
    if (kill === 'before publishing') misses = poll % 2
  }
  const { laggingAfterStart, finiteAfterStart } = score.end()
  return { kills: kills.size, ...comparison.end(), laggingAfterStart, finiteAfterStart }
}

function planKills(polls: number, seed: number): ReadonlyMap<number, Kill> {
  const random = new Random(seed)
  const kills = new Map<number, Kill>()
  // Not in the first poll, when nothing has been saved yet.
  while (kills.size < Math.min(KILLS, polls >> 3)) {
    const poll = 2 + Math.floor(random.between(0, polls - 4))
    // Each has published between two.
    if (NEIGHBOURS.some(by => kills.has(poll + by))) continue
    kills.set(poll, random.next() < 0.5 ? 'before saving' : 'before publishing')
  }
  return kills
}

const NEIGHBOURS = [-2, -1, 1, 2]

const IS_BAD = CELL_STATES.map(state => BAD_STATES.has(state))

/** Holds what a program that was killed publishes against what it would have published. */
class Comparison {
  readonly #alerts: AlertComparison
  readonly #findings: string[] = []
  readonly #name: string
  #layout: Snapshot['layout'] | null = null
  /** By row. */
  #cellOf: ReadonlyMap<number, number> = new Map()
  #clockErrorMax = 0
  #countersBack = 0
  #countersAhead = 0
  #published = { rewinds: 0, lost: 0, bytes: 0 }

  constructor(trace: Trace) {
    this.#name = trace.name
    this.#alerts = new AlertComparison(trace.partitions.length + 1)
  }

  missed(truth: Snapshot, poll: number): void {
    const { layout, cells } = truth
    layout.cellRow.forEach((row, c) => {
      this.#alerts.missed(row, IS_BAD[cells.state[c] as number] === true, poll)
    })
  }

  /** Cells that only one has, as before the first description after a start, are compared once both have them. */
  step(truth: Snapshot, snapshot: Snapshot, poll: number): void {
    if (snapshot.layout !== this.#layout) {
      this.#layout = snapshot.layout
      this.#cellOf = new Map(Array.from(snapshot.layout.cellRow, (row, c) => [row, c]))
    }
    truth.layout.cellRow.forEach((row, right) => {
      const c = this.#cellOf.get(row)
      if (c === undefined) return
      this.#compareClock(truth.cells.progressAt[right], snapshot.cells.progressAt[c], row, poll)
      this.#compareClock(truth.cells.workSince[right], snapshot.cells.workSince[c], row, poll)
      const isBad = IS_BAD[truth.cells.state[right] as number] === true
      this.#alerts.step(row, isBad, IS_BAD[snapshot.cells.state[c] as number] === true, poll)
    })
    this.#compareCounters(truth, snapshot, poll)
  }

  #compareClock(truth = Number.NaN, clock = Number.NaN, row: number, poll: number): void {
    const error = Math.abs(clock - truth)
    if (Number.isNaN(error) || error <= this.#clockErrorMax) return
    this.#clockErrorMax = error
    if (error > 1.1 * POLL_INTERVAL_MS) this.#find(poll, `a clock of partition ${row} is off by ${error} ms`)
  }

  #compareCounters(truth: Snapshot, snapshot: Snapshot, poll: number): void {
    const now = countersOf(snapshot)
    const right = countersOf(truth)
    const before = this.#published
    if (now.rewinds < before.rewinds || now.lost < before.lost || now.bytes < before.bytes) {
      this.#countersBack++
      this.#find(poll, `a counter went back: ${JSON.stringify(before)} to ${JSON.stringify(now)}`)
    }
    if (now.rewinds > right.rewinds || now.lost > right.lost) {
      this.#countersAhead++
      this.#find(poll, `a counter is ahead: ${JSON.stringify(now)}, without a kill ${JSON.stringify(right)}`)
    }
    this.#published = now
  }

  #find(poll: number, text: string): void {
    if (this.#findings.length < 8) this.#findings.push(`${this.#name}, poll ${poll}: ${text}`)
  }

  end() {
    return {
      clockErrorMaxMs: this.#clockErrorMax,
      ...this.#alerts.end(),
      countersBack: this.#countersBack,
      countersAhead: this.#countersAhead,
      findings: this.#findings,
    }
  }
}

function countersOf({ blocks, poll }: Snapshot) {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
  return { rewinds: sum(blocks.rewinds), lost: sum(blocks.lost), bytes: poll.probeBytes }
}
