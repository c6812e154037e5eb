import type { ShareView, Snapshot } from '../../model/snapshot.ts'

/**
 * What a list of groups is ordered by, one entry per group of the snapshot. Cells number a million, groups some
 * thousands: the pass over all cells is made once per snapshot, and only when somebody looks.
 */
export interface GroupIndex {
  /** Messages; NaN where a part of the sum is not known. */
  readonly lagSum: Float64Array
  /**
   * Milliseconds: the longest that any partition with lag has been without an advance; 0 where nothing is behind, NaN
   * where none is known to be behind but some lag is not known, and for share groups that are behind.
   */
  readonly sicknessMs: Float64Array
  /** The cell that `sicknessMs` is of; -1 where there is none. Between equals the one with the largest lag. */
  readonly worstCell: Int32Array
  /** Milliseconds since the epoch; NaN where no cell has a clock. */
  readonly oldestProgressAt: Float64Array
  /** Of share groups: share partitions. */
  readonly cellsBehind: Int32Array
  readonly beyondEnd: Float64Array
}

const indexes = new WeakMap<Snapshot, GroupIndex>()

export function groupIndexOf(snapshot: Snapshot): GroupIndex {
  let index = indexes.get(snapshot)
  if (index === undefined) {
    index = buildGroupIndex(snapshot)
    indexes.set(snapshot, index)
  }
  return index
}

function buildGroupIndex(snapshot: Snapshot): GroupIndex {
  const size = snapshot.groups.length
  const index: GroupIndex = {
    lagSum: new Float64Array(size),
    sicknessMs: new Float64Array(size),
    worstCell: new Int32Array(size).fill(-1),
    oldestProgressAt: new Float64Array(size).fill(Number.NaN),
    cellsBehind: new Int32Array(size),
    beyondEnd: new Float64Array(size),
  }
  for (let g = 0; g < size; g++) {
    addBlocks(index, snapshot, g)
    addCells(index, snapshot, g)
    const share = snapshot.groups[g]?.share
    if (share != null) addShare(index, g, share)
    else if (hasNoReading(snapshot, g)) index.lagSum[g] = Number.NaN
    if (index.worstCell[g] === -1 && Number.isNaN(index.lagSum[g])) index.sicknessMs[g] = Number.NaN
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

function addCells(index: GroupIndex, snapshot: Snapshot, g: number): void {
  const { layout, cells, takenAt } = snapshot
  const firstBlock = layout.groupStart[g] as number
  const endBlock = layout.groupStart[g + 1] as number
  const end = layout.blockStart[endBlock] ?? 0
  let oldest = Number.POSITIVE_INFINITY
  let behind = 0
  let worst = -1
  let worstAge = -1
  for (let c = layout.blockStart[firstBlock] ?? end; c < end; c++) {
    const at = cells.progressAt[c] as number
    if (at > 0 && at < oldest) oldest = at
    const lag = cells.lag[c] as number
    if (!(lag > 0)) continue
    behind++
    const age = at > 0 ? Math.max(0, takenAt - at) : 0
    if (age < worstAge || (age === worstAge && lag <= (cells.lag[worst] as number))) continue
    worst = c
    worstAge = age
  }
  index.cellsBehind[g] = behind
  index.worstCell[g] = worst
  index.sicknessMs[g] = Math.max(0, worstAge)
  if (oldest !== Number.POSITIVE_INFINITY) index.oldestProgressAt[g] = oldest
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
