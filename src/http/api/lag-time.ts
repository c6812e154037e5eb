import type { Snapshot } from '../../model/snapshot.ts'

/**
 * Age of the first uncommitted record of cell `c` in milliseconds; 0 where nothing waits, NaN where it is not known.
 */
export function lagMsOf({ cells, takenAt }: Pick<Snapshot, 'cells' | 'takenAt'>, c: number): number {
  if (cells.lag[c] === 0) return 0
  return Math.max(0, takenAt - (cells.headAt[c] as number))
}
