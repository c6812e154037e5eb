import type { Commits, GroupMember } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { UNCOMMITTED } from '../uncommitted.ts'

/**
 * Adds the partitions that a group's members have and that it has no commit on, as UNCOMMITTED. The commits
 * themselves where there are none. `stamps` has an entry per row, is written to, and is shared by the groups of a
 * poll; `stamp` must differ from group to group and from 0.
 */
export function* addAssignedRows(
  commits: Commits,
  members: readonly GroupMember[],
  stamps: Int32Array,
  stamp: number,
): Steps<Commits> {
  let work = 0
  let missing = 0
  for (let i = 0; i < commits.rows.length; i++) stamps[commits.rows[i] as number] = stamp
  for (const { rows } of members) {
    for (let i = 0; i < rows.length; i++) {
      if (stamps[rows[i] as number] === stamp) continue
      stamps[rows[i] as number] = stamp
      missing++
    }
    work += rows.length
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
  }
  if (missing === 0) return commits

  const count = commits.rows.length
  const rows = new Int32Array(count + missing)
  const offsets = new Float64Array(count + missing).fill(UNCOMMITTED, count)
  rows.set(commits.rows)
  offsets.set(commits.offsets)
  // Each missing row is stamped: taking the stamp away as it is added adds it once.
  for (let i = 0; i < count; i++) stamps[commits.rows[i] as number] = 0
  let n = count
  for (const member of members) {
    for (const row of member.rows) {
      if (stamps[row] !== stamp) continue
      stamps[row] = 0
      rows[n++] = row
    }
  }
  return { rows, offsets }
}
