import type { ClusterObservation, Commits } from '../model/observation.ts'
import { type Topology, topicOfRow } from '../model/topology.ts'
import { UNCOMMITTED } from './clocks.ts'
import { type GroupMemory, type GroupMemoryOptions, missGroup, observeGroup } from './group-memory.ts'
import type { GroupInput } from './layout.ts'
import type { ClusterState } from './state.ts'

/** Groups in order of their ids: those observed, and those missed that have not ended. */
export function followGroups(
  before: ClusterState,
  seen: ClusterObservation | null,
  options: GroupMemoryOptions,
): ReadonlyMap<string, GroupMemory> {
  const groups: GroupMemory[] = []
  const observed = new Set<string>()
  for (const group of seen?.groups ?? []) {
    observed.add(group.id)
    groups.push(observeGroup(before.groups.get(group.id) ?? null, group, options))
  }
  for (const [id, memory] of before.groups) {
    if (observed.has(id)) continue
    const missed = missGroup(memory, seen?.groupsComplete ?? false, options)
    if (missed !== null) groups.push(missed)
  }
  groups.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return new Map(groups.map(g => [g.id, g]))
}

const NO_COMMITS: Commits = { rows: new Int32Array(0), offsets: new Float64Array(0) }

/** What each group brings into the layout. */
export function groupInputs(
  groups: ReadonlyMap<string, GroupMemory>,
  seen: ClusterObservation | null,
  topology: Topology,
  uncommitted: 'absent' | 'minus-one',
): readonly GroupInput[] {
  // A share group has none: what an earlier group of that name committed is gone with it.
  const commits = new Map(seen?.groups.map(g => [g.id, g.kind === 'share' ? NO_COMMITS : g.commits]))
  return [...groups.keys()].map(id => {
    const read = commits.get(id) ?? null
    const fills = read !== null && uncommitted === 'minus-one'
    return { id, commits: fills ? fillUncommitted(read, topology) : read }
  })
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
