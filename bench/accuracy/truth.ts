import { firstRecord, waitsSince } from './first-record.ts'
import { PartitionCursor } from './partition-cursor.ts'
import { deletedAt } from './traces/drained-by-retention.ts'
import { NEVER, type PartitionTrace, type Span, type Trace } from './traces/trace.ts'

/**
 * What is true of every partition of a trace at an instant, from the log of deeds alone. One instance goes forward
 * through the trace; its columns are of the last `lookAt`.
 */
export class Truth {
  /** Lag in milliseconds: 0 without work, NaN where it has none: no commit, or one beyond the end. */
  readonly lagMs: Float64Array
  /** The same for what was committed when the poll read it: a commit may come while a poll is under way. */
  readonly lagMsAsRead: Float64Array
  /** Until the first waiting record is deleted; NaN where nothing waits or the trace never deletes it. */
  readonly remainingMs: Float64Array
  /** Offsets deleted before they were consumed, since the beginning. */
  readonly lost: Float64Array
  readonly #cursors: readonly PartitionCursor[]
  readonly #lossCursors: readonly PartitionCursor[]
  readonly #trace: Trace
  readonly #isIsolated: boolean
  readonly #lostUpTo: Float64Array
  readonly #startMoves: Int32Array

  constructor(trace: Trace) {
    const count = trace.partitions.length
    this.#trace = trace
    this.#isIsolated = trace.objective.isolation === 'read_committed'
    this.#cursors = trace.partitions.map(p => new PartitionCursor(p))
    this.#lossCursors = trace.partitions.map(p => new PartitionCursor(p))
    this.lagMs = new Float64Array(count)
    this.lagMsAsRead = new Float64Array(count)
    this.remainingMs = new Float64Array(count)
    this.lost = new Float64Array(count)
    this.#lostUpTo = new Float64Array(count)
    this.#startMoves = new Int32Array(count)
  }

  /** @param committedAsRead per partition, what the poll read; NaN where there was none */
  lookAt(instant: number, committedAsRead: Float64Array): void {
    for (let p = 0; p < this.lagMs.length; p++) {
      const cursor = this.#cursors[p] as PartitionCursor
      const high = cursor.endAt(instant)
      const end = this.#isIsolated ? cursor.stableAt(instant) : high
      const start = cursor.startAt(instant)
      const committed = cursor.committedAt(instant)
      const asRead = committedAsRead[p] as number
      const now = this.#lag(
        cursor,
        committed === NEVER ? Number.NaN : committed,
        start,
        end,
        high,
        instant,
        p,
      )
      this.lagMs[p] = now
      this.lagMsAsRead[p] =
        asRead === committed ? now : this.#lag(cursor, asRead, start, end, high, instant, -1)
      if (cursor.log.starts.at.length > 0) this.#countLost(p, instant)
    }
  }

  #lag(
    cursor: PartitionCursor,
    committed: number,
    start: number,
    end: number,
    high: number,
    instant: number,
    partition: number,
  ): number {
    if (partition >= 0) this.remainingMs[partition] = Number.NaN
    if (!(committed <= high)) return Number.NaN
    const { log } = cursor
    const head = firstRecord(log, Math.max(committed, start), end, instant)
    if (head >= end) return 0
    if (partition >= 0 && log.starts.at.length > 0) {
      this.remainingMs[partition] = deletedAt(log.starts, head) - instant
    }
    // 0 says that nothing waits.
    return Math.max(1, instant - waitsSince(log, head))
  }

  /** At each move of the log start: what it passed of what was not committed then. */
  #countLost(p: number, instant: number): void {
    const { starts } = (this.#cursors[p] as PartitionCursor).log
    for (let m = this.#startMoves[p] as number; m < starts.at.length; m++) {
      const at = starts.at[m] as number
      if (at > instant) break
      const committed = (this.#lossCursors[p] as PartitionCursor).committedAt(at)
      const start = starts.to[m] as number
      const from = Math.max(committed === NEVER ? start : committed, this.#lostUpTo[p] as number)
      this.lost[p] = (this.lost[p] as number) + Math.max(0, start - from)
      this.#lostUpTo[p] = Math.max(this.#lostUpTo[p] as number, start)
      this.#startMoves[p] = m + 1
    }
  }

  get trace(): Trace {
    return this.#trace
  }
}

/** An episode in which a consumer was wedged and something waited. */
export interface TrueStall {
  readonly partition: number
  /** When it was both wedged and had something to do. */
  readonly from: number
  readonly to: number
  /** Of the partition before it, in milliseconds, in order of time: how long work waited until the next advance. */
  readonly longestHealthyGapMs: number
  readonly healthyGaps: number
}

/** Time in which nobody was in the group is no part of a gap. */
export function trueStalls(trace: Trace): TrueStall[] {
  const empty = emptySpans(trace)
  return trace.partitions.flatMap((partition, p) => stallsOf(partition, p, empty))
}

function emptySpans({ group, durationMs }: Trace): Span[] {
  return group.flatMap((move, i) =>
    move.state === 'Empty' ? [{ from: move.at, to: group[i + 1]?.at ?? durationMs }] : [],
  )
}

function timeOutside(spans: readonly Span[], from: number, to: number): number {
  const inside = spans.reduce(
    (sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)),
    0,
  )
  return to - from - inside
}

function stallsOf(partition: PartitionTrace, p: number, empty: readonly Span[]): TrueStall[] {
  const { commits, wedges, logs } = partition
  if (wedges.length === 0) return []
  const log = logs[0]
  if (log === undefined) return []
  const found: TrueStall[] = []
  let w = 0
  let longest = 0
  let gaps = 0
  let highest = -1
  let advancedAt = 0
  for (let i = 0; i <= commits.at.length; i++) {
    const at = i < commits.at.length ? (commits.at[i] as number) : NEVER
    const committed = Math.max(0, highest)
    const head = firstRecord(log, committed, log.appendedAt.length, advancedAt)
    const arrived = log.appendedAt[head] ?? NEVER
    const wedge = wedges[w]
    if (wedge !== undefined && at >= wedge.to) {
      const from = Math.max(wedge.from, arrived)
      if (from < wedge.to) {
        found.push({ partition: p, from, to: wedge.to, longestHealthyGapMs: longest, healthyGaps: gaps })
      }
      w++
    } else if (i < commits.at.length && (commits.to[i] as number) > highest && highest >= 0) {
      longest = Math.max(longest, timeOutside(empty, Math.min(at, Math.max(advancedAt, arrived)), at))
      gaps++
    }
    if (i < commits.at.length && (commits.to[i] as number) > highest) {
      highest = commits.to[i] as number
      advancedAt = at
    }
  }
  return found
}
