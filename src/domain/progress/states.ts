import { CELL_STATES, type CellState } from '../../model/snapshot.ts'
import { ASSIGNED, UNASSIGNED } from './assignment.ts'

/** What is known of one cell at one instant. Written over for the next cell: there may be a million. */
export interface CellFacts {
  now: number
  /** Commit and log were read together lately, and the commit lies within the log. */
  isKnown: boolean
  isUncommitted: boolean
  /** Of its block: ASSIGNMENT_UNKNOWN, ASSIGNED or UNASSIGNED. */
  assignment: number
  /** Since when its block has been UNASSIGNED; NaN otherwise. */
  unassignedSince: number
  /** Since when there has been work without an advance; NaN without work. */
  workSince: number
  /** The same, moved on by the time that does not count. */
  stallSince: number
  thresholdMs: number
  /** Since when its group has been Empty; NaN otherwise. */
  emptySince: number
  /** Since when the last stable offset that the commit has come to has stood there; NaN where there is none such. */
  blockedSince: number
  noConsumerAfterMs: number
  hungAfterMs: number
}

const code = (state: CellState) => CELL_STATES.indexOf(state)
export const UNKNOWN = code('unknown')
export const NEVER_COMMITTED = code('never_committed')
export const ABANDONED = code('abandoned')
export const NO_CONSUMER = code('no_consumer')
export const HUNG_TRANSACTION = code('hung_transaction')
export const STALLED = code('stalled')
export const ADVANCING = code('advancing')
export const CAUGHT_UP = code('caught_up')

/**
 * The state of a cell, as its position in CELL_STATES: the first that holds.
 *
 *   1  unknown           could not be read lately, is committed beyond the end, or without a commit and a reader
 *   2  never_committed   assigned, the log holds data, and no commit past the threshold
 *   3  abandoned         committed, and the group is Stable without reading the topic
 *   4  no_consumer       Empty, work, and neither a member nor an advance for no_consumer_after
 *   5  hung_transaction  at a last stable offset below the end that has stood still for too long
 *   6  stalled           work past the threshold, not Empty, and not waiting for a transaction
 *   7  advancing         work
 *   8  caught_up         no work
 */
export function stateOf(f: CellFacts): number {
  const hasWork = !Number.isNaN(f.workSince)
  const isEmpty = !Number.isNaN(f.emptySince)
  const isBlocked = !Number.isNaN(f.blockedSince)
  const isPastThreshold = hasWork && f.now - f.stallSince > f.thresholdMs
  if (!f.isKnown || (f.isUncommitted && f.assignment !== ASSIGNED)) return UNKNOWN
  if (f.isUncommitted && isPastThreshold) return NEVER_COMMITTED
  if (!f.isUncommitted && f.assignment === UNASSIGNED) return ABANDONED
  if (hasWork && isEmpty && f.now - idleSince(f) > f.noConsumerAfterMs) return NO_CONSUMER
  if (isBlocked && f.now - f.blockedSince > f.hungAfterMs) return HUNG_TRANSACTION
  if (isPastThreshold && !isEmpty && !isBlocked) return STALLED
  if (hasWork) return ADVANCING
  return CAUGHT_UP
}

/** The instant from which the condition of a bad state counts; NaN in the others. */
export function conditionSince(state: number, f: CellFacts): number {
  if (state === NEVER_COMMITTED || state === STALLED) return f.stallSince
  if (state === ABANDONED) return f.unassignedSince
  if (state === NO_CONSUMER) return idleSince(f)
  if (state === HUNG_TRANSACTION) return f.blockedSince
  return Number.NaN
}

/** Since when there has been work and nobody for it. Jobs that assign() partitions themselves commit while Empty. */
function idleSince(f: CellFacts): number {
  return Math.max(f.emptySince, f.workSince)
}
