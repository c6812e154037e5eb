import type { GroupMember } from '../../model/observation.ts'
import type { GroupLayout } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { topicOfRow } from '../../model/topology.ts'
import type { GroupMemory } from '../group-memory.ts'
import type { Placement } from '../layout.ts'
import type { GroupPresences } from './group-presence.ts'

export const ASSIGNMENT_UNKNOWN = 0
/** Some member has some partition of the topic. */
export const ASSIGNED = 1
/** The group is Stable, and no member has any. */
export const UNASSIGNED = 2

/** Per block; `unassignedSince` is to outlive a restart. */
export interface Assignments {
  /** ASSIGNMENT_UNKNOWN, ASSIGNED or UNASSIGNED. */
  readonly verdict: Uint8Array
  /** The first poll that saw the block UNASSIGNED, kept while it is not known; NaN otherwise. */
  readonly unassignedSince: Float64Array
  /** By group: the members that the verdicts were taken from. */
  readonly members: ReadonlyMap<string, readonly GroupMember[]>
}

export const NO_ASSIGNMENTS: Assignments = {
  verdict: new Uint8Array(0),
  unassignedSince: new Float64Array(0),
  members: new Map(),
}

type AssignedGroup = Pick<GroupMemory, 'kind' | 'protocolType' | 'members' | 'describedAt'>

/** Whether members' partitions say what the group reads: Connect's workers, for one, say something else. */
export function isAssignmentUnderstood({
  kind,
  protocolType,
}: Pick<GroupMemory, 'kind' | 'protocolType'>): boolean {
  return kind === 'consumer' || kind === 'streams' || (kind === 'classic' && protocolType === 'consumer')
}

/**
 * Which blocks the groups' members read. A verdict stands through a rebalance, and from a restart to the first
 * description; it falls when the group becomes Empty or its description is too old. That nobody reads a topic, only a
 * description of this very poll can say: an older one knows nothing of a topic that the group has begun to read since,
 * in a rebalance between two polls, or that was created anew.
 */
export function* stepAssignments(
  before: Assignments,
  placement: Placement,
  groups: ReadonlyMap<string, AssignedGroup>,
  presences: GroupPresences,
  now: number,
): Steps<Assignments> {
  const { layout, previousBlock } = placement
  const blocks = layout.blockTopic.length
  const verdict = new Uint8Array(blocks)
  const unassignedSince = new Float64Array(blocks).fill(Number.NaN)
  const members = new Map<string, readonly GroupMember[]>()
  const stamps = new Int32Array(layout.topology.topics.length)
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const id = layout.groups[g] as string
    const group = groups.get(id)
    const presence = presences.get(id)
    const first = layout.groupStart[g] as number
    const end = layout.groupStart[g + 1] as number
    work += end - first + 8
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
    if (group === undefined || !isAssignmentUnderstood(group) || presence?.state === 'Empty') continue
    const described = presence?.isDescribed ? withRows(group.members) : null
    if (described !== null) members.set(id, described)
    // The same list in the same places has been judged already.
    const isNew = described !== null && (previousBlock !== null || before.members.get(id) !== described)
    const isOfNow = described !== null && group.describedAt === now
    if (isNew) yield* stampTopics(described, layout, stamps, g + 1)
    const isTooOld = group.members === null && group.describedAt > 0
    for (let b = first; b < end; b++) {
      const from = previousBlock === null ? b : (previousBlock[b] as number)
      const since = from < 0 ? Number.NaN : Math.min(now, before.unassignedSince[from] ?? Number.NaN)
      const held = from < 0 ? ASSIGNMENT_UNKNOWN : (before.verdict[from] ?? ASSIGNMENT_UNKNOWN)
      const isAssigned = stamps[layout.blockTopic[b] as number] === g + 1
      if (isNew && isAssigned) verdict[b] = ASSIGNED
      else if (isNew && isOfNow) verdict[b] = UNASSIGNED
      else if (!isTooOld) verdict[b] = held
      if (verdict[b] === UNASSIGNED) unassignedSince[b] = Number.isNaN(since) ? now : since
      else if (verdict[b] === ASSIGNMENT_UNKNOWN) unassignedSince[b] = since
    }
  }
  return { verdict, unassignedSince, members }
}

/** Members without a single partition between them prove nothing: they may be about to get theirs. */
function withRows(members: readonly GroupMember[] | null): readonly GroupMember[] | null {
  return members?.some(m => m.rows.length > 0) ? members : null
}

function* stampTopics(
  members: readonly GroupMember[],
  { topology }: GroupLayout,
  stamps: Int32Array,
  stamp: number,
): Steps<void> {
  let work = 0
  for (const { rows } of members) {
    let first = 0
    let end = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      if (row >= first && row < end) continue
      const t = topicOfRow(topology, row)
      first = topology.start[t] as number
      end = topology.start[t + 1] as number
      stamps[t] = stamp
    }
    work += rows.length
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
  }
}

/** What a state file holds of assignments: the rest is learnt from the first description. */
export function restoreAssignments(unassignedSince: Float64Array): Assignments {
  const verdict = Uint8Array.from(unassignedSince, since =>
    Number.isNaN(since) ? ASSIGNMENT_UNKNOWN : UNASSIGNED,
  )
  return { verdict, unassignedSince, members: new Map() }
}
