/**
 * One partition of one consumer: where it reads, what there is to read, and since when it has had work without an
 * advance. Pure: time is an argument. NaN is unknown.
 */
export interface PartitionClock {
  /** Offset that is processed next. */
  position: number
  /** The furthest position so far: what is done a second time is no advance. */
  furthest: number
  /** Offset that is read next, as committed. */
  committed: number
  /** Offset behind the last record that is known to be there. */
  end: number
  /** Offset of the first record that is still there. */
  low: number
  /** Offset of the record that the handler was given last, and of the one that it ended last. */
  consumed: number
  processed: number
  /** Of what was handed over and is processed elsewhere: the last record, and the offset behind its batch. */
  handed: number
  handedEnd: number
  /** Offsets of the batch that the handler has now; NaN for none. */
  inFlightFirst: number
  inFlightLast: number
  /** When it last advanced, or appeared. */
  advancedAt: number
  /** Since when there has been work without an advance; NaN without work. */
  workSince: number
  /** Of the time since then, what the consumer cannot be blamed for: milliseconds. */
  excusedMs: number
}

export function newPartitionClock(now: number): PartitionClock {
  return {
    position: Number.NaN,
    furthest: Number.NaN,
    committed: Number.NaN,
    end: Number.NaN,
    low: Number.NaN,
    consumed: Number.NaN,
    processed: Number.NaN,
    handed: Number.NaN,
    handedEnd: Number.NaN,
    inFlightFirst: Number.NaN,
    inFlightLast: Number.NaN,
    advancedAt: now,
    workSince: Number.NaN,
    excusedMs: 0,
  }
}

/** Records still to be processed; NaN where that is not known. A batch in the handler's hands is work, whatever is told of the end. */
export function lagOf(clock: PartitionClock): number {
  const { position, end, inFlightLast } = clock
  const known = Number.isNaN(inFlightLast) ? end : Math.max(inFlightLast + 1, Number.isNaN(end) ? 0 : end)
  return Math.max(0, known - position)
}

/** How long there has been work without an advance, not counting what is excused; 0 without work. */
export function stalledMs(clock: PartitionClock, now: number): number {
  return Number.isNaN(clock.workSince) ? 0 : Math.max(0, now - clock.workSince - clock.excusedMs)
}

/** It will process `position` next. Forward of everything before it is an advance; back is none, and the clock runs on. */
export function moveTo(clock: PartitionClock, position: number, now: number): void {
  clock.position = position
  if (Number.isNaN(clock.furthest)) clock.furthest = position
  if (position > clock.furthest) {
    clock.furthest = position
    advance(clock, now)
  }
}

/** What is before `low` was deleted: nobody will process it, and that is no advance. */
export function skipTo(clock: PartitionClock, low: number): void {
  if (!(clock.position < low)) return
  clock.position = low
  clock.furthest = Math.max(clock.furthest, low)
}

/**
 * A commit was made. One that goes forward of the commit before it is an advance too: after a reset to an earlier offset
 * the positions are all behind the furthest, and the commits are what moves. One that goes back says that it was a
 * reset and no second attempt.
 */
export function commitAt(clock: PartitionClock, committed: number, now: number): void {
  if (committed > clock.committed) advance(clock, now)
  if (committed < clock.committed) clock.furthest = clock.position
  clock.committed = committed
  if (Number.isNaN(clock.position)) moveTo(clock, committed, now)
}

function advance(clock: PartitionClock, now: number): void {
  clock.advancedAt = now
  clock.excusedMs = 0
  if (!Number.isNaN(clock.workSince)) clock.workSince = now
}

/** A bounded attempt has ended without success: the patience of whoever makes it begins anew. */
export function beginAnew(clock: PartitionClock, now: number): void {
  if (Number.isNaN(clock.workSince)) return
  clock.workSince = now
  clock.excusedMs = 0
}

/** Work begins, goes on, or is over. Called after anything that may have changed the lag, with the time of that. */
export function judgeWork(clock: PartitionClock, now: number): void {
  const lag = lagOf(clock)
  if (lag > 0) {
    if (!Number.isNaN(clock.workSince)) return
    clock.workSince = now
    clock.excusedMs = 0
  } else if (lag === 0) {
    clock.workSince = Number.NaN
    clock.excusedMs = 0
  }
}

/** For `ms` up to now nobody could have advanced: the partition was paused, or not assigned, or Kafka was away. */
export function excuse(clock: PartitionClock, ms: number, now: number): void {
  if (Number.isNaN(clock.workSince)) return
  clock.excusedMs = Math.min(clock.excusedMs + ms, Math.max(0, now - clock.workSince))
}
