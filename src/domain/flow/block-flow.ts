import { CELL_UNCOMMITTED } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Placement } from '../layout.ts'
import { isWindowFull } from './rate-window.ts'

/**
 * How fast each (group, topic) is written and consumed. Sums at two instants are kept of each: the newer becomes the
 * older when it is a window old, so that a rate is over one to two windows. One entry per block in every column.
 */
export interface BlockFlow {
  /** Sums where the window began that is measured over; `olderAt` is NaN until one window has been watched. */
  readonly olderAt: Float64Array
  readonly olderCommitted: Float64Array
  readonly olderEnd: Float64Array
  /** Sums where the next window began; NaN until there is a sum. */
  readonly newerAt: Float64Array
  readonly newerCommitted: Float64Array
  readonly newerEnd: Float64Array
  /** Polls since `newerAt` in which commits moved on. */
  readonly advances: Uint16Array
  /** Last whole sums. */
  readonly committed: Float64Array
  readonly end: Float64Array
  /** When commits last moved on, and how long before that the time before; NaN unknown. */
  readonly advancedAt: Float64Array
  readonly gapMs: Float64Array
  /** What was summed: partitions with a commit, those committed below the log start, rewinds so far. */
  readonly committing: Int32Array
  readonly passed: Int32Array
  readonly rewinds: Float64Array
}

export interface Flow {
  readonly memory: BlockFlow
  /** Offsets per second; NaN where not known. */
  readonly committedPerSecond: Float64Array
  readonly appendedPerSecond: Float64Array
  /** How long until it has caught up at these rates; 0 when it has, `Infinity` falling behind, NaN not known. */
  readonly catchUpMs: Float64Array
}

export interface FlowInputs {
  readonly now: number
  /** Per cell, of the last whole reading; NaN unknown or without a commit. */
  readonly committed: Float64Array
  /** Per cell: CELL_UNCOMMITTED. */
  readonly flags: Uint8Array
  /** By row, of the last whole reading. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  /** Per block: effective lag, NaN where a part is not known; rewinds so far. */
  readonly lagSum: Float64Array
  readonly rewinds: Float64Array
}

export function emptyFlow(blocks: number): BlockFlow {
  const unknown = () => new Float64Array(blocks).fill(Number.NaN)
  return {
    olderAt: unknown(),
    olderCommitted: unknown(),
    olderEnd: unknown(),
    newerAt: unknown(),
    newerCommitted: unknown(),
    newerEnd: unknown(),
    advances: new Uint16Array(blocks),
    committed: unknown(),
    end: unknown(),
    advancedAt: unknown(),
    gapMs: unknown(),
    committing: new Int32Array(blocks),
    passed: new Int32Array(blocks),
    rewinds: new Float64Array(blocks),
  }
}

/**
 * One poll's step. A window begins anew whenever the sums cannot be compared: another set of partitions, a rewind, a
 * log that was cut, a group that retention had passed and that jumped to the log start. A hole in a sum makes the
 * rates of that poll unknown, and no more: sums can be compared over it.
 */
export function* stepFlow(before: BlockFlow, placement: Placement, inputs: FlowInputs): Steps<Flow> {
  const { layout, previousCell, previousBlock } = placement
  const { now, committed, flags, logStart, highWatermark, lagSum } = inputs
  const count = layout.blockTopic.length
  const memory = previousBlock === null ? copyFlow(before, count) : yield* moveFlow(before, previousBlock)
  const unknown = () => new Float64Array(count).fill(Number.NaN)
  const flow: Flow = {
    memory,
    committedPerSecond: unknown(),
    appendedPerSecond: unknown(),
    catchUpMs: unknown(),
  }
  for (let b = 0, c = 0; b < count; b++) {
    const from = previousBlock === null ? b : (previousBlock[b] as number)
    const sums: Sums = { committed: 0, end: 0, committing: 0, passed: 0, isSameSet: from >= 0 }
    for (; c < (layout.blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      if ((flags[c] as number) & CELL_UNCOMMITTED) continue
      if (previousCell !== null && (previousCell[c] as number) < 0) sums.isSameSet = false
      const row = layout.cellRow[c] as number
      sums.committing++
      sums.committed += committed[c] as number
      sums.end += highWatermark[row] as number
      if ((committed[c] as number) < (logStart[row] as number)) sums.passed++
    }
    stepBlock(memory, b, sums, inputs.rewinds[b] as number, now)
    if (lagSum[b] === 0) flow.catchUpMs[b] = 0
    publishRates(flow, b, sums, lagSum[b] as number, now)
  }
  return flow
}

interface Sums {
  committed: number
  end: number
  committing: number
  passed: number
  /** Each of these partitions was in the block at the poll before. */
  isSameSet: boolean
}

/** Columns that a block brings along from the poll before. */
const CARRIED = [
  'olderAt',
  'olderCommitted',
  'olderEnd',
  'newerAt',
  'newerCommitted',
  'newerEnd',
  'advances',
  'committed',
  'end',
  'advancedAt',
  'gapMs',
  'committing',
  'passed',
  'rewinds',
] as const satisfies readonly (keyof BlockFlow)[]

function copyFlow(before: BlockFlow, blocks: number): BlockFlow {
  // A state file holds none of it.
  if (before.committing.length !== blocks) return emptyFlow(blocks)
  const copy = Object.fromEntries(CARRIED.map(column => [column, before[column].slice()]))
  return copy as unknown as BlockFlow
}

function* moveFlow(before: BlockFlow, previousBlock: Int32Array): Steps<BlockFlow> {
  const moved = emptyFlow(previousBlock.length)
  for (const name of CARRIED) {
    yield
    const [from, to] = [before[name], moved[name]]
    for (let b = 0; b < previousBlock.length; b++) {
      const earlier = previousBlock[b] as number
      if (earlier >= 0) to[b] = from[earlier] as number
    }
  }
  return moved
}

function stepBlock(m: BlockFlow, b: number, sums: Sums, rewinds: number, now: number): void {
  const isAnotherSet = !sums.isSameSet || m.committing[b] !== sums.committing
  const isComparable = !isAnotherSet && m.rewinds[b] === rewinds && !(now < (m.newerAt[b] as number))
  m.committing[b] = sums.committing
  m.rewinds[b] = rewinds
  const isWhole = !Number.isNaN(sums.committed + sums.end)
  // Those committed below the log start are counted anew with the next whole sum.
  const isCut = isWhole && (sums.end < (m.end[b] as number) || sums.passed < (m.passed[b] as number))
  if (!isComparable || isCut) beginWindow(m, b)
  if (!isWhole) return
  m.passed[b] = sums.passed

  if (sums.committed > (m.committed[b] as number)) {
    m.advances[b] = Math.min(65_535, (m.advances[b] as number) + 1)
    m.gapMs[b] = now - (m.advancedAt[b] as number)
    m.advancedAt[b] = now
  }
  m.committed[b] = sums.committed
  m.end[b] = sums.end
  if (Number.isNaN(m.newerAt[b])) {
    startNext(m, b, now)
  } else if (isWindowFull(now - (m.newerAt[b] as number), m.advances[b] as number, m.gapMs[b] as number)) {
    m.olderAt[b] = m.newerAt[b] as number
    m.olderCommitted[b] = m.newerCommitted[b] as number
    m.olderEnd[b] = m.newerEnd[b] as number
    startNext(m, b, now)
  }
}

/** The pace at which it used to commit is kept: it says how long to watch. */
function beginWindow(m: BlockFlow, b: number): void {
  m.olderAt[b] = Number.NaN
  m.newerAt[b] = Number.NaN
  m.committed[b] = Number.NaN
  m.end[b] = Number.NaN
  m.advancedAt[b] = Number.NaN
}

function startNext(m: BlockFlow, b: number, now: number): void {
  m.newerAt[b] = now
  m.newerCommitted[b] = m.committed[b] as number
  m.newerEnd[b] = m.end[b] as number
  m.advances[b] = 0
  if (Number.isNaN(m.advancedAt[b])) m.advancedAt[b] = now
}

function publishRates(flow: Flow, b: number, sums: Sums, lag: number, now: number): void {
  const { memory: m } = flow
  const elapsedSeconds = (now - (m.olderAt[b] as number)) / 1000
  const consumed = (sums.committed - (m.olderCommitted[b] as number)) / elapsedSeconds
  const appended = (sums.end - (m.olderEnd[b] as number)) / elapsedSeconds
  if (!(elapsedSeconds > 0) || Number.isNaN(consumed + appended)) return
  flow.committedPerSecond[b] = consumed
  flow.appendedPerSecond[b] = appended
  if (lag > 0) flow.catchUpMs[b] = consumed > appended ? (lag / (consumed - appended)) * 1000 : Infinity
}
