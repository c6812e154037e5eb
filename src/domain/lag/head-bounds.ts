import {
  HEAD_FOUND,
  HEAD_LOG_APPEND_FLAG,
  HEAD_NONE,
  type HeadAnswers,
  type HeadQuestions,
  type TimeAnswers,
} from '../../model/evidence.ts'

/** What is known, cell by cell, of the first record that waits there. Times are milliseconds since the epoch. */
export interface Heads {
  /** The position that it is about: the commit, or the log start where that is further. NaN = about none. */
  readonly from: Float64Array
  /**
   * Known of offsets below this one: where HEAD_IS_FOUND, the first data record at or after any of them has its time
   * stamp within the bounds; otherwise there is no data record among them.
   */
  readonly to: Float64Array
  /** Bounds of the record's time stamp; -Infinity and Infinity where there is none. */
  readonly min: Float64Array
  readonly max: Float64Array
  /** HEAD_IS_… */
  readonly flags: Uint8Array
}

export const HEAD_IS_FOUND = 1
/** Stamped by the broker. */
export const HEAD_IS_LOG_APPEND = 2
/** Its time stamp is later than when it was first seen: then it waits since that. */
export const HEAD_IS_FUTURE = 4
/**
 * The record lies further than the position: compaction, control batches or aborted data are between. Then nothing is
 * kept of those after it, so that it lies just before `to`.
 */
export const HEAD_IS_BEHIND_HOLES = 8
/**
 * The record lies at or beyond the last stable offset of that moment, in an open transaction: for a read-committed
 * group nothing is there yet, and it may come to nothing.
 */
export const HEAD_IS_OPEN = 16

export function noHeads(cells: number): Heads {
  return {
    from: new Float64Array(cells).fill(Number.NaN),
    to: new Float64Array(cells).fill(Number.NaN),
    min: new Float64Array(cells).fill(Number.NEGATIVE_INFINITY),
    max: new Float64Array(cells).fill(Number.POSITIVE_INFINITY),
    flags: new Uint8Array(cells),
  }
}

/** Whether nothing but control batches, aborted data or holes lies between a cell's position and the end. */
export function isDrained(heads: Heads, cell: number, end: number): boolean {
  return dataFrom(heads, cell) >= end
}

/** Whether the first record that waits belongs to a transaction that is open. */
export function isOpen(heads: Heads, cell: number): boolean {
  return ((heads.flags[cell] as number) & HEAD_IS_OPEN) !== 0
}

/** Least offset from a cell's position on that can hold a data record, where that is known; NaN elsewhere. */
export function dataFrom(heads: Heads, cell: number): number {
  if (cell < 0) return Number.NaN
  return leastDataOffset(heads.flags[cell] as number, heads.to[cell] as number)
}

function leastDataOffset(flags: number, to: number): number {
  if ((flags & HEAD_IS_FOUND) === 0) return to
  return flags & HEAD_IS_BEHIND_HOLES ? to - 1 : Number.NaN
}

/** One cell's knowledge while it is worked on: one instance serves a whole pass, so that none is made per cell. */
export class HeadBounds {
  from = Number.NaN
  to = Number.NaN
  min = Number.NEGATIVE_INFINITY
  max = Number.POSITIVE_INFINITY
  flags = 0

  /** @param cell position in `heads`, -1 for a cell that was not there */
  load(heads: Heads, cell: number): void {
    if (cell < 0) {
      this.#forget(Number.NaN)
      return
    }
    this.from = heads.from[cell] as number
    this.to = heads.to[cell] as number
    this.min = heads.min[cell] as number
    this.max = heads.max[cell] as number
    this.flags = heads.flags[cell] as number
  }

  store(heads: Heads, cell: number): void {
    heads.from[cell] = this.from
    heads.to[cell] = this.to
    heads.min[cell] = this.min
    heads.max[cell] = this.max
    heads.flags[cell] = this.flags
  }

  get isFound(): boolean {
    return (this.flags & HEAD_IS_FOUND) !== 0
  }

  get isOpen(): boolean {
    return (this.flags & HEAD_IS_OPEN) !== 0
  }

  /** The offset to ask about: where nothing is known from on, or the position itself, to see whether it is still so. */
  get askFrom(): number {
    return this.isFound ? this.from : this.to
  }

  /** The least offset that the record can have. */
  get leastOffset(): number {
    const least = leastDataOffset(this.flags, this.to)
    return Number.isNaN(least) ? this.from : least
  }

  /** Nothing but control batches, aborted data or holes lies before the end; a record may lie at it or beyond. */
  isEmptyTo(end: number): boolean {
    return leastDataOffset(this.flags, this.to) >= end
  }

  /**
   * Brings it to a position. A record further on is hardly older, so that the lower bound stands as a bound, but for
   * one that comes from a clock that is ahead.
   */
  moveTo(position: number): void {
    if (position === this.from) return
    if (position > this.from && position < this.to) {
      this.from = position
      if (position === this.to - 1) this.flags &= ~HEAD_IS_BEHIND_HOLES
      return
    }
    const isBound = position > this.from && (this.flags & HEAD_IS_FUTURE) === 0
    const min = this.min
    this.#forget(position)
    if (isBound) this.min = min
  }

  /** Of what waits nothing is known any more, but that it is hardly older than what was there. */
  doubt(): void {
    const min = this.min
    this.#forget(this.from)
    this.min = min
  }

  /** What Fetch answered to question `q`, where it is about this cell's position. */
  learnRecord({ offsets }: HeadQuestions, answers: HeadAnswers, q: number, now: number): void {
    const outcome = answers.outcome[q] as number
    if (this.isFound || (outcome !== HEAD_FOUND && outcome !== HEAD_NONE)) return
    const wanted = this.to
    let knownTo = answers.knownTo[q] as number
    if (!((offsets[q] as number) <= wanted && wanted < knownTo)) return
    if (outcome === HEAD_FOUND) {
      this.min = answers.minTimestamp[q] as number
      this.max = answers.maxTimestamp[q] as number
      this.flags = HEAD_IS_FOUND
      if (this.max > now) this.flags |= HEAD_IS_FUTURE
      if ((answers.flags[q] as number) & HEAD_LOG_APPEND_FLAG) this.flags |= HEAD_IS_LOG_APPEND
      const recordOffset = answers.recordOffset[q] as number
      if (recordOffset > this.from) {
        this.flags |= HEAD_IS_BEHIND_HOLES
        knownTo = recordOffset + 1
      }
      if (isInOpenTransaction(answers, q)) this.flags |= HEAD_IS_OPEN
    }
    this.to = knownTo
  }

  /** What ListOffsets answered about the row. All records before the one that it found are older than was asked. */
  learnTime(answers: TimeAnswers, q: number, now: number): void {
    const offset = answers.offsets[q] as number
    if (this.isFound || Number.isNaN(offset)) return
    if (offset === this.from) {
      this.min = answers.recordTimestamps[q] as number
      this.max = this.min
      this.flags = HEAD_IS_FOUND | (this.max > now ? HEAD_IS_FUTURE : 0)
      this.to = this.from + 1
    } else if (offset < this.from) {
      this.min = Math.max(this.min, answers.recordTimestamps[q] as number)
    } else {
      this.max = Math.min(this.max, answers.timestamps[q] as number)
    }
  }

  /** The end of the log was beyond it by then. */
  noteSeenBy(seenBy: number): void {
    if (this.isFound && seenBy < this.min) this.flags |= HEAD_IS_FUTURE
  }

  #forget(from: number): void {
    this.from = from
    this.to = from
    this.min = Number.NEGATIVE_INFINITY
    this.max = Number.POSITIVE_INFINITY
    this.flags = 0
  }
}

function isInOpenTransaction({ recordOffset, lastStableOffset, highWatermark }: HeadAnswers, q: number) {
  const stable = lastStableOffset[q] as number
  return stable < (highWatermark[q] as number) && (recordOffset[q] as number) >= stable
}
