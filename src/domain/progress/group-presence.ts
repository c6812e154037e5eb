import type { GroupObservation } from '../../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { GroupMemory } from '../group-memory.ts'

/** What is remembered of a group's state; `state` and `since` are to outlive a restart. */
export interface GroupPresence {
  /** The last one known. */
  readonly state: string
  /** The first poll that saw the group in it; of an Empty one, whatever members came for a moment since. */
  readonly since: number
  /** Its members' partitions were described since it became Stable: in any other state they are half handed out. */
  readonly isDescribed: boolean
  /** Since when it was Empty before its members came, and the first poll that saw them: where they may not stay. */
  readonly emptyBefore?: { readonly since: number; readonly until: number } | undefined
}

/**
 * Members that are gone again after so long have not been there: a consumer that crashes when it starts would begin
 * the patience anew each time. One that was killed stays in its group for a session.timeout.ms, 45 s as a rule.
 */
const MOMENT_MS = 120_000

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
  const isEmpty = state === 'Empty'
  const earlier = stillEmptyBefore(known, now)
  const emptyBefore = isEmpty ? undefined : earlier
  const entered = isSame ? known.since : ((isEmpty ? earlier?.since : undefined) ?? now)
  // A clock that was set back begins anew.
  const since = Math.min(now, entered)
  const isDescribed =
    state === 'Stable' &&
    (describedState === undefined ? isSame && known.isDescribed : describedState === 'Stable')
  const isChanged =
    !isSame || since !== known.since || isDescribed !== known.isDescribed || emptyBefore !== known.emptyBefore
  return isChanged ? { state, since, isDescribed, emptyBefore } : known
}

function stillEmptyBefore(known: GroupPresence | undefined, now: number): GroupPresence['emptyBefore'] {
  if (known?.state === 'Empty') return { since: known.since, until: now }
  const before = known?.emptyBefore
  return before !== undefined && now - before.until <= MOMENT_MS ? before : undefined
}

/** Per group since when it has been Empty; NaN while it is not. */
export function emptySince(presences: GroupPresences, groups: readonly string[]): Float64Array {
  return Float64Array.from(groups, id => {
    const known = presences.get(id)
    return known?.state === 'Empty' ? known.since : Number.NaN
  })
}
