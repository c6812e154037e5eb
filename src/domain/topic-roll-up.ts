import type { PartitionObservation } from '../model/observation.ts'
import type { GroupLayout } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { type Topology, topicOfRow } from '../model/topology.ts'
import type { GroupMemory } from './group-memory.ts'

/** Per topic: 1 where every partition has a leader that the metadata lists as a live broker, else 0. */
export function* topicsUp(
  topology: Topology,
  leader: Int32Array,
  liveBrokers: ReadonlySet<number>,
): Steps<Float64Array> {
  const up = new Float64Array(topology.topics.length).fill(1)
  for (let t = 0; t < up.length; t++) {
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
      if (row % ROWS_PER_STEP === 0) yield
      if (!liveBrokers.has(leader[row] as number)) up[t] = 0
    }
  }
  return up
}

/** Per topic: groups with a commit or an assignment on it. */
export function* groupsPerTopic(
  layout: GroupLayout,
  groups: ReadonlyMap<string, GroupMemory>,
): Steps<Float64Array> {
  const { topology } = layout
  const count = new Float64Array(topology.topics.length)
  for (let g = 0; g < layout.groups.length; g++) {
    if (g % 64 === 0) yield
    const topics = new Set<number>()
    for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
      topics.add(layout.blockTopic[b] as number)
    }
    const group = groups.get(layout.groups[g] as string)
    for (const member of group?.members ?? [])
      for (const row of member.rows) topics.add(topicOfRow(topology, row))
    for (const row of group?.share?.rows ?? []) topics.add(topicOfRow(topology, row))
    for (const t of topics) count[t] = (count[t] as number) + 1
  }
  return count
}

/** Which topics had a partition that could not be read in this poll, and why: each pair once. */
export function* unreadTopics(
  topology: Topology,
  partitions: PartitionObservation,
): Steps<readonly { readonly name: string; readonly code: string }[]> {
  const found: { name: string; code: string }[] = []
  for (let t = 0; t < topology.topics.length; t++) {
    let seen: Set<number> | null = null
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
      if (row % ROWS_PER_STEP === 0) yield
      const outcome = partitions.outcome[row] as number
      if (outcome === 0 || seen?.has(outcome)) continue
      seen ??= new Set()
      seen.add(outcome)
      found.push({ name: topology.topics[t] as string, code: partitions.outcomes[outcome] ?? 'INTERNAL' })
    }
  }
  return found
}
