import { CELL_ADVANCED, CELL_REWOUND } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { CellMap } from './cell-map.ts'
import type { Placement } from './layout.ts'
import { UNCOMMITTED } from './uncommitted.ts'

/** What is remembered of every cell's progress, whether or not it can be published just now. */
export interface Clocks {
  /** Newest committed offset known; NaN = never read. */
  readonly latest: Float64Array
  /** Milliseconds since the epoch of the last advance, or when the clock began where none was seen. */
  readonly progressAt: Float64Array
  /** CELL_ADVANCED and CELL_REWOUND. */
  readonly flags: Uint8Array
  /** Highest offset ever seen, of the cells that went back and have not regained it. */
  readonly rewoundFrom: ReadonlyMap<number, number>
  /** Per block. */
  readonly rewinds: Float64Array
}

export interface ClockInputs {
  readonly now: number
  readonly clockStartAt: number
  /**
   * Per group, 1: a partition that appears with its first commit is known to have had none before, so that an
   * advance was seen; 0: it may have been committed long ago, and its clock starts at `clockStartAt`.
   */
  readonly wasWatched: Uint8Array
  /** `before` came from a file: a commit that differs moved, and one that is new was made, while nobody watched. */
  readonly restored: boolean
}

/**
 * One poll's step of every cell's clock. A move forward sets it; the same offset again does not, nor does a move
 * back, which is counted; what could not be read changes nothing.
 */
export function* stepClocks(before: Clocks, placement: Placement, inputs: ClockInputs): Steps<Clocks> {
  const { layout, incoming } = placement
  const count = layout.cellRow.length
  const pass: ClockPass = {
    before,
    placement,
    inputs,
    latest: incoming,
    progressAt: new Float64Array(count),
    flags: new Uint8Array(count),
    rewoundFrom: new CellMap<number>(),
    rewinds: carryRewinds(before.rewinds, placement),
  }
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const wasWatched = inputs.wasWatched[g] === 1
    for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
      const end = layout.blockStart[b + 1] as number
      for (let c = layout.blockStart[b] as number; c < end; c += ROWS_PER_STEP) {
        const until = Math.min(c + ROWS_PER_STEP, end)
        stepCells(pass, b, c, until, wasWatched)
        work += until - c
        if (work < ROWS_PER_STEP) continue
        work = 0
        yield
      }
    }
  }
  const { latest, progressAt, flags, rewoundFrom, rewinds } = pass
  return { latest, progressAt, flags, rewoundFrom, rewinds }
}

interface ClockPass {
  readonly before: Clocks
  readonly placement: Placement
  readonly inputs: ClockInputs
  /** What was read, until a cell was not: then a copy, for `incoming` is not ours to write. */
  latest: Float64Array
  readonly progressAt: Float64Array
  readonly flags: Uint8Array
  readonly rewoundFrom: CellMap<number>
  readonly rewinds: Float64Array
}

/** No generator, whose numbers go through the heap, one for each cell. */
function stepCells(pass: ClockPass, b: number, begin: number, end: number, wasWatched: boolean): void {
  const { before, progressAt, flags, rewoundFrom, rewinds } = pass
  const { previousCell, incoming } = pass.placement
  const { now, clockStartAt, restored } = pass.inputs
  for (let c = begin; c < end; c++) {
    const from = previousCell === null ? c : (previousCell[c] as number)
    const offset = incoming[c] as number
    const last = from < 0 ? Number.NaN : (before.latest[from] as number)
    // A clock that was set back begins anew: it must not stand until the old time has come again.
    let since = Math.min(now, from < 0 ? clockStartAt : (before.progressAt[from] as number))
    let flag = from < 0 ? 0 : (before.flags[from] as number)

    if (Number.isNaN(offset)) {
      if (!Number.isNaN(last)) {
        if (pass.latest === incoming) pass.latest = incoming.slice()
        pass.latest[c] = last
      }
    } else {
      if (Number.isNaN(last)) {
        since = wasWatched || restored ? now : Math.min(now, clockStartAt)
        if (wasWatched && !restored && offset !== UNCOMMITTED) flag |= CELL_ADVANCED
      } else if (offset > last) {
        since = now
        flag |= CELL_ADVANCED
      } else if (offset < last && offset !== UNCOMMITTED) {
        flag |= CELL_REWOUND
        rewinds[b] = (rewinds[b] as number) + 1
        if (restored) since = now
      }
    }
    if (flag & CELL_REWOUND) {
      const highest = Math.max(before.rewoundFrom.get(from) ?? 0, Number.isNaN(last) ? 0 : last)
      if (offset >= highest) flag &= ~CELL_REWOUND
      else rewoundFrom.set(c, highest)
    }
    progressAt[c] = since
    flags[c] = flag
  }
}

function carryRewinds(before: Float64Array, { previousBlock, layout }: Placement): Float64Array {
  if (previousBlock === null) return before.slice()
  const rewinds = new Float64Array(layout.blockTopic.length)
  previousBlock.forEach((from, b) => {
    if (from >= 0) rewinds[b] = before[from] as number
  })
  return rewinds
}
