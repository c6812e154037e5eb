import type { CellColumns } from '../../model/snapshot.ts'
import type { GroupRef } from './group-summary.ts'
import { ownersOfRows, toPartitionLag, topicOfCell, type WorstPartition } from './partition-lag.ts'

/**
 * `worst`: those with lag by the age of their last advance, then those of unknown lag, then those that have caught up.
 * `partition`: by topic and number.
 */
export type PartitionOrder = 'worst' | 'partition'

/** A stretch of the partitions of a group in some order. Only what is in it is built, however large the group. */
export function partitionsOf(
  { snapshot, g }: GroupRef,
  { order, first, count }: { readonly order: PartitionOrder; readonly first: number; readonly count: number },
): readonly WorstPartition[] {
  const { layout, cells } = snapshot
  const start = layout.blockStart[layout.groupStart[g] as number] ?? 0
  const end = layout.blockStart[layout.groupStart[g + 1] as number] ?? start
  const ordered = order === 'partition' ? range(start, end) : worstCells(cells, start, end, first + count)
  const shown = ordered.slice(first, first + count)
  const rowOfCell = (c: number) => layout.cellRow[c] as number
  const owners = ownersOfRows(snapshot.groups[g]?.members ?? null, shown.map(rowOfCell))
  return shown.map(c => {
    const t = topicOfCell(layout, g, c)
    const owner = owners.get(rowOfCell(c)) ?? null
    return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, c, t, owner) }
  })
}

/** Up to here it is quicker to keep the few worst in order while passing over all than to sort all. */
const KEPT_IN_ORDER = 1_000

function worstCells(cells: CellColumns, start: number, end: number, wanted: number): readonly number[] {
  const byWorst = worstFirst(cells)
  if (wanted === 0) return []
  if (wanted > KEPT_IN_ORDER) return range(start, end).sort(byWorst)
  const kept: number[] = []
  for (let c = start; c < end; c++) {
    if (kept.length === wanted && byWorst(c, kept[wanted - 1] as number) >= 0) continue
    kept.splice(placeOf(c, kept, byWorst), 0, c)
    if (kept.length > wanted) kept.pop()
  }
  return kept
}

/** Where it belongs among those that are in order, by bisection. */
function placeOf(
  c: number,
  ordered: readonly number[],
  compareCells: (a: number, b: number) => number,
): number {
  let low = 0
  let high = ordered.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareCells(ordered[middle] as number, c) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i)
}

function worstFirst(cells: CellColumns): (a: number, b: number) => number {
  const rank = (lag: number) => (Number.isNaN(lag) ? 1 : lag > 0 ? 0 : 2)
  const since = (c: number) => cells.progressAt[c] || Number.POSITIVE_INFINITY
  return (a, b) => {
    const lagA = cells.lag[a] as number
    const lagB = cells.lag[b] as number
    const ranks = rank(lagA) - rank(lagB)
    if (ranks !== 0) return ranks
    if (!(lagA > 0)) return a - b
    return compare(since(a), since(b)) || compare(lagB, lagA) || a - b
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
