import { CELL_BEYOND_END, CELL_UNCOMMITTED } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'
import { type Heads, isDrained, isOpen } from './lag/head-bounds.ts'
import { previousOf } from './layout.ts'
import { forEachCell, type Placed } from './place.ts'
import { isWhole, type Readings } from './readings.ts'
import { UNCOMMITTED } from './uncommitted.ts'

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
  const count = placed.placement.layout.cellRow.length
  const pass: ReadingPass = {
    before,
    placed,
    heads,
    oldestHeld: placed.now - maxReadingAgeMs,
    committed: placed.placement.incoming,
    lag: new Float64Array(count),
    readAt: new Float64Array(count),
    flags: new Uint8Array(count),
  }
  yield* forEachCell(placed, takeReading, pass)
  const { committed, lag, readAt, flags } = pass
  return { committed, lag, readAt, flags }
}

interface ReadingPass {
  readonly before: Readings
  readonly placed: Placed
  readonly heads: Heads
  readonly oldestHeld: number
  /** What was read, until a cell is held: then a copy, for `incoming` is not ours to write. */
  committed: Float64Array
  readonly lag: Float64Array
  readonly readAt: Float64Array
  readonly flags: Uint8Array
}

function hold(pass: ReadingPass, c: number, offset: number): void {
  const { incoming } = pass.placed.placement
  if (pass.committed === incoming) pass.committed = incoming.slice()
  pass.committed[c] = offset
}

function takeReading(pass: ReadingPass, c: number, row: number, position: number, end: number): void {
  const { before, placed, heads, oldestHeld, lag, readAt, flags } = pass
  const { placement, read, now } = placed
  const offset = placement.incoming[c] as number
  const from = previousOf(placement, c)
  const isHeld = from >= 0 && (before.readAt[from] as number) >= oldestHeld
  if (offset === UNCOMMITTED) {
    hold(pass, c, Number.NaN)
    lag[c] = Number.NaN
    flags[c] = CELL_UNCOMMITTED
    readAt[c] = now
  } else if (!Number.isNaN(position + end)) {
    // None of the three is NaN. The end was read after the commit, so only truncation, recreation or a bogus
    // commit can lie beyond it: that is said, never clamped.
    const isBeyond = offset > (read.highWatermark[row] as number)
    const isStableEnd = read.lastStableOffset !== null && end === read.lastStableOffset[row]
    const isAtEnd = position >= end || isDrained(heads, c, end) || (isStableEnd && isOpen(heads, c))
    lag[c] = isBeyond ? Number.NaN : isAtEnd ? 0 : end - position
    flags[c] = isBeyond ? CELL_BEYOND_END : 0
    readAt[c] = now
  } else if (isHeld && (Number.isNaN(offset) || isWhole(before, from))) {
    hold(pass, c, before.committed[from] as number)
    lag[c] = before.lag[from] as number
    flags[c] = before.flags[from] as number
    readAt[c] = Math.min(now, before.readAt[from] as number)
  } else {
    lag[c] = Number.NaN
    readAt[c] = Number.isNaN(offset) ? 0 : now
  }
}
