import type { GroupRef } from './group-summary.ts'
import { ownerOfRow, toPartitionLag, topicOfCell, type WorstPartition } from './partition-lag.ts'

/** The partitions of a group that have lag, longest without an advance first. */
export function worstPartitionsOf({ snapshot, g }: GroupRef, limit: number): readonly WorstPartition[] {
  const { layout, cells } = snapshot
  const first = layout.blockStart[layout.groupStart[g] as number] ?? 0
  const end = layout.blockStart[layout.groupStart[g + 1] as number] ?? 0
  const behind: number[] = []
  for (let c = first; c < end; c++) if ((cells.lag[c] as number) > 0) behind.push(c)
  const since = (c: number) => cells.progressAt[c] || Number.POSITIVE_INFINITY
  behind.sort(
    (a, b) => compare(since(a), since(b)) || compare(cells.lag[b] as number, cells.lag[a] as number),
  )
  const members = snapshot.groups[g]?.members ?? null
  return behind.slice(0, limit).map(c => {
    const t = topicOfCell(layout, g, c)
    const owner = ownerOfRow(members, layout.cellRow[c] as number)
    return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, c, t, owner) }
  })
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
