import { UNCOMMITTED } from '../uncommitted.ts'

/** One cell's stall clock and what this poll says of it. Written over for the next cell. */
export interface CellClock {
  /** Since when there has been work without an advance; NaN without work. */
  workSince: number
  /** The same, moved on by the time that does not count. */
  stallSince: number
  /** The newest commit known before this poll and the one of this poll; NaN where there is none. */
  last: number
  offset: number
  /** Offsets to be done; only looked at when fresh. */
  backlog: number
  /** The backlog was read in this poll. */
  isFresh: boolean
  /** No consumer can be held to its pace now: its group is Empty. */
  isEmpty: boolean
  /** It waits for a transaction to end. */
  isBlocked: boolean
}

/** Before anything has been seen. */
export function newClock(): CellClock {
  return {
    workSince: Number.NaN,
    stallSince: Number.NaN,
    last: Number.NaN,
    offset: Number.NaN,
    backlog: Number.NaN,
    isFresh: false,
    isEmpty: false,
    isBlocked: false,
  }
}

export interface PollTime {
  readonly now: number
  /** Since the poll before, also over a restart; 0 where that is not known. */
  readonly elapsedMs: number
  /** Nobody watched before this poll. */
  readonly restored: boolean
}

/**
 * Steps the clock by one poll and returns the gap that was learnt, NaN for none.
 *
 *   commit moved forward          both clocks begin anew; the gap is learnt, unless nobody watched or the group is
 *                                 Empty
 *   first commit, lost commit,    both begin anew, nothing is learnt
 *   any other while nobody watched
 *   commit moved back             is no advance: the clocks run on from the new place
 *   unread, Empty or blocked      the time does not count as stalled
 *   no backlog                    no work: an advance to the end has been learnt by now, and a backlog that proved
 *                                 to be control batches teaches nothing
 *   backlog without a clock       work begins
 */
export function tickClock(cell: CellClock, { now, elapsedMs, restored }: PollTime): number {
  const { last, offset } = cell
  const isAdvance = offset > last && last !== UNCOMMITTED
  const beginsAnew =
    isMoved(cell) && (isAdvance || restored || last === UNCOMMITTED || offset === UNCOMMITTED)
  const hasWork = !Number.isNaN(cell.workSince)
  // A clock that was set back begins anew: it must not stand until the old time has come again.
  cell.workSince = Math.min(now, cell.workSince)
  cell.stallSince = Math.min(now, cell.stallSince)
  let gap = Number.NaN
  if (hasWork && beginsAnew) {
    if (isAdvance && !restored && !cell.isEmpty) gap = now - cell.stallSince
    cell.workSince = now
    cell.stallSince = now
  } else if (hasWork && (!cell.isFresh || cell.isEmpty || cell.isBlocked)) {
    cell.stallSince = Math.min(now, cell.stallSince + elapsedMs)
  }
  if (cell.isFresh && !(cell.backlog > 0)) {
    cell.workSince = Number.NaN
    cell.stallSince = Number.NaN
  } else if (cell.isFresh && !hasWork) {
    cell.workSince = now
    cell.stallSince = now
  }
  return gap
}

/** Whether this poll read another commit than the one known before. */
export function isMoved({ last, offset }: CellClock): boolean {
  return !Number.isNaN(last) && !Number.isNaN(offset) && offset !== last
}
