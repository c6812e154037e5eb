import { FINEST, GRANULARITIES, type Granularity, type Levels } from '../model/detail.ts'
import type { GroupLayout } from '../model/snapshot.ts'

/** One entry of `metrics.granularity`: what it is about, and how finely that is published. */
export interface GranularityRule {
  /** Null: whatever the cluster. */
  readonly clusters: readonly RegExp[] | null
  /** Null: whatever the group. */
  readonly groups: readonly RegExp[] | null
  /** Null: whatever the topic. */
  readonly topics: readonly RegExp[] | null
  readonly granularity: Granularity
}

/**
 * The first rule that matches holds: for a group on a topic one whose patterns match both, for a topic itself one that
 * speaks of no groups.
 *
 * @param cluster '' where it has no name
 */
export function chosenLevels(
  ofAll: readonly GranularityRule[],
  cluster: string,
  layout: GroupLayout,
): Levels {
  const rules = ofAll.filter(({ clusters }) => clusters === null || clusters.some(p => p.test(cluster)))
  if (rules.length === 0) return FINEST
  const { topology, groups, groupStart, blockTopic } = layout
  const ofGroup = rules.map(rule => matched(rule.groups, groups))
  const ofTopic = rules.map(rule => matched(rule.topics, topology.topics))
  const levels = rules.map(rule => GRANULARITIES.indexOf(rule.granularity))
  const blocks = new Uint8Array(blockTopic.length)
  for (let g = 0; g < groups.length; g++) {
    for (let b = groupStart[g] as number; b < (groupStart[g + 1] as number); b++) {
      const t = blockTopic[b] as number
      const first = rules.findIndex((_, r) => ofGroup[r]?.[g] === 1 && ofTopic[r]?.[t] === 1)
      if (first >= 0) blocks[b] = levels[first] as number
    }
  }
  const topics = new Uint8Array(topology.topics.length)
  for (let t = 0; t < topics.length; t++) {
    const first = rules.findIndex((rule, r) => rule.groups === null && ofTopic[r]?.[t] === 1)
    if (first >= 0) topics[t] = levels[first] as number
  }
  return { blocks: orNull(blocks), topics: orNull(topics) }
}

function matched(patterns: readonly RegExp[] | null, names: readonly string[]): Uint8Array {
  return Uint8Array.from(names, name => (patterns === null || patterns.some(p => p.test(name)) ? 1 : 0))
}

function orNull(levels: Uint8Array): Uint8Array | null {
  return levels.some(level => level > 0) ? levels : null
}
