import { type BlockColumns, CELL_BEYOND_END, CELL_UNCOMMITTED } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { UNCOMMITTED } from './clocks.ts'
import { type Heads, isDrained } from './lag/head-bounds.ts'
import type { Placement } from './layout.ts'
import { forEachCell, type Placed, previousOf } from './place.ts'

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

/**
 * A cell whose three numbers were all read in this poll gets a new reading. Any other keeps its last whole one up to
 * `maxReadingAgeMs`; then its commit alone is published, and kept as long over a missed read.
 *
 * @param heads of this poll: where nothing but control batches and aborted data is left, the lag is 0
 */
export function* takeReadings(
  before: Readings,
  placed: Placed,
  heads: Heads,
  maxReadingAgeMs: number,
): Steps<Readings> {
  const { placement, read, now } = placed
  const { incoming } = placement
  const count = placement.layout.cellRow.length
  // What was read, until a cell is held: then a copy, for `incoming` is not ours to write.
  let committed = incoming
  const hold = (c: number, offset: number) => {
    if (committed === incoming) committed = incoming.slice()
    committed[c] = offset
  }
  const lag = new Float64Array(count)
  const readAt = new Float64Array(count)
  const flags = new Uint8Array(count)
  const oldestHeld = now - maxReadingAgeMs

  yield* forEachCell(placed, (c, row, position, end) => {
    const offset = incoming[c] as number
    const from = previousOf(placement, c)
    const isHeld = from >= 0 && (before.readAt[from] as number) >= oldestHeld
    if (offset === UNCOMMITTED) {
      hold(c, Number.NaN)
      lag[c] = Number.NaN
      flags[c] = CELL_UNCOMMITTED
      readAt[c] = now
    } else if (!Number.isNaN(position + end)) {
      // None of the three is NaN. The end was read after the commit, so only truncation, recreation or a bogus
      // commit can lie beyond it: that is said, never clamped.
      const isBeyond = offset > (read.highWatermark[row] as number)
      lag[c] = isBeyond ? Number.NaN : position >= end || isDrained(heads, c, end) ? 0 : end - position
      flags[c] = isBeyond ? CELL_BEYOND_END : 0
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
  })
  return { committed, lag, readAt, flags }
}

/** Whether log start and end were read with the commit. */
function isWhole({ lag, flags }: Pick<Readings, 'lag' | 'flags'>, cell: number): boolean {
  return !Number.isNaN(lag[cell]) || ((flags[cell] as number) & (CELL_BEYOND_END | CELL_UNCOMMITTED)) !== 0
}

/**
 * Sums per (group, topic): absent as soon as one part is, for a sum over a hole is a lie. A partition without a commit
 * is no hole, but no part either; as kafka_exporter does, its -1 counts in the sum of offsets where that is asked for.
 */
export function* sumBlocks(
  readings: Readings,
  { blockStart, blockTopic }: Placement['layout'],
  uncommittedOffset: number,
): Steps<Pick<BlockColumns, 'committedSum' | 'lagSum' | 'beyondEnd'>> {
  const count = blockTopic.length
  const committedSum = new Float64Array(count)
  const lagSum = new Float64Array(count)
  const beyondEnd = new Float64Array(count)
  const skipsUncommitted = Number.isNaN(uncommittedOffset)
  for (let b = 0, c = 0; b < count; b++) {
    let offsets = 0
    let messages = 0
    let beyond = 0
    let parts = 0
    for (; c < (blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const flag = readings.flags[c] as number
      if (flag & CELL_UNCOMMITTED) {
        if (skipsUncommitted) continue
        offsets += uncommittedOffset
      } else {
        offsets += readings.committed[c] as number
        messages += readings.lag[c] as number
      }
      parts++
      if (!isWhole(readings, c)) beyond = Number.NaN
      else if (flag & CELL_BEYOND_END) beyond++
    }
    committedSum[b] = parts === 0 ? Number.NaN : offsets
    lagSum[b] = parts === 0 ? Number.NaN : messages
    beyondEnd[b] = beyond
  }
  return { committedSum, lagSum, beyondEnd }
}
