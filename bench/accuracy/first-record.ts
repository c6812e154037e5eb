import { ABORTED, CONTROL, type LogTrace } from './traces/trace.ts'

/** R(C): the first data record at or after an offset as the log was at an instant; `end` where there is none below it. */
export function firstRecord(log: LogTrace, offset: number, end: number, instant: number): number {
  const { kinds, abortedAt, removedAt } = log
  if (kinds === null && removedAt === null) return Math.min(offset, end)
  for (let o = offset; o < end; o++) {
    if (kinds !== null) {
      if (kinds[o] === CONTROL) continue
      if (kinds[o] === ABORTED && (abortedAt?.[o] as number) <= instant) continue
    }
    if (removedAt !== null && (removedAt[o] as number) <= instant) continue
    return o
  }
  return end
}

/** A record's time stamp; all that is written here is CreateTime. */
export function stampOf(log: LogTrace, offset: number): number {
  return (log.stamps ?? log.appendedAt)[offset] as number
}

/** A stamp less than a poll ahead may be past by the time that anybody sees it. */
const UNSEEN_MS = 15_000

/** The instant that lag in time counts from: a record stamped in the future counts from when it was appended. */
export function waitsSince(log: LogTrace, offset: number): number {
  const appendedAt = log.appendedAt[offset] as number
  const stamp = stampOf(log, offset)
  return stamp > appendedAt + UNSEEN_MS ? appendedAt : stamp
}
