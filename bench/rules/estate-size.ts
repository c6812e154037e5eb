import type { EstateSize } from './estate.ts'

/** Of so many group-partitions: groups that read two topics of 50 partitions, ten groups a topic. */
export function estateSize(cells: number): EstateSize {
  const groups = Math.round(cells / 100)
  return { groups, topics: Math.max(2, Math.round(groups / 5)), partitionsPerTopic: 50, topicsPerGroup: 2 }
}
