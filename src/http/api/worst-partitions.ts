import type { CellColumns } from '../../model/snapshot.ts'
import { cellRange, worstFirst } from './cell-order.ts'
import type { GroupRef } from './group-summary.ts'
import { ownersOfRows, toPartitionLag, topicOfCell, type WorstPartition } from './partition-lag.ts'

/** `worst`: as `worstFirst` has them. `partition`: by topic and number. */
export type PartitionOrder = 'worst' | 'partition'

/** A stretch of the partitions of a group in some order. Only what is in it is built, however large the group. */
export function partitionsOf(
  { snapshot, g }: GroupRef,
  { order, first, count }: { readonly order: PartitionOrder; readonly first: number; readonly count: number },
): readonly WorstPartition[] {
  const { layout, cells } = snapshot
  const [start, end] = cellRange(layout, g)
  const ordered = order === 'partition' ? range(start, end) : worstCells(cells, start, end, first + count)
  const shown = ordered.slice(first, first + count)
  const rowOfCell = (c: number) => layout.cellRow[c] as number
  const owners = ownersOfRows(snapshot.groups[g]?.members ?? null, shown.map(rowOfCell))
  return shown.map(c => {
    const t = topicOfCell(layout, g, c)
    const owner = owners.get(rowOfCell(c)) ?? null
    return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, { g, t, c }, owner) }
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
