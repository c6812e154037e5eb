import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { CellMap } from '../cell-map.ts'
import type { Placement } from '../layout.ts'
import { UNCOMMITTED } from '../uncommitted.ts'
import type { Retention } from './retention.ts'

/** What retention has deleted before it was consumed. */
export interface Lost {
  /** Offsets, per block; counters. */
  readonly perBlock: Float64Array
  /**
   * By cell, of those committed below it: up to which offset a loss was counted or excused. `Infinity`: all that lies
   * below the first log start that is read from now on.
   */
  readonly upTo: ReadonlyMap<number, number>
}

export const NOTHING_LOST: Lost = { perBlock: new Float64Array(0), upTo: new Map() }

export interface LostInputs {
  /** Per cell of the previous layout: newest committed offset known; NaN = never read. After a restart, from the file. */
  readonly latest: Float64Array
  /** Of this poll alone, by row; NaN where unread. Read before the commits. */
  readonly logStart: Float64Array
  readonly retention: Retention
  /**
   * Of a cell: least offset from the commit on that can hold a data record, where that was seen; NaN elsewhere. A
   * group that has read all stays below the marker of the last transaction, and loses nothing when that goes.
   */
  readonly dataFrom: (cell: number) => number
}

/**
 * One poll's step. The log start is read before the commit, so a commit below it proves that what lies between the two
 * can no longer be consumed; each offset of it is counted once, however slowly the log start moves and however many
 * polls were missed, those of a restart among them.
 *
 * Never counted: what was gone when the partition was first seen, or when the group went back to below the log start;
 * a log start at or below the commit (deleted records that were consumed: a Kafka Streams purge). Not countable: a
 * group that was passed and has jumped to the new log start or beyond within one poll, for its commits say that it
 * consumed all of it. DeleteRecords past the commit looks like retention, and is lost to the group all the same.
 */
export function* countLost(before: Lost, placement: Placement, inputs: LostInputs): Steps<Lost> {
  const { layout, previousCell, incoming } = placement
  const { latest, logStart, retention, dataFrom } = inputs
  const perBlock = carryCounters(before.perBlock, placement)
  const upTo = new CellMap<number>()

  for (let b = 0, c = 0; b < layout.blockTopic.length; b++) {
    const mayDelete = retention.mayDelete[layout.blockTopic[b] as number] !== 0
    for (; c < (layout.blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const offset = incoming[c] as number
      const start = logStart[layout.cellRow[c] as number] as number
      if (offset >= start || offset === UNCOMMITTED) continue
      const from = previousCell === null ? c : (previousCell[c] as number)
      const settled = from < 0 ? undefined : before.upTo.get(from)
      if (Number.isNaN(offset)) {
        if (settled !== undefined) upTo.set(c, settled)
        continue
      }
      const isExcused = from < 0 || isAnotherPlace(latest[from] as number, offset) || !mayDelete
      if (Number.isNaN(start)) {
        if (isExcused) upTo.set(c, Number.POSITIVE_INFINITY)
        else if (settled !== undefined) upTo.set(c, settled)
        continue
      }
      const known = Math.max(offset, settled ?? 0, dataFrom(c) || 0)
      if (!isExcused && start > known) perBlock[b] = (perBlock[b] as number) + start - known
      upTo.set(
        c,
        isExcused || settled === undefined || settled === Infinity ? start : Math.max(start, settled),
      )
    }
  }
  return { perBlock, upTo }
}

/** A first commit, or one that went back: what lies below the log start was gone before the group asked for it. */
function isAnotherPlace(latest: number, offset: number): boolean {
  return Number.isNaN(latest) || latest === UNCOMMITTED || offset < latest
}

/** A topic that was made anew counts on under its name, for its counters are labelled with nothing else. */
function carryCounters(before: Float64Array, { previousBlock, layout }: Placement): Float64Array {
  if (previousBlock === null) return before.slice()
  return Float64Array.from(layout.blockTopic, (_, b) => {
    const from = previousBlock[b] as number
    return from < 0 ? 0 : (before[from] as number)
  })
}
