import type { Query } from './query.ts'

/** Of topics alone whose partitions are all there: of one that is published coarsely, what is left passes for the whole. */
export function ofWholeTopics(q: Query, name: string, perTopic: string): string {
  return `${perTopic}\nand count without (partition) (${q.now(name)}) == ${q.now('kafka_topic_partitions')}`
}
