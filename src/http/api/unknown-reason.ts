import { CELL_BEYOND_END, CELL_UNCOMMITTED, type Snapshot } from '../../model/snapshot.ts'

/** Why the state of a cell of group `g` is `unknown`, in words: what can be told from the snapshot itself. */
export function unknownReasonOf(
  { cells, partitions, layout, groups }: Snapshot,
  g: number,
  c: number,
): string {
  const row = layout.cellRow[c] as number
  const flags = cells.flags[c] as number
  if (flags & CELL_BEYOND_END) return 'the commit lies beyond the end of the log'
  if ((partitions.leader[row] as number) < 0) return 'the partition has no leader'
  if (Number.isNaN(partitions.highWatermark[row]) || Number.isNaN(partitions.logStart[row])) {
    return 'the offsets of the partition could not be read'
  }
  const failure = groups[g]?.failure
  if (failure != null) return `the group could not be read: ${failure.code}`
  if (flags & CELL_UNCOMMITTED) return 'nothing is committed, and it is not known whether anybody reads'
  if (Number.isNaN(cells.committed[c])) return 'the commit could not be read'
  return 'not enough has been read yet'
}
