import type { AssignedPartition } from './assigned-partitions.ts'
import { judgeWork, moveTo, type PartitionClock } from './partition-clock.ts'

/*
 * What batches and records do to a partition. With `isElsewhere` what the handler was given is queued, and only
 * processed when somebody says so. Pure; `now` is milliseconds.
 */

export function beginBatch(
  each: AssignedPartition,
  { first, last }: { readonly first: number; readonly last: number },
  isElsewhere: boolean,
  now: number,
): void {
  const { clock } = each
  each.isPositionOpen = false
  each.isResolvedByHandler = false
  clock.inFlightFirst = first
  clock.inFlightLast = last
  clock.end = Number.isNaN(clock.end) ? last + 1 : Math.max(clock.end, last + 1)
  if (isElsewhere && first <= clock.processed) {
    // It is read again: what was handed over before is not waited for.
    clock.handed = Number.NaN
    clock.processed = Number.NaN
  }
  if (!isElsewhere || !isOutstanding(clock)) moveTo(clock, first, now)
  judgeWork(clock, now)
}

export function endBatch(each: AssignedPartition, last: number, isElsewhere: boolean, now: number): void {
  const { clock } = each
  clock.inFlightFirst = Number.NaN
  clock.inFlightLast = Number.NaN
  if (isElsewhere && isOutstanding(clock)) clock.handedEnd = Math.max(clock.handedEnd, last + 1)
  else if (!each.isResolvedByHandler) {
    clock.processed = last
    clock.consumed = last
    moveTo(clock, last + 1, now)
  }
  judgeWork(clock, now)
}

/** The handler has it now. Records of a partition come one after the other: that before it in its batch has ended. */
export function consume(each: AssignedPartition, offset: number, isElsewhere: boolean, now: number): void {
  const { clock } = each
  const before = clock.consumed
  if (isElsewhere) {
    clock.handed = offset
    clock.handedEnd = offset + 1
  } else if (before < offset && before >= clock.inFlightFirst) process(each, before, isElsewhere, now)
  clock.consumed = offset
}

/** All up to `offset` is done. */
export function process(each: AssignedPartition, offset: number, isElsewhere: boolean, now: number): void {
  const { clock } = each
  const hasBatch = !Number.isNaN(clock.inFlightLast)
  // Its batch has ended, which said more.
  if (!isElsewhere && !hasBatch && offset + 1 < clock.position) return
  each.isPositionOpen = false
  clock.processed = offset
  // With the last record goes what is behind it in its batch and reaches no handler, such as a transaction's marker.
  moveTo(clock, offset >= clock.handed ? Math.max(offset + 1, clock.handedEnd) : offset + 1, now)
  judgeWork(clock, now)
}

/** Records were handed over and have not all been processed. */
function isOutstanding({ handed, processed }: PartitionClock): boolean {
  return !Number.isNaN(handed) && !(processed >= handed)
}
