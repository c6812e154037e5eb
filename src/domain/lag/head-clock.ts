import { CELL_HOLES, CELL_UNREADABLE } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { previousOf } from '../layout.ts'
import type { Placed } from '../place.ts'
import type { ClusterState } from '../state.ts'
import { isDeniedTopic } from './denied-topics.ts'
import { AppendBracket } from './end-history.ts'
import { HEAD_IS_BEHIND_HOLES, HEAD_IS_FUTURE, HeadBounds } from './head-bounds.ts'

/** Since when the first uncommitted record of each cell waits. All columns are NaN where nothing waits or it is unknown. */
export interface HeadClock {
  /** The instant that lag in time counts from. */
  readonly headAt: Float64Array
  readonly uncertaintyMs: Float32Array
  /** The record's own time stamp, or the estimate of it. */
  readonly timestamp: Float64Array
  /** The record is not older than this; for what must not be promised too long. */
  readonly earliest: Float64Array
  /** CELL_HOLES and CELL_UNREADABLE. */
  readonly flags: Uint8Array
}

type Tracked = Pick<ClusterState, 'heads' | 'readings' | 'endHistory' | 'deniedTopics'>

/** Best evidence first: the record itself, searches by time stamp, our own table of ends; each within the next. */
export function* readHeadClock(placed: Placed, tracked: Tracked): Steps<HeadClock> {
  const { placement, now, topology, objectives } = placed
  const { layout } = placement
  const count = layout.cellRow.length
  const clock: HeadClock = {
    headAt: new Float64Array(count).fill(Number.NaN),
    uncertaintyMs: new Float32Array(count).fill(Number.NaN),
    timestamp: new Float64Array(count).fill(Number.NaN),
    earliest: new Float64Array(count).fill(Number.NaN),
    flags: new Uint8Array(count),
  }
  const isDenied = isDeniedTopic(tracked.deniedTopics, topology, now)
  const pass: ClockPass = { placed, tracked, clock, isDenied, estimate: new HeadEstimate() }
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const countsFromSeen = objectives[g]?.clock === 'seen'
    const end = layout.blockStart[layout.groupStart[g + 1] as number] as number
    const first = layout.blockStart[layout.groupStart[g] as number] as number
    for (let c = first; c < end; c += ROWS_PER_STEP) {
      const until = Math.min(c + ROWS_PER_STEP, end)
      readCells(pass, c, until, countsFromSeen)
      work += until - c
      if (work < ROWS_PER_STEP) continue
      work = 0
      yield
    }
  }
  return clock
}

interface ClockPass {
  readonly placed: Placed
  readonly tracked: Tracked
  readonly clock: HeadClock
  readonly isDenied: (row: number) => boolean
  readonly estimate: HeadEstimate
}

/** No generator, whose numbers go through the heap, one for each cell. */
function readCells(pass: ClockPass, begin: number, end: number, countsFromSeen: boolean): void {
  const { placed, clock, isDenied, estimate } = pass
  const { heads, readings, endHistory } = pass.tracked
  const { now, placement } = placed
  const { cellRow } = placement.layout
  for (let c = begin; c < end; c++) {
    if (!((readings.lag[c] as number) > 0)) continue
    const row = cellRow[c] as number
    if (isDenied(row)) clock.flags[c] = CELL_UNREADABLE
    estimate.head.load(heads, c)
    if (!estimate.make(endHistory, row, now, countsFromSeen, seenBy(placed, c))) continue
    clock.headAt[c] = estimate.headAt
    clock.uncertaintyMs[c] = estimate.uncertaintyMs
    clock.timestamp[c] = estimate.timestamp
    clock.earliest[c] = estimate.earliest
    if (estimate.head.flags & HEAD_IS_BEHIND_HOLES) clock.flags[c] = (clock.flags[c] as number) | CELL_HOLES
  }
}

/** Where the group is not known to have moved, its record was there when the work began; that outlives a restart. */
function seenBy({ before, placement }: Placed, c: number): number {
  const from = previousOf(placement, c)
  const offset = placement.incoming[c] as number
  if (from < 0 || !(Number.isNaN(offset) || offset === before.clocks.latest[from]))
    return Number.POSITIVE_INFINITY
  const since = before.progress.workSince[from] as number
  return Number.isNaN(since) ? Number.POSITIVE_INFINITY : since
}

/** One cell's estimate; one instance serves a whole pass. */
class HeadEstimate {
  readonly head = new HeadBounds()
  readonly #bracket = new AppendBracket()
  headAt = 0
  uncertaintyMs = 0
  timestamp = 0
  earliest = 0

  /** False where nothing bounds it on both sides. */
  make(
    history: ClusterState['endHistory'],
    row: number,
    now: number,
    countsFromSeen: boolean,
    seenBy: number,
  ): boolean {
    const { head } = this
    let { min, max } = head
    if (!head.isFound || head.flags & HEAD_IS_FUTURE || countsFromSeen) {
      this.#bracket.find(history, row, head.leastOffset)
      if (!head.isFound) {
        max = Math.min(max, this.#bracket.by, now)
        // An earlier record was stamped later than this one was there: by a clock that is ahead of ours.
        if (min > max) min = Number.NEGATIVE_INFINITY
        // A backdated record is older than its appending: then what is known of its time stamp is right.
        min = Math.max(min, Math.min(this.#bracket.after, max))
      }
    }
    if (min === Number.NEGATIVE_INFINITY) min = head.isFound ? max : min
    const seenAt = Math.min(this.#bracket.by, seenBy, now)
    if (countsFromSeen) return this.#countFromSeen(min, max, seenAt)
    if (min === Number.NEGATIVE_INFINITY) return false
    if (min > max) min = max
    this.timestamp = (min + max) / 2
    this.earliest = min
    this.uncertaintyMs = (max - min) / 2
    this.headAt = Math.min(this.timestamp, head.flags & HEAD_IS_FUTURE ? seenAt : now)
    return true
  }

  #countFromSeen(min: number, max: number, seenAt: number): boolean {
    this.headAt = seenAt
    this.uncertaintyMs = 0
    const isDated = min !== Number.NEGATIVE_INFINITY
    this.timestamp = isDated ? (min + max) / 2 : Number.NaN
    this.earliest = isDated ? min : Number.NaN
    return true
  }
}
