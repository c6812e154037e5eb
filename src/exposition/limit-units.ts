import { FINEST, type Levels } from '../model/detail.ts'
import type { GroupLayout } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'
import type { SeriesCount } from './count-series.ts'
import type { Unit } from './left-out.ts'

/** Putting an id together takes a part of a microsecond. */
const NAMES_PER_STEP = 512

/** First the partitions of groups, then those of topics, then the topics of groups. */
const GROUP_BY_TOPIC = 0
const TOPIC = 1
const GROUP_BY_GROUP = 2

/** A cluster's name has no slash. */
function idOf(stage: number, cluster: string, name: string): string {
  return `${stage}/${cluster}/${name}`
}

/** What could be left out of a cluster. */
export function* addUnits(
  units: Unit[],
  cluster: string,
  { groups, topology }: GroupLayout,
  count: SeriesCount,
): Steps<void> {
  const add = (stage: number, name: string, isHealthy: boolean, series: number) =>
    units.push({ id: idOf(stage, cluster, name), stage, isHealthy, series })
  for (const [g, group] of groups.entries()) {
    const isHealthy = count.ailing[g] === 0
    add(GROUP_BY_TOPIC, group, isHealthy, count.groupsByTopic[g] as number)
    add(GROUP_BY_GROUP, group, isHealthy, count.groupsByGroup[g] as number)
    if (g % NAMES_PER_STEP === 0) yield
  }
  for (const [t, topic] of topology.topics.entries()) {
    add(TOPIC, topic, true, count.topics[t] as number)
    if (t % NAMES_PER_STEP === 0) yield
  }
}

/** How finely what is left out of a cluster leaves it. */
export function* limitedLevels(
  cluster: string,
  layout: GroupLayout,
  out: ReadonlySet<string>,
): Steps<Levels> {
  if (out.size === 0) return FINEST
  const { groups, groupStart, blockTopic, topology } = layout
  const blocks = new Uint8Array(blockTopic.length)
  for (const [g, group] of groups.entries()) {
    const isByGroup = out.has(idOf(GROUP_BY_GROUP, cluster, group))
    const level = isByGroup ? 2 : out.has(idOf(GROUP_BY_TOPIC, cluster, group)) ? 1 : 0
    blocks.fill(level, groupStart[g] as number, groupStart[g + 1] as number)
    if (g % NAMES_PER_STEP === 0) yield
  }
  const topics = new Uint8Array(topology.topics.length)
  for (const [t, topic] of topology.topics.entries()) {
    if (out.has(idOf(TOPIC, cluster, topic))) topics[t] = 1
    if (t % NAMES_PER_STEP === 0) yield
  }
  return { blocks, topics }
}
