import { type BlockColumns, CELL_BEYOND_END, CELL_UNCOMMITTED } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { type Clocks, UNCOMMITTED } from './clocks.ts'
import type { Placement } from './layout.ts'

/**
 * The last whole reading of every cell: commit, log start and end of one poll, never of two. Where there has been no
 * whole one lately, the last commit alone.
 */
export interface Readings {
  readonly committed: Float64Array
  readonly lag: Float64Array
  /** Milliseconds since the epoch; 0 where nothing has been read lately. */
  readonly readAt: Float64Array
  /** CELL_BEYOND_END and CELL_UNCOMMITTED. */
  readonly flags: Uint8Array
}

export interface ReadingInputs {
  /** Of this poll alone, by row; NaN where unread. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  readonly now: number
  readonly maxReadingAgeMs: number
}

/**
 * A cell whose three numbers were all read in this poll gets a new reading. Any other keeps its last whole one up to
 * `maxReadingAgeMs`; then its commit alone is published, and kept as long over a missed read.
 */
export function* takeReadings(
  before: Readings,
  placement: Placement,
  inputs: ReadingInputs,
): Steps<Readings> {
  const { layout, previousCell, incoming } = placement
  const { logStart, highWatermark, now } = inputs
  const count = layout.cellRow.length
  // What was read, until a cell is held: then a copy, for `incoming` is not ours to write.
  let committed = incoming
  const hold = (c: number, offset: number) => {
    if (committed === incoming) committed = incoming.slice()
    committed[c] = offset
  }
  const lag = new Float64Array(count)
  const readAt = new Float64Array(count)
  const flags = new Uint8Array(count)
  const oldestHeld = now - inputs.maxReadingAgeMs

  for (let c = 0; c < count; c++) {
    if (c % ROWS_PER_STEP === 0) yield
    const row = layout.cellRow[c] as number
    const offset = incoming[c] as number
    const start = logStart[row] as number
    const end = highWatermark[row] as number
    const from = previousCell === null ? c : (previousCell[c] as number)
    const isHeld = from >= 0 && (before.readAt[from] as number) >= oldestHeld
    if (offset === UNCOMMITTED) {
      hold(c, Number.NaN)
      lag[c] = Number.NaN
      flags[c] = CELL_UNCOMMITTED
      readAt[c] = now
    } else if (!Number.isNaN(offset + start + end)) {
      // None of the three is NaN. The end was read after the commit, so only truncation, recreation or a bogus
      // commit can lie beyond it: that is said, never clamped.
      lag[c] = offset > end ? Number.NaN : Math.max(0, end - Math.max(offset, start))
      flags[c] = offset > end ? CELL_BEYOND_END : 0
      readAt[c] = now
    } else if (isHeld && (Number.isNaN(offset) || isWhole(before, from))) {
      hold(c, before.committed[from] as number)
      lag[c] = before.lag[from] as number
      flags[c] = before.flags[from] as number
      readAt[c] = Math.min(now, before.readAt[from] as number)
    } else {
      lag[c] = Number.NaN
      readAt[c] = Number.isNaN(offset) ? 0 : now
    }
  }
  return { committed, lag, readAt, flags }
}

/** Whether log start and end were read with the commit. */
function isWhole({ lag, flags }: Pick<Readings, 'lag' | 'flags'>, cell: number): boolean {
  return !Number.isNaN(lag[cell]) || ((flags[cell] as number) & (CELL_BEYOND_END | CELL_UNCOMMITTED)) !== 0
}

/** Sums per (group, topic): absent as soon as one part is, for a sum over a hole is a lie. */
export function* sumBlocks(readings: Readings, clocks: Clocks, placement: Placement): Steps<BlockColumns> {
  const { blockStart, blockTopic } = placement.layout
  const count = blockTopic.length
  const committedSum = new Float64Array(count)
  const lagSum = new Float64Array(count)
  const beyondEnd = new Float64Array(count)
  for (let b = 0, c = 0; b < count; b++) {
    let offsets = 0
    let messages = 0
    let beyond = 0
    for (; c < (blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const flag = readings.flags[c] as number
      // As kafka_exporter does: its -1 counts in the sum of offsets and not in the sum of lags.
      offsets += flag & CELL_UNCOMMITTED ? UNCOMMITTED : (readings.committed[c] as number)
      messages += flag & CELL_UNCOMMITTED ? 0 : (readings.lag[c] as number)
      if (!isWhole(readings, c)) beyond = Number.NaN
      else if (flag & CELL_BEYOND_END) beyond++
    }
    committedSum[b] = offsets
    lagSum[b] = messages
    beyondEnd[b] = beyond
  }
  return { committedSum, lagSum, beyondEnd, rewinds: clocks.rewinds }
}
