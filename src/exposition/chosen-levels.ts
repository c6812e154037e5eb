import { FINEST, GRANULARITIES, type Granularity, type Levels } from '../model/detail.ts'
import type { GroupLayout } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

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

/** A pattern that is tried on a name takes a part of a microsecond. */
const TRIES_PER_STEP = 1_024

/** A rule that matches something, by position: 1 where it does. */
interface MatchedRule {
  readonly level: number
  readonly isOfAllGroups: boolean
  readonly groups: Uint8Array
  readonly topics: Uint8Array
}

/**
 * The first rule that matches holds: for a group on a topic one whose patterns match both, for a topic itself one that
 * speaks of no groups.
 *
 * @param cluster '' where it has no name
 */
export function* chosenLevels(
  ofAll: readonly GranularityRule[],
  cluster: string,
  layout: GroupLayout,
): Steps<Levels> {
  const { topology, groups, groupStart, blockTopic } = layout
  const rules: MatchedRule[] = []
  for (const rule of ofAll) {
    if (rule.clusters !== null && !rule.clusters.some(p => p.test(cluster))) continue
    const ofGroups = yield* matched(rule.groups, groups)
    const ofTopics = yield* matched(rule.topics, topology.topics)
    if (ofGroups === null || ofTopics === null) continue
    const level = GRANULARITIES.indexOf(rule.granularity)
    rules.push({ level, isOfAllGroups: rule.groups === null, groups: ofGroups, topics: ofTopics })
  }
  if (rules.length === 0) return FINEST
  const blocks = new Uint8Array(blockTopic.length)
  let coarsest = 0
  for (let g = 0; g < groups.length; g++) {
    for (let b = groupStart[g] as number; b < (groupStart[g + 1] as number); b++) {
      const level = levelAt(rules, g, blockTopic[b] as number)
      blocks[b] = level
      if (level > coarsest) coarsest = level
      if (b % ROWS_PER_STEP === 0) yield
    }
  }
  const topics = yield* topicLevels(
    rules.filter(rule => rule.isOfAllGroups),
    topology.topics.length,
  )
  return { blocks: coarsest > 0 ? blocks : null, topics }
}

function levelAt(rules: readonly MatchedRule[], g: number, t: number): number {
  for (const rule of rules) if (rule.groups[g] === 1 && rule.topics[t] === 1) return rule.level
  return 0
}

function* topicLevels(rules: readonly MatchedRule[], size: number): Steps<Uint8Array | null> {
  const levels = new Uint8Array(size)
  let coarsest = 0
  for (let t = 0; t < size; t++) {
    for (const rule of rules) {
      if (rule.topics[t] === 0) continue
      levels[t] = rule.level
      if (rule.level > coarsest) coarsest = rule.level
      break
    }
    if (t % ROWS_PER_STEP === 0) yield
  }
  return coarsest > 0 ? levels : null
}

/** Null: none of them. */
function* matched(patterns: readonly RegExp[] | null, names: readonly string[]): Steps<Uint8Array | null> {
  const are = new Uint8Array(names.length)
  if (patterns === null) return are.fill(1)
  let any = false
  let tries = 0
  for (const [i, name] of names.entries()) {
    if (patterns.some(p => p.test(name))) {
      are[i] = 1
      any = true
    }
    tries += patterns.length
    if (tries < TRIES_PER_STEP) continue
    tries = 0
    yield
  }
  return any ? are : null
}
