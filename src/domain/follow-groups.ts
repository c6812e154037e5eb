import type { ClusterObservation, Commits } from '../model/observation.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { rowCount, type Topology, topicOfRow } from '../model/topology.ts'
import { type GroupMemory, type GroupMemoryOptions, missGroup, observeGroup } from './group-memory.ts'
import type { GroupInput } from './layout.ts'
import { addAssignedRows } from './progress/assigned-rows.ts'
import { isAssignmentUnderstood } from './progress/assignment.ts'
import type { ClusterState } from './state.ts'
import { UNCOMMITTED } from './uncommitted.ts'

/** What a group costs beside its members, in rows. */
const GROUP_WORK = 8

/** Groups in order of their ids: those observed, and those missed that have not ended. */
export function* followGroups(
  before: ClusterState,
  seen: ClusterObservation | null,
  options: GroupMemoryOptions,
): Steps<ReadonlyMap<string, GroupMemory>> {
  const groups: GroupMemory[] = []
  const observed = new Set<string>()
  let work = 0
  for (const group of seen?.groups ?? []) {
    work += GROUP_WORK + (group.description?.members.length ?? 0)
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
    observed.add(group.id)
    const memory = before.groups.get(group.id) ?? null
    if (options.rowMap !== null) for (const { rows } of memory?.members ?? []) work += rows.length
    groups.push(observeGroup(memory, group, options))
  }
  for (const [id, memory] of before.groups) {
    if (observed.has(id)) continue
    work += GROUP_WORK
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
    const missed = missGroup(memory, seen?.groupsComplete ?? false, options)
    if (missed !== null) groups.push(missed)
  }
  groups.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  yield
  return new Map(groups.map(g => [g.id, g]))
}

const NO_COMMITS: Commits = { rows: new Int32Array(0), offsets: new Float64Array(0) }

/** What each group brings into the layout: what it committed on, and what its members have without a commit. */
export function* groupInputs(
  groups: ReadonlyMap<string, GroupMemory>,
  seen: ClusterObservation | null,
  topology: Topology,
  uncommitted: 'absent' | 'minus-one',
): Steps<readonly GroupInput[]> {
  // A share group has none: what an earlier group of that name committed is gone with it.
  const commits = new Map(seen?.groups.map(g => [g.id, g.kind === 'share' ? NO_COMMITS : g.commits]))
  const inputs: GroupInput[] = []
  const stamps = new Int32Array(rowCount(topology))
  let work = 0
  for (const [id, group] of groups) {
    const read = commits.get(id) ?? null
    let filled = read !== null && uncommitted === 'minus-one' ? fillUncommitted(read, topology) : read
    if (filled !== null && group.members !== null && isAssignmentUnderstood(group)) {
      filled = yield* addAssignedRows(filled, group.members, stamps, inputs.length + 1)
    }
    inputs.push({ id, commits: filled })
    work += 1 + (filled === null || (filled === read && group.members === null) ? 0 : filled.rows.length)
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
  }
  return inputs
}

/** kafka_exporter's view: every partition of a topic that the group committed on, -1 where it did not. */
function fillUncommitted(commits: Commits, topology: Topology): Commits {
  const offsets = new Map<number, number>()
  for (let i = 0; i < commits.rows.length; i++) {
    const t = topicOfRow(topology, commits.rows[i] as number)
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
      if (!offsets.has(row)) offsets.set(row, UNCOMMITTED)
    }
    offsets.set(commits.rows[i] as number, commits.offsets[i] as number)
  }
  return { rows: Int32Array.from(offsets.keys()), offsets: Float64Array.from(offsets.values()) }
}

/** Per group: 1 where a first commit on a partition is known to be the first. */
export function watchedGroups(before: ClusterState, groups: readonly string[]): Uint8Array {
  return Uint8Array.from(groups, id => {
    const memory = before.groups.get(id)
    const wasAbsent = memory === undefined && before.wereGroupsComplete
    return wasAbsent || (memory !== undefined && memory.lastReadAt > 0) ? 1 : 0
  })
}
