import type { AssignedPartition } from './assigned-partitions.ts'
import { judgeWork, moveTo } from './partition-clock.ts'
import type { TopicPartitions } from './ports.ts'

/** Partitions whose position is not known since they were assigned. */
export function openPartitions(partitions: Iterable<AssignedPartition>): TopicPartitions[] {
  const open = [...partitions].filter(each => each.isPositionOpen)
  const topics = [...new Set(open.map(({ topic }) => topic))]
  return topics.map(topic => ({
    topic,
    partitions: open.filter(each => each.topic === topic).map(({ partition }) => partition),
  }))
}

/** Those begin where the group has committed, or where a consumer without a commit does. */
export function closePositions(
  partitions: Iterable<AssignedPartition>,
  committed: ReadonlyMap<string, ReadonlyMap<number, number>>,
  fromBeginning: boolean,
  now: number,
): void {
  for (const each of partitions) {
    const { clock, topic, partition } = each
    // A batch tells an end, and no beginning.
    if (!each.isPositionOpen || Number.isNaN(clock.end) || Number.isNaN(clock.low)) continue
    const offset = committed.get(topic)?.get(partition)
    if (offset !== undefined) clock.committed = offset
    const start = fromBeginning ? clock.low : clock.end
    if (offset !== undefined) moveTo(clock, Math.max(offset, clock.low), now)
    else if (Number.isNaN(clock.position)) moveTo(clock, start, now)
    each.isPositionOpen = false
    judgeWork(clock, now)
  }
}
