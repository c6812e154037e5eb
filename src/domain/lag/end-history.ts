import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { EarlierRows } from '../partitions.ts'

/**
 * When the end of each partition was where: our own (end offset, time) table. It dates a record that nobody has read,
 * between two polls of which the first did not see it yet.
 */
export interface EndHistory {
  /** Oldest first. */
  readonly marks: readonly EndMark[]
}

/**
 * End offsets of one poll. A record at or above a row's end was appended after `after`, one below it by `by`; both
 * milliseconds since the epoch.
 */
export interface EndMark {
  readonly after: number
  readonly by: number
  /** Rows ascending; null: `ends` has an entry for every row. */
  readonly rows: Int32Array | null
  /** NaN where it was not read. */
  readonly ends: Float64Array
}

export const NO_HISTORY: EndHistory = { marks: [] }

export interface HistoryInputs {
  readonly startedAt: number
  readonly endedAt: number
  /** Of this poll alone; NaN where unread. Kept by reference, never written. */
  readonly ends: Float64Array
  readonly earlier: EarlierRows
  /** Per row: the least offset at which a group waits; `Infinity` where none does. */
  readonly waitingFrom: () => Steps<Float64Array>
}

/** The newest marks hold every row, for who lags is not known before; older ones those rows where somebody does. */
const DENSE_MARKS = 3
/** Two older marks this close, measured by their age, become one. */
const MERGE_WITHIN = 0.08

export function* rememberEnds(before: EndHistory, inputs: HistoryInputs): Steps<EndHistory> {
  const { startedAt, endedAt, ends, earlier } = inputs
  // A clock that was set back: what was dated by the old one is worth nothing.
  const last = before.marks.at(-1)
  const kept = last !== undefined && last.by > endedAt ? [] : before.marks
  const marks: EndMark[] = []
  for (const mark of kept) marks.push(earlier === null ? mark : yield* moveMark(mark, earlier))
  marks.push({ after: startedAt, by: endedAt, rows: null, ends })
  const compacting = marks.length - 1 - DENSE_MARKS
  if (compacting >= 0) {
    const waitingFrom = yield* inputs.waitingFrom()
    const first = marks.findIndex(mark => mark.rows === null)
    for (let i = first; i >= 0 && i <= compacting; i++) {
      marks[i] = yield* compact(marks[i] as EndMark, marks[i + 1] as EndMark, waitingFrom)
    }
    // One older mark a poll is gone through again: rows that have caught up since leave it.
    const again = Math.floor(endedAt / 1_000) % Math.max(1, compacting)
    if (again < compacting) marks[again] = yield* prune(marks, again, waitingFrom)
  }
  const thinned = yield* thin(marks, endedAt)
  return { marks: thinned.filter(mark => mark.rows === null || mark.rows.length > 0) }
}

/**
 * A row stays in a mark while somebody waits for a record from before the *next* mark: then this one is needed too, as
 * the last that did not see the record.
 */
function* compact(mark: EndMark, next: EndMark, waitingFrom: Float64Array): Steps<EndMark> {
  const kept = new KeptRows(mark.ends.length)
  for (let row = 0; row < mark.ends.length; row++) {
    if (row % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    const waiting = waitingFrom[row] as number
    const end = mark.ends[row] as number
    const seenLater = next.rows === null ? (next.ends[row] as number) : Number.NaN
    // An unread next mark decides nothing: the row is kept.
    if (waiting === Number.POSITIVE_INFINITY || seenLater <= waiting || Number.isNaN(end)) continue
    kept.add(row, end)
  }
  return kept.markOf(mark)
}

function* prune(marks: readonly EndMark[], i: number, waitingFrom: Float64Array): Steps<EndMark> {
  const mark = marks[i] as EndMark
  const next = marks[i + 1] as EndMark
  if (mark.rows === null) return mark
  const kept = new KeptRows(mark.rows.length)
  for (let k = 0; k < mark.rows.length; k++) {
    if (k % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const row = mark.rows[k] as number
    const waiting = waitingFrom[row] as number
    if (waiting === Number.POSITIVE_INFINITY || endAt(next, row) <= waiting) continue
    kept.add(row, mark.ends[k] as number)
  }
  return kept.count === mark.rows.length ? mark : kept.markOf(mark)
}

function* moveMark(mark: EndMark, earlier: Int32Array): Steps<EndMark> {
  const kept = new KeptRows(earlier.length)
  for (let row = 0; row < earlier.length; row++) {
    if (row % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    const from = earlier[row] as number
    const end = from < 0 ? Number.NaN : endAt(mark, from)
    if (!Number.isNaN(end)) kept.add(row, end)
  }
  return kept.markOf(mark)
}

/** The entries of a mark to come, in order of their rows. */
class KeptRows {
  readonly #rows: Int32Array
  readonly #ends: Float64Array
  count = 0

  constructor(most: number) {
    this.#rows = new Int32Array(most)
    this.#ends = new Float64Array(most)
  }

  add(row: number, end: number): void {
    this.#rows[this.count] = row
    this.#ends[this.count++] = end
  }

  markOf({ after, by }: EndMark): EndMark {
    return { after, by, rows: this.#rows.slice(0, this.count), ends: this.#ends.slice(0, this.count) }
  }
}

/** The further back, the further apart: a bounded number of marks with a bounded error relative to their age. */
function* thin(marks: readonly EndMark[], now: number): Steps<readonly EndMark[]> {
  for (let i = 1; i < marks.length - DENSE_MARKS; i++) {
    const older = marks[i - 1] as EndMark
    const mark = marks[i] as EndMark
    if (older.rows === null || mark.rows === null) break
    if (mark.by - older.after > MERGE_WITHIN * (now - mark.by)) continue
    const one = { after: older.after, by: mark.by, ...(yield* mergeRows(older, mark)) }
    return [...marks.slice(0, i - 1), one, ...marks.slice(i + 1)]
  }
  return marks
}

/**
 * Where both have a row, the older end stands. Which of the two a row comes from is not told, so that the times of the
 * merged mark cover both: a group that is new, or that went back, may ask for what lies below the end of either.
 */
function* mergeRows(older: EndMark, newer: EndMark): Steps<{ rows: Int32Array; ends: Float64Array }> {
  const ours = older.rows as Int32Array
  const theirs = newer.rows as Int32Array
  const rows = new Int32Array(ours.length + theirs.length)
  const ends = new Float64Array(rows.length)
  let n = 0
  for (let i = 0, k = 0; i < ours.length || k < theirs.length; n++) {
    if (n % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    const a = i < ours.length ? (ours[i] as number) : Number.POSITIVE_INFINITY
    const b = k < theirs.length ? (theirs[k] as number) : Number.POSITIVE_INFINITY
    rows[n] = Math.min(a, b)
    ends[n] = a <= b ? (older.ends[i] as number) : (newer.ends[k] as number)
    if (a <= b) i++
    if (b <= a) k++
  }
  return { rows: rows.slice(0, n), ends: ends.slice(0, n) }
}

/** NaN where the mark says nothing of the row. */
function endAt({ rows, ends }: EndMark, row: number): number {
  if (rows === null) return row < ends.length ? (ends[row] as number) : Number.NaN
  const at = floorOf(rows, row, -1)
  return rows[at] === row ? (ends[at] as number) : Number.NaN
}

/** Position of the last of ascending rows that is not beyond `row`; -1: none. `near`: where one like it was. */
function floorOf(rows: Int32Array, row: number, near: number): number {
  let low = -1
  let high = rows.length - 1
  if (near >= 0 && (rows[near] as number) <= row) {
    // A pass goes from row to row, and most often stays or goes one further here.
    if (near === high || (rows[near + 1] as number) > row) return near
    if (rows[near + 1] === row) return near + 1
    low = near + 1
  }
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((rows[middle] as number) <= row) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Between when and when the record at an offset was appended, with what the log was like then. One instance serves a
 * whole pass, so that none is made per cell.
 */
export class AppendBracket {
  /** -Infinity where nobody looked before it was there. */
  after = Number.NEGATIVE_INFINITY
  /** Infinity where no mark has seen it. */
  by = Number.POSITIVE_INFINITY
  /** The ends that the two marks saw; NaN where there is no mark. */
  endBefore = Number.NaN
  endAfter = Number.NaN
  /** By mark: where the last row was. */
  readonly #near: number[] = []

  /** @param row of the topology that the history was last stepped to; -1 = not known there */
  find({ marks }: EndHistory, row: number, offset: number): void {
    this.after = Number.NEGATIVE_INFINITY
    this.by = Number.POSITIVE_INFINITY
    this.endBefore = Number.NaN
    this.endAfter = Number.NaN
    if (row < 0) return
    // Newest first: most that lag do so by little.
    for (let i = marks.length - 1; i >= 0; i--) {
      const mark = marks[i] as EndMark
      const end = mark.rows === null ? endAt(mark, row) : this.#endAt(mark.rows, mark.ends, row, i)
      if (Number.isNaN(end)) continue
      if (end > offset) {
        this.by = mark.by
        this.endAfter = end
      } else {
        this.after = mark.after
        this.endBefore = end
        return
      }
    }
  }

  #endAt(rows: Int32Array, ends: Float64Array, row: number, mark: number): number {
    const at = floorOf(rows, row, this.#near[mark] ?? -1)
    this.#near[mark] = at
    return rows[at] === row ? (ends[at] as number) : Number.NaN
  }
}
