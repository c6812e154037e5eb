import type { GroupRef } from './group-summary.ts'
import { ownerOfRow, toPartitionLag, topicOfCell, type WorstPartition } from './partition-lag.ts'

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
  const ordered = Int32Array.from({ length: end - start }, (_, i) => start + i)
  if (order === 'worst') ordered.sort(worstFirst(cells))
  const members = snapshot.groups[g]?.members ?? null
  return Array.from(ordered.subarray(first, first + count), c => {
    const t = topicOfCell(layout, g, c)
    const owner = ownerOfRow(members, layout.cellRow[c] as number)
    return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, c, t, owner) }
  })
}

function worstFirst(cells: GroupRef['snapshot']['cells']): (a: number, b: number) => number {
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
