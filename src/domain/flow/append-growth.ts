import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { EarlierRows } from '../partitions.ts'

/** How fast partitions grow, and how large their records are. Columns are by row; a column may be empty. */
export interface AppendGrowth {
  readonly short: EndAnchors
  readonly long: EndAnchors
  /** Mean bytes per offset when the size of the log was last read; NaN = never. */
  readonly bytesPerOffset: Float64Array
}

/**
 * Ends of the logs at two instants. The newer becomes the older when it is a window old, so that growth since the
 * older is growth over one to two windows.
 */
export interface EndAnchors {
  readonly olderAt: number
  readonly newerAt: number
  readonly older: Float64Array
  readonly newer: Float64Array
}

const NO_ANCHORS: EndAnchors = {
  olderAt: Number.NaN,
  newerAt: Number.NaN,
  older: new Float64Array(0),
  newer: new Float64Array(0),
}

export const NO_GROWTH: AppendGrowth = {
  short: NO_ANCHORS,
  long: NO_ANCHORS,
  bytesPerOffset: new Float64Array(0),
}

export const SHORT_WINDOW_MS = 120_000
export const LONG_WINDOW_MS = 1_800_000

export interface GrowthInputs {
  /** False where nobody asks for it: no topic is limited in bytes. */
  readonly isNeeded: boolean
  readonly earlier: EarlierRows
  /** Of this poll alone, by row; NaN where unread. */
  readonly logStart: Float64Array
  readonly highWatermark: Float64Array
  /** Bytes of the leader's log by row; null where this poll did not ask. */
  readonly sizeBytes: Float64Array | null
  readonly now: number
}

export function* stepGrowth(before: AppendGrowth, inputs: GrowthInputs): Steps<AppendGrowth> {
  if (!inputs.isNeeded) return NO_GROWTH
  return {
    short: yield* moveAnchors(before.short, SHORT_WINDOW_MS, inputs),
    long: yield* moveAnchors(before.long, LONG_WINDOW_MS, inputs),
    bytesPerOffset: yield* recordSizes(before.bytesPerOffset, inputs),
  }
}

function* moveAnchors(before: EndAnchors, windowMs: number, inputs: GrowthInputs): Steps<EndAnchors> {
  const { earlier, highWatermark, now } = inputs
  // Of a clock that was set back nothing can be measured until it has run on.
  if (!(before.newerAt <= now)) {
    return { ...NO_ANCHORS, newerAt: now, newer: highWatermark }
  }
  const newer = yield* moveRows(before.newer, earlier, highWatermark.length)
  if (now - before.newerAt >= windowMs) {
    return { olderAt: before.newerAt, older: newer, newerAt: now, newer: highWatermark }
  }
  const older = yield* moveRows(before.older, earlier, highWatermark.length)
  return { olderAt: before.olderAt, older, newerAt: before.newerAt, newer }
}

function* moveRows(column: Float64Array, earlier: EarlierRows, rows: number): Steps<Float64Array> {
  if (earlier === null || column.length === 0) return column
  const moved = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_PER_STEP === 0) yield
    moved[row] = column[earlier[row] as number] ?? Number.NaN
  }
  return moved
}

/**
 * Taken when a size is read, for sizes are read seldom: the end of a log runs away from a size that stands still, and
 * records would seem to shrink.
 */
function* recordSizes(before: Float64Array, inputs: GrowthInputs): Steps<Float64Array> {
  const { earlier, logStart, highWatermark, sizeBytes } = inputs
  const moved = yield* moveRows(before, earlier, highWatermark.length)
  if (sizeBytes === null) return moved
  const sizes = new Float64Array(highWatermark.length)
  for (let row = 0; row < sizes.length; row++) {
    if (row % ROWS_PER_STEP === 0) yield
    const offsets = (highWatermark[row] as number) - (logStart[row] as number)
    const size = sizeBytes[row] as number
    sizes[row] = offsets > 0 && size > 0 ? size / offsets : (moved[row] ?? Number.NaN)
  }
  return sizes
}

/** Offsets per millisecond from the older anchor to an end read at `endAt`; NaN where not known. */
export function rateSince(anchors: EndAnchors, row: number, end: number, endAt: number): number {
  const growth = end - (anchors.older[row] ?? Number.NaN)
  const elapsed = endAt - anchors.olderAt
  // A log that was cut is not one that shrinks.
  if (!(growth >= 0 && elapsed > 0)) return Number.NaN
  // One more may have been due just before the first reading or just after the last: without it, a rate of a few
  // records would promise more time than there is.
  return growth === 0 ? 0 : (growth + 1) / elapsed
}
