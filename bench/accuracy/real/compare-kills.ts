import { BAD_STATES } from '../../../src/model/snapshot.ts'
import { AlertComparison } from '../alert-comparison.ts'
import { ErrorHistogram } from '../error-histogram.ts'
import { POLL_INTERVAL_MS } from './real-settings.ts'
import type { BlockSample, CellSample, PollSample } from './samples.ts'

export interface KillsResult {
  readonly kills: number
  /** Longest time between two polls of the killed program: its start included. */
  readonly longestPauseMs: number
  /** Of work and of progress, of partitions that stand at the same offset in both; without what pauses explain. */
  readonly clockP99Ms: number
  readonly clockMaxMs: number
  readonly clockSamples: number
  readonly alerts: number
  readonly alertsLost: number
  readonly alertsAdded: number
  readonly alertsInterrupted: number
  /** Counters that went back, and such as differ from the other program's in the end. */
  readonly countersBack: number
  readonly countersApart: number
  readonly findings: readonly string[]
}

/** An exporter that was killed now and then beside one that was not, on the same cluster at the same time. */
export function compareKills(
  steady: readonly PollSample[],
  killed: readonly PollSample[],
  kills: number,
): KillsResult {
  const ids = new Map<string, number>()
  for (const { blocks } of steady) {
    for (const [key, { cells }] of blocks) {
      for (const { partition } of cells) {
        const cell = `${key} ${partition}`
        if (!ids.has(cell)) ids.set(cell, ids.size)
      }
    }
  }
  const alerts = new AlertComparison(ids.size)
  const clocks = new ErrorHistogram()
  const findings: string[] = []
  let k = -1
  let first = true
  steady.forEach((sample, poll) => {
    while (k + 1 < killed.length && (killed[k + 1] as PollSample).takenAt <= sample.takenAt) k++
    const other = killed[k]
    if (other === undefined) return
    const isMissed = sample.takenAt - other.takenAt > 1.5 * POLL_INTERVAL_MS
    for (const [key, block] of sample.blocks) {
      for (const cell of block.cells) {
        const id = ids.get(`${key} ${cell.partition}`) as number
        const isRight = BAD_STATES.has(cell.state)
        const twin = other.blocks.get(key)?.cells.find(c => c.partition === cell.partition)
        if (isMissed || twin === undefined) alerts.missed(id, isRight, poll)
        else alerts.step(id, isRight, BAD_STATES.has(twin.state), poll)
        if (twin === undefined || first) continue
        const error = clocksApart(cell, twin, steady, killed)
        if (Number.isNaN(error)) continue
        clocks.add(error)
        if (error > POLL_INTERVAL_MS && findings.length < 6) {
          findings.push(
            `${key} ${cell.partition}: clocks ${error} ms apart at ${new Date(sample.takenAt).toISOString()} (committed ${cell.committed}, life ${other.life}, poll ${other.pollOfLife})`,
          )
        }
      }
    }
    first = false
  })
  const back = countersBack(killed)
  return {
    kills,
    longestPauseMs: longestPause(killed),
    clockP99Ms: clocks.quantile(0.99),
    clockMaxMs: clocks.max,
    clockSamples: clocks.count,
    ...alerts.end(),
    countersBack: back,
    countersApart: countersApart(steady.at(-1), killed.at(-1), findings),
    findings,
  }
}

function longestPause(samples: readonly PollSample[]): number {
  return samples.reduce(
    (most, s, i) => (i === 0 ? most : Math.max(most, s.takenAt - (samples[i - 1] as PollSample).takenAt)),
    0,
  )
}

/**
 * Both have had the same offset before them, so that their clocks speak of the same advance. Neither can have seen it
 * before the end of its own pause: what a pause was longer than an interval is no error.
 */
function clocksApart(
  one: CellSample,
  other: CellSample,
  steady: readonly PollSample[],
  killed: readonly PollSample[],
): number {
  if (one.committed !== other.committed) return Number.NaN
  const apart = (a: number, b: number) =>
    Math.max(0, Math.abs(a - b) - Math.max(pauseBeyond(steady, a), pauseBeyond(killed, b)))
  const work = apart(one.workSince, other.workSince)
  const advance = apart(one.lastAdvanceAt, other.lastAdvanceAt)
  return Number.isNaN(work) ? advance : Number.isNaN(advance) ? work : Math.max(work, advance)
}

/** By how much the pause in which an instant lies, or with which it ends, was longer than an interval. */
function pauseBeyond(samples: readonly PollSample[], instant: number): number {
  const next = samples.findIndex(s => s.takenAt >= instant)
  if (next <= 0) return 0
  const pauseMs = (samples[next] as PollSample).takenAt - (samples[next - 1] as PollSample).takenAt
  return Math.max(0, pauseMs - POLL_INTERVAL_MS)
}

function countersBack(samples: readonly PollSample[]): number {
  let back = 0
  const highest = new Map<string, { lost: number; rewinds: number }>()
  for (const { blocks } of samples) {
    for (const [key, { lost, rewinds }] of blocks) {
      const before = highest.get(key)
      if (before !== undefined && (lost < before.lost || rewinds < before.rewinds)) back++
      highest.set(key, { lost, rewinds })
    }
  }
  return back
}

function countersApart(
  one: PollSample | undefined,
  other: PollSample | undefined,
  findings: string[],
): number {
  let apart = 0
  for (const [key, block] of one?.blocks ?? []) {
    const twin: BlockSample | undefined = other?.blocks.get(key)
    if (twin === undefined || (twin.lost === block.lost && twin.rewinds === block.rewinds)) continue
    apart++
    findings.push(`${key}: lost ${block.lost} and ${twin.lost}, rewinds ${block.rewinds} and ${twin.rewinds}`)
  }
  return apart
}
