import { positionIn } from '../../model/position-in.ts'
import { CELL_UNCOMMITTED, type GroupLayout } from '../../model/snapshot.ts'
import { topicOfRow } from '../../model/topology.ts'
import type { GroupMemory } from '../group-memory.ts'
import type { Readings } from '../readings.ts'

export interface UndrainedInputs {
  /** Of dead-letter topics, ascending. */
  readonly rows: Int32Array
  /** By entry of `rows`. */
  readonly depth: Float64Array
  readonly layout: GroupLayout
  readonly readings: Pick<Readings, 'lag' | 'flags'>
  readonly groups: ReadonlyMap<string, GroupMemory>
  readonly drainedBy: ReadonlyMap<string, string>
  /** Before that, what was read of a group is too old. */
  readonly oldestHeld: number
}

/**
 * What the groups that drain them have not read. Of a partition on which such a group has committed nothing that is all
 * that it holds. Unknown where the group is not to be seen, or its commits are not: it may be left out, or not be allowed
 * to be seen.
 */
export function undrainedOf(inputs: UndrainedInputs): Float64Array {
  const { rows, depth, layout, drainedBy } = inputs
  const undrained = new Float64Array(rows.length).fill(Number.NaN)
  if (drainedBy.size === 0) return undrained
  let topic = -1
  let lagOf: ((row: number) => number | null) | null = null
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const t = topicOfRow(layout.topology, row)
    if (t !== topic) {
      topic = t
      lagOf = lagsOn(t, inputs)
    }
    if (lagOf !== null) undrained[i] = lagOf(row) ?? (depth[i] as number)
  }
  return undrained
}

/** Null: no group is named for the topic, or it is not there, or not read. Of a row: null where it has committed nothing. */
function lagsOn(t: number, inputs: UndrainedInputs): ((row: number) => number | null) | null {
  const { layout, readings, groups, drainedBy, oldestHeld } = inputs
  const id = drainedBy.get(layout.topology.topics[t] as string)
  const group = id === undefined ? undefined : groups.get(id)
  if (id === undefined || group === undefined) return null
  // Without this, commits that nobody could read would be commits that there are not.
  if (group.lastReadAt === 0 || group.lastReadAt < oldestHeld) return null
  if (group.share !== null) {
    const { rows, lags } = group.share
    return row => lags[rows.indexOf(row)] ?? null
  }
  const g = positionIn(layout.groups, id)
  if (g < 0) return null
  for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
    if (layout.blockTopic[b] !== t) continue
    const first = layout.blockStart[b] as number
    const end = layout.blockStart[b + 1] as number
    return row => {
      const cell = layout.cellRow.subarray(first, end).indexOf(row)
      if (cell < 0) return null
      const isUncommitted = ((readings.flags[first + cell] as number) & CELL_UNCOMMITTED) !== 0
      return isUncommitted ? null : (readings.lag[first + cell] as number)
    }
  }
  return () => null
}
