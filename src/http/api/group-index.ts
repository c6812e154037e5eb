import { CELL_STATES, type ShareView, type Snapshot } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { cellRange, isBad, isIdle, worstFirst } from './cell-order.ts'
import { isLossNear, lagMsOf } from './lag-time.ts'
import { SnapshotView } from './snapshot-view.ts'

/**
 * What a list of groups is ordered by, one entry per group of the snapshot. Cells number a million, groups some
 * thousands: the pass over all cells is made once per snapshot, and only when somebody looks.
 */
export interface GroupIndex {
  /** Messages; NaN where a part of the sum is not known. */
  readonly lagSum: Float64Array
  /**
   * Milliseconds: the longest that any partition with lag has been without an advance; 0 where nothing is behind, NaN
   * where none is known to be behind but some lag is not known, where there are no clocks, and for share groups that
   * are behind.
   */
  readonly sicknessMs: Float64Array
  /** The first of all by `worstFirst`; -1 where every cell has caught up or there is none. */
  readonly worstCell: Int32Array
  readonly cellsBad: Int32Array
  /** Of cells whose lag in time is not known though something waits or may wait. */
  readonly cellsUntimed: Int32Array
  /** Least time that retention may still leave of any cell; NaN where none is in sight. */
  readonly headroomMs: Float64Array
  /** 1 where some cell is near a loss. */
  readonly lossNear: Uint8Array
  /** Milliseconds since the epoch; NaN where no cell has a clock. */
  readonly oldestProgressAt: Float64Array
  /** Of share groups: share partitions. */
  readonly cellsBehind: Int32Array
  readonly beyondEnd: Float64Array
}

export const GROUP_INDEX = new SnapshotView(buildGroupIndex)

const CAUGHT_UP = CELL_STATES.indexOf('caught_up')

const CELLS_PER_STEP = 8 * ROWS_PER_STEP

function* buildGroupIndex(snapshot: Snapshot): Steps<GroupIndex> {
  const size = snapshot.groups.length
  const index: GroupIndex = {
    lagSum: new Float64Array(size),
    sicknessMs: new Float64Array(size),
    worstCell: new Int32Array(size).fill(-1),
    cellsBad: new Int32Array(size),
    cellsUntimed: new Int32Array(size),
    headroomMs: new Float64Array(size).fill(Number.NaN),
    lossNear: new Uint8Array(size),
    oldestProgressAt: new Float64Array(size).fill(Number.NaN),
    cellsBehind: new Int32Array(size),
    beyondEnd: new Float64Array(size),
  }
  let budget = CELLS_PER_STEP
  for (let g = 0; g < size; g++) {
    addBlocks(index, snapshot, g)
    const [first, end] = cellRange(snapshot.layout, g)
    for (let from = first; from < end; ) {
      const to = Math.min(end, from + budget)
      addCells(index, snapshot, g, from, to)
      budget -= to - from
      from = to
      if (budget > 0) continue
      yield
      budget = CELLS_PER_STEP
    }
    const share = snapshot.groups[g]?.share
    if (share != null) addShare(index, g, share)
    else if (hasNoReading(snapshot, g)) index.lagSum[g] = Number.NaN
    if (index.cellsBehind[g] === 0 && Number.isNaN(index.lagSum[g])) index.sicknessMs[g] = Number.NaN
  }
  return index
}

/** A sum over nothing is 0 only where the group was read and has nothing. */
function hasNoReading(snapshot: Snapshot, g: number): boolean {
  const group = snapshot.groups[g]
  const blocks = (snapshot.layout.groupStart[g + 1] as number) - (snapshot.layout.groupStart[g] as number)
  return blocks === 0 && (group === undefined || !group.up || group.kind === 'share')
}

function addBlocks(index: GroupIndex, snapshot: Snapshot, g: number): void {
  const { layout, blocks } = snapshot
  let lagSum = 0
  let beyondEnd = 0
  for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
    lagSum += blocks.lagSum[b] as number
    beyondEnd += blocks.beyondEnd[b] as number
  }
  index.lagSum[g] = lagSum
  index.beyondEnd[g] = beyondEnd
}

function addCells(index: GroupIndex, snapshot: Snapshot, g: number, from: number, to: number): void {
  const { cells, takenAt } = snapshot
  const isWorse = worstFirst(cells)
  let oldest = index.oldestProgressAt[g] as number
  let sickness = index.sicknessMs[g] as number
  let worst = index.worstCell[g] as number
  for (let c = from; c < to; c++) {
    const at = cells.progressAt[c] as number
    if (at > 0 && !(at >= oldest)) oldest = at
    if ((cells.lag[c] as number) > 0) {
      ;(index.cellsBehind[g] as number)++
      sickness = Math.max(sickness, at > 0 ? takenAt - at : Number.NaN)
    }
    if (cells.state[c] === CAUGHT_UP || isIdle(cells, c)) continue
    const lagMs = lagMsOf(snapshot, c)
    if (Number.isNaN(lagMs)) (index.cellsUntimed[g] as number)++
    if (isBad(cells, c)) (index.cellsBad[g] as number)++
    if (worst < 0 || isWorse(c, worst) < 0) worst = c
    const headroom = cells.headroomMs?.[c] ?? Number.NaN
    if (!(headroom >= (index.headroomMs[g] as number)) && !Number.isNaN(headroom)) {
      index.headroomMs[g] = headroom
    }
    if (isLossNear(headroom, lagMs)) index.lossNear[g] = 1
  }
  index.oldestProgressAt[g] = oldest
  index.sicknessMs[g] = sickness
  index.worstCell[g] = worst
}

/** It may be behind, but has no clock: how long it has been so nobody knows. */
function addShare(index: GroupIndex, g: number, { lags }: ShareView): void {
  let lagSum = lags.length === 0 ? Number.NaN : 0
  let behind = 0
  for (const lag of lags) {
    lagSum += lag
    if (lag > 0) behind++
  }
  index.lagSum[g] = lagSum
  index.cellsBehind[g] = behind
  if (behind > 0) index.sicknessMs[g] = Number.NaN
}
