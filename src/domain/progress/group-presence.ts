import type { GroupObservation } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { GroupMemory } from '../group-memory.ts'

/** What is remembered of a group's state; `state` and `since` are to outlive a restart. */
export interface GroupPresence {
  /** The last one known. */
  readonly state: string
  /** The first poll that saw the group in it. */
  readonly since: number
  /** Its members' partitions were described since it became Stable: in any other state they are half handed out. */
  readonly isDescribed: boolean
}

/** By group id. */
export type GroupPresences = ReadonlyMap<string, GroupPresence>

/** `seen`: the groups of this poll's observation. A state that is not known changes nothing. */
export function* stepPresence(
  before: GroupPresences,
  groups: ReadonlyMap<string, Pick<GroupMemory, 'state'>>,
  seen: readonly Pick<GroupObservation, 'id' | 'description'>[],
  now: number,
): Steps<GroupPresences> {
  const described = new Map<string, string>()
  for (const { id, description } of seen) if (description !== null) described.set(id, description.state)
  yield
  const after = new Map<string, GroupPresence>()
  for (const [id, group] of groups) {
    if (after.size % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const presence = present(before.get(id), group.state, described.get(id), now)
    if (presence !== null) after.set(id, presence)
  }
  return after
}

function present(
  known: GroupPresence | undefined,
  seenState: string,
  describedState: string | undefined,
  now: number,
): GroupPresence | null {
  const state = seenState || known?.state
  if (state === undefined) return null
  const isSame = state === known?.state
  // A clock that was set back begins anew.
  const since = isSame ? Math.min(now, known.since) : now
  const isDescribed =
    state === 'Stable' &&
    (describedState === undefined ? isSame && known.isDescribed : describedState === 'Stable')
  if (isSame && since === known.since && isDescribed === known.isDescribed) return known
  return { state, since, isDescribed }
}

/** Per group since when it has been Empty; NaN while it is not. */
export function emptySince(presences: GroupPresences, groups: readonly string[]): Float64Array {
  return Float64Array.from(groups, id => {
    const known = presences.get(id)
    return known?.state === 'Empty' ? known.since : Number.NaN
  })
}
