import { HEAD_DENIED, HEAD_FAILED, type HeadAnswers, type HeadQuestions } from '../../model/evidence.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'

/** Topics whose records may not be read, and when that was last said: each chooses its kind of evidence by itself. */
export type DeniedTopics = ReadonlyMap<string, number>

/** Rights may be granted meanwhile: after so long it is tried again. */
const RETRY_AFTER_MS = 600_000

export function noteDenied(
  before: DeniedTopics,
  topology: Topology,
  { rows }: HeadQuestions,
  { outcome }: HeadAnswers,
  now: number,
): DeniedTopics {
  const kept = [...before].filter(([topic, at]) => topology.indexOf.has(topic) && isLately(at, now))
  const denied = new Map(kept.length === before.size ? before : kept)
  for (let q = 0; q < outcome.length; q++) {
    if (outcome[q] !== HEAD_DENIED) continue
    denied.set(topology.topics[topicOfRow(topology, rows[q] as number)] as string, now)
  }
  return denied
}

/** Whether the row's topic was denied lately. */
export function isDeniedTopic(
  denied: DeniedTopics,
  topology: Topology,
  now: number,
): (row: number) => boolean {
  if (denied.size === 0) return () => false
  const byTopic = Uint8Array.from(topology.topics, topic => {
    const at = denied.get(topic)
    return at !== undefined && isLately(at, now) ? 1 : 0
  })
  return row => byTopic[topicOfRow(topology, row)] === 1
}

/** Not of a clock that was set back: it must not stand until the old time has come again. */
function isLately(at: number, now: number): boolean {
  return at <= now && now - at < RETRY_AFTER_MS
}

/** Whether an answer leaves it to searches by time stamp: refused, or tried in vain. */
export function needsSearch(outcome: number): boolean {
  return outcome === HEAD_DENIED || outcome === HEAD_FAILED
}
