import type { Objective } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { rowCount } from '../../model/topology.ts'
import type { ClusterState } from '../state.ts'
import { isOpen } from './head-bounds.ts'

/**
 * Rows, ascending, whose last stable offset decides something in the next poll: where a group waits that did not move
 * in the last one (an open transaction may hold it), where a transaction was open or a record of one was found, for only
 * an answer says that it has ended, and all that a group with `isolation: read_committed` reads.
 */
export function* stableRowsWanted(
  { layout, readings, clocks, metadataAt, stable, heads }: ClusterState,
  objectiveOf: (group: string) => Objective,
): Steps<Int32Array> {
  const wanted = new Uint8Array(rowCount(layout.topology))
  let count = 0
  for (const row of stable.keys()) {
    if (wanted[row] === 0) count++
    wanted[row] = 1
  }
  for (let g = 0, c = 0; g < layout.groups.length; g++) {
    const isIsolated = objectiveOf(layout.groups[g] as string).isolation === 'read_committed'
    const end = layout.blockStart[layout.groupStart[g + 1] as number] as number
    for (; c < end; c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const isWaiting = (readings.lag[c] as number) > 0 && (clocks.progressAt[c] as number) < metadataAt
      if (!isIsolated && !isWaiting && !isOpen(heads, c)) continue
      const row = layout.cellRow[c] as number
      if (wanted[row] === 0) count++
      wanted[row] = 1
    }
  }
  const rows = new Int32Array(count)
  for (let row = 0, n = 0; n < count; row++) if (wanted[row] === 1) rows[n++] = row
  return rows
}
