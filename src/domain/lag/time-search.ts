import type { TimeAnswers } from '../../model/evidence.ts'
import type { AppendBracket } from './end-history.ts'
import type { HeadBounds } from './head-bounds.ts'

/** Where nothing bounds a record from below: the first step back from its upper bound, and how steps grow. */
const FIRST_STEP_MS = 15_000
const STEP_GROWTH = 4
/** So many steps, then the first record of the log: where a group moves on with every poll, each search begins anew. */
const STEPS_BACK = 2

/**
 * Closes in on the time stamp of the record at one offset by questions to ListOffsets ("the first record from this
 * time on"). Between two known records it interpolates, with each answer alternating with bisection, so that it is
 * quick on an even flow and sure on any other. One instance serves a whole pass.
 */
export class TimeSearch {
  #offset = 0
  #end = 0
  #now = 0
  low = Number.NEGATIVE_INFINITY
  high = Number.POSITIVE_INFINITY
  #lowOffset = Number.NaN
  #highOffset = Number.NaN

  /** @param end of the log; it was there now */
  begin(head: HeadBounds, bracket: AppendBracket, end: number, now: number): void {
    this.#offset = head.from
    this.#end = end
    this.#now = now
    const isLowOfBracket = bracket.after >= head.min
    this.low = isLowOfBracket ? bracket.after : head.min
    this.#lowOffset = isLowOfBracket ? bracket.endBefore : Number.NaN
    this.high = Math.min(head.max, bracket.by, now)
    this.#highOffset =
      this.high === bracket.by ? bracket.endAfter : this.high === now && head.max > now ? end : Number.NaN
  }

  learn(answers: TimeAnswers, q: number): void {
    const offset = answers.offsets[q] as number
    if (Number.isNaN(offset)) return
    if (offset <= this.#offset) {
      const timestamp = answers.recordTimestamps[q] as number
      if (offset === this.#offset) {
        this.low = timestamp
        this.high = timestamp
      } else if (timestamp > this.low) {
        this.low = timestamp
        this.#lowOffset = offset
      }
    } else if ((answers.timestamps[q] as number) < this.high) {
      this.high = answers.timestamps[q] as number
      this.#highOffset = Math.min(offset, this.#end)
    }
  }

  /** How far the estimate may be off, in milliseconds. */
  get halfWidth(): number {
    return Math.max(0, this.high - this.low) / 2
  }

  /** How far it may be off without another question: an error that nobody minds in a lag of that size. */
  get tolerance(): number {
    return Math.max(1_000, 0.03 * (this.#now - this.high))
  }

  get isDone(): boolean {
    return this.halfWidth <= this.tolerance
  }

  /** The time stamp to ask for, strictly between the bounds. */
  next(round: number): number {
    if (this.low === Number.NEGATIVE_INFINITY) {
      if (round >= STEPS_BACK) return 0
      const step = Math.max(FIRST_STEP_MS, STEP_GROWTH * (this.#now - this.high))
      return Math.max(0, Math.floor(this.high - step))
    }
    const middle = (this.low + this.high) / 2
    const wanted = round % 3 === 2 ? middle : this.#interpolated(middle)
    return Math.ceil(Math.min(this.high - 1, Math.max(this.low + 1, wanted)))
  }

  /** A little beside the estimate, on the side that is less known, so that the answer most likely bounds it there. */
  #interpolated(middle: number): number {
    const share = (this.#offset - this.#lowOffset) / (this.#highOffset - this.#lowOffset)
    if (!(share >= 0 && share <= 1)) return middle
    const estimate = this.low + share * (this.high - this.low)
    const beside = 0.8 * this.tolerance
    return estimate - this.low > this.high - estimate ? estimate - beside : estimate + beside
  }
}
