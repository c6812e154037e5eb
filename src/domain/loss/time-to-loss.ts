import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { CellMap } from '../cell-map.ts'
import { isWindowFull } from '../flow/rate-window.ts'
import type { Placement } from '../layout.ts'
import type { Headroom } from './headroom.ts'

/** Where a consumer was at one instant. */
interface Place {
  readonly at: number
  readonly offset: number
  /** Time stamp of its first uncommitted record; NaN unknown. */
  readonly head: number
}

/** How fast one cell moves: its place at the start of the window that is measured over, and of the next one. */
export interface Pace {
  /** Null until a window has been watched. */
  readonly from: Place | null
  readonly next: Place
  /** Polls with an advance since `next`. */
  readonly advances: number
  readonly latest: number
  readonly advancedAt: number
  readonly gapMs: number
  /** Committed below the log start. */
  readonly isPassed: boolean
}

export interface TimeToLoss {
  /** By cell, of those with a headroom. */
  readonly paces: ReadonlyMap<number, Pace>
  /** Per cell; null where of none. */
  readonly timeToLossMs: Float64Array | null
}

export const NO_LOSS_IN_SIGHT: TimeToLoss = { paces: new Map(), timeToLossMs: null }

export interface TimeToLossInputs {
  readonly now: number
  readonly lossHorizonMs: number
  readonly headroom: Headroom
  /** Per cell: last whole reading, best known time stamp of the first uncommitted record, last advance. */
  readonly committed: Float64Array
  readonly headTimestamp: Float64Array
  readonly progressAt: Float64Array
  /** By row, of the last whole reading. */
  readonly logStart: Float64Array
}

/**
 * When retention takes the first uncommitted record if consumer and producers go on as they do: an estimate, beside
 * the headroom, which is a bound. Published where it is finite and within the horizon.
 */
export function* estimateTimeToLoss(
  before: TimeToLoss,
  placement: Placement,
  inputs: TimeToLossInputs,
): Steps<TimeToLoss> {
  const { layout, previousCell } = placement
  const { now, headroom, committed, headTimestamp, progressAt, logStart } = inputs
  if (headroom.headroomMs === null) return NO_LOSS_IN_SIGHT
  const paces = new CellMap<Pace>()
  let timeToLossMs: Float64Array | null = null
  for (let c = 0; c < layout.cellRow.length; c++) {
    if (c % ROWS_PER_STEP === 0) yield
    if (Number.isNaN(headroom.headroomMs[c])) continue
    const offset = committed[c] as number
    const place: Place = { at: now, offset, head: headTimestamp[c] as number }
    const isPassed = offset < (logStart[layout.cellRow[c] as number] as number)
    const last = before.paces.get(previousCell === null ? c : (previousCell[c] as number))
    const pace = stepPace(last, place, isPassed, progressAt[c] as number)
    paces.set(c, pace)
    const estimate = lossAt(pace, place, headroom, c)
    if (!(estimate < inputs.lossHorizonMs)) continue
    timeToLossMs ??= new Float64Array(layout.cellRow.length).fill(Number.NaN)
    timeToLossMs[c] = estimate
  }
  return { paces, timeToLossMs }
}

function stepPace(last: Pace | undefined, place: Place, isPassed: boolean, progressAt: number): Pace {
  const pace = last === undefined ? beginPace(place, isPassed, progressAt) : movePace(last, place, isPassed)
  if (!isWindowFull(place.at - pace.next.at, pace.advances, pace.gapMs)) return pace
  return { ...pace, from: pace.next, next: place, advances: 0 }
}

/** It has stood at this place since its last advance, however lately its headroom came into sight. */
function beginPace(place: Place, isPassed: boolean, progressAt: number): Pace {
  const at = Math.min(place.at, progressAt)
  return {
    from: null,
    next: { ...place, at },
    advances: 0,
    latest: place.offset,
    advancedAt: at,
    gapMs: Number.NaN,
    isPassed,
  }
}

function movePace(last: Pace, place: Place, isPassed: boolean): Pace {
  const { offset, at } = place
  // Going back, and the jump to the log start of one that retention had passed, are no consuming; nor can anything be
  // measured against a clock that was set back.
  if (offset < last.latest || isPassed !== last.isPassed || at < last.next.at) {
    return { ...beginPace(place, isPassed, at), gapMs: last.gapMs }
  }
  if (offset === last.latest) return last
  return {
    ...last,
    advances: last.advances + 1,
    latest: offset,
    advancedAt: at,
    gapMs: at - last.advancedAt,
  }
}

/** Time and bytes each in their own unit: a second passes by itself, an offset must be appended. */
function lossAt({ from, isPassed }: Pace, place: Place, headroom: Headroom, c: number): number {
  // Not where the records are that go next: it stands, and they go when their time has come.
  if (isPassed) return headroom.headroomMs?.[c] ?? Number.NaN
  if (from === null) return Number.NaN
  const elapsed = place.at - from.at
  const consumed = place.offset - from.offset
  const byTimeMs = headroom.byTimeMs?.[c] ?? Number.NaN
  const byBytesMs = headroom.byBytesMs?.[c] ?? Number.NaN
  if (consumed === 0) return smallerKnown(byTimeMs, byBytesMs)
  // Milliseconds of record time per millisecond. Time stamps that go back do not bring the loss nearer than the bound.
  const pace = Math.max(0, (place.head - from.head) / elapsed)
  const appended = headroom.appendRate?.[c] ?? Number.NaN
  return smallerKnown(
    pace < 1 ? byTimeMs / (1 - pace) : whenNever(pace),
    consumed / elapsed < appended
      ? (byBytesMs * appended) / (appended - consumed / elapsed)
      : whenNever(appended),
  )
}

/** It runs ahead of retention; or its speed is not known. */
function whenNever(speed: number): number {
  return Number.isNaN(speed) ? Number.NaN : Number.POSITIVE_INFINITY
}

function smallerKnown(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a
}
