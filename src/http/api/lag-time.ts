import type { Snapshot } from '../../model/snapshot.ts'

/** A loss that is further ahead is told, but is no reason to hurry. */
const LOSS_NEAR_MS = 86_400_000

/** Less time is left than what waits has waited already, and less than a day. */
export function isLossNear(headroomMs: number, lagMs: number): boolean {
  return headroomMs < LOSS_NEAR_MS && headroomMs <= lagMs
}

/**
 * Age of the first uncommitted record of cell `c` in milliseconds; 0 where nothing waits, NaN where it is not known.
 */
export function lagMsOf({ cells, takenAt }: Pick<Snapshot, 'cells' | 'takenAt'>, c: number): number {
  if (cells.lag[c] === 0) return 0
  return Math.max(0, takenAt - (cells.headAt[c] as number))
}
