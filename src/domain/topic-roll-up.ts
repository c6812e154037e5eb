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
  /** The last group that was counted on each topic, so that one with many partitions there counts once. */
  const countedFor = new Int32Array(topology.topics.length).fill(-1)
  const countOnce = (t: number, g: number) => {
    if (countedFor[t] === g) return
    countedFor[t] = g
    count[t] = (count[t] as number) + 1
  }
  let work = 0
  for (let g = 0; g < layout.groups.length; g++) {
    const firstBlock = layout.groupStart[g] as number
    const endBlock = layout.groupStart[g + 1] as number
    for (let b = firstBlock; b < endBlock; b++) countOnce(layout.blockTopic[b] as number, g)
    const group = groups.get(layout.groups[g] as string)
    work += endBlock - firstBlock + 1
    for (const { rows } of [...(group?.members ?? []), ...(group?.share ? [group.share] : [])]) {
      let endOfTopic = 0
      let startOfTopic = 0
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i] as number
        // Most partitions of a member come topic by topic.
        if (row >= startOfTopic && row < endOfTopic) continue
        const t = topicOfRow(topology, row)
        startOfTopic = topology.start[t] as number
        endOfTopic = topology.start[t + 1] as number
        countOnce(t, g)
      }
      work += rows.length
    }
    if (work < ROWS_PER_STEP) continue
    work = 0
    yield
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
