import type { TopicConfig } from '../../model/observation.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'

/**
 * Whether compaction may take the record that waits, so that another one does. Nothing but a look at it tells: a head
 * of such a topic is looked at in every poll, after all that is not known.
 */
export function isCompactedTopic(
  configs: ReadonlyMap<string, TopicConfig>,
  topology: Topology,
): (row: number) => boolean {
  const compacted = Uint8Array.from(topology.topics, topic =>
    configs.get(topic)?.cleanupPolicy.includes('compact') ? 1 : 0,
  )
  if (!compacted.includes(1)) return () => false
  return row => compacted[topicOfRow(topology, row)] === 1
}
