import { createHash } from 'node:crypto'

/** One grant on the prefix is enough for all replays. */
export const REPLAY_GROUP_PREFIX = 'kafka-health-exporter.replay:'

/**
 * The group that keeps a replay's position: of its own for each dead-letter topic, target and set of filters, so that a
 * replay of some records is no reason to pass over the others later. Topics cannot have a colon in their names.
 *
 * @param target null: the sources
 */
export function replayGroupOf(topic: string, target: string | null, filters: readonly string[]): string {
  const name = `${REPLAY_GROUP_PREFIX}${topic}:${target ?? ''}`
  if (filters.length === 0) return name
  const digest = createHash('sha256').update(JSON.stringify([...filters].sort()))
  return `${name}:${digest.digest('hex').slice(0, 8)}`
}
