import { type Commit, type GroupLedger, NO_COMMIT } from './group-ledger.ts'
import { type LogLedger, NOT_YET } from './log-ledger.ts'
import { POLL_INTERVAL_MS } from './real-settings.ts'
import type { CellSample } from './samples.ts'

/** The poll that a sample is of. Milliseconds since the epoch. */
export interface Window {
  /** The reading of this partition began. */
  readonly from: number
  /** The instant that ages count to; log ends were read before it. */
  readonly to: number
}

/** What could truly be read of a partition at some instant of a poll. Milliseconds. */
export interface LagBounds {
  readonly low: number
  readonly high: number
}

export const UNKNOWN: LagBounds = { low: Number.NaN, high: Number.NaN }

/** Look-ups come after the log ends were read. */
const LOOK_UP_MS = 1_500

/** What was true of one partition of one group, from the accounts of those who wrote, read and committed. */
export class CellTruth {
  readonly #commits: readonly Commit[]
  readonly #isIsolated: boolean

  constructor(ledger: GroupLedger, partition: number, isIsolated: boolean) {
    this.#commits = ledger.commitsOf(partition).toSorted((a, b) => a.at - b.at)
    this.#isIsolated = isIsolated
  }

  /**
   * Offsets that were committed at some instant of the window; NO_COMMIT: none was. The next one after it counts where
   * it was read: what was read was committed, whether or not its consumer had heard of it.
   */
  committedIn({ from, to }: Window, read: number): number[] {
    const commits = this.#commits
    let i = commits.findLastIndex(c => c.at <= from)
    const found = [i < 0 ? NO_COMMIT : (commits[i] as Commit).offset]
    for (i++; i < commits.length; i++) {
      const { at, offset } = commits[i] as Commit
      if (at <= to || offset === read) found.push(offset)
      if (at > to) break
    }
    return found
  }

  /** When the commit last moved forward before an instant; NaN where it has not. */
  lastAdvance(before: number): number {
    let advancedAt = Number.NaN
    let highest = NO_COMMIT
    for (const { at, offset } of this.#commits) {
      if (at > before) break
      if (offset === NO_COMMIT) highest = NO_COMMIT
      if (offset > highest) {
        if (highest !== NO_COMMIT) advancedAt = at
        highest = offset
      }
    }
    return advancedAt
  }

  lag(log: LogLedger, window: Window, cell: CellSample): LagBounds {
    const bounds = this.committedIn(window, cell.committed).map(committed =>
      committed === NO_COMMIT ? UNKNOWN : this.#lagFrom(log, window, committed),
    )
    if (bounds.some(({ low, high }) => Number.isNaN(low + high))) return UNKNOWN
    return {
      low: Math.min(...bounds.map(b => b.low)),
      high: Math.max(...bounds.map(b => b.high)),
    }
  }

  #lagFrom(log: LogLedger, { from, to }: Window, committed: number): LagBounds {
    let { sure } = log.endAt(from)
    let { possible } = log.endAt(to)
    if (this.#isIsolated) {
      sure = Math.min(sure, log.stables.lowest(from, 0))
      possible = Math.min(possible, log.stables.highest(to, NOT_YET))
    }
    const firstSure = Math.max(committed, log.starts.highest(to, 0))
    const firstPossible = Math.max(committed, log.starts.lowest(from, 0))
    const surely = firstOf(
      firstSure,
      sure,
      o => log.goneBy[o] === NOT_YET || (log.goneAfter[o] as number) >= to + LOOK_UP_MS,
    )
    const possibly = firstOf(firstPossible, possible, o => (log.goneBy[o] as number) > from)
    return {
      low: surely === null ? 0 : Math.max(0, to - log.waitsSince(surely)),
      high: possibly === null ? 0 : Math.max(0, to - log.waitsSince(possibly)),
    }
  }

  /** Until the first waiting record is deleted, at most; NaN where it is not, or nothing waits. */
  remaining(log: LogLedger, { to }: Window, committed: number): number {
    const head = Math.max(committed, log.starts.lowest(to, 0))
    if (!(head < log.endAt(to).sure)) return Number.NaN
    return log.starts.roseAbove(head).by - to
  }
}

function firstOf(from: number, end: number, holds: (offset: number) => boolean): number | null {
  for (let o = from; o < end; o++) if (holds(o)) return o
  return null
}

/**
 * Offsets that log starts passed although they were not committed: at least, and at most. A group that commits while it
 * is passed, as one does that still has records in its buffer, lies in between.
 */
export function lostTruly(log: LogLedger, ledger: GroupLedger, partition: number) {
  const commits = ledger.commitsOf(partition).toSorted((a, b) => a.at - b.at)
  const lost = (start: number, upTo: number, at: number) => {
    const committed = commits.findLast(c => c.at <= at)?.offset ?? NO_COMMIT
    return committed === NO_COMMIT ? 0 : Math.max(0, start - Math.max(committed, upTo))
  }
  let least = 0
  let most = 0
  let upTo = 0
  log.starts.values.forEach((start, i) => {
    if (start <= upTo) return
    most += lost(start, upTo, log.starts.asked[i - 1] ?? Number.NEGATIVE_INFINITY)
    least += lost(start, upTo, (log.starts.answered[i] as number) + POLL_INTERVAL_MS)
    upTo = start
  })
  return { least, most }
}
