import type { Snapshot } from '../../model/snapshot.ts'

/** Where reading a topic goes on. */
export interface FollowedTopic {
  /** '' where the cluster has no topic ids. */
  readonly topicId: string
  /** By partition, moved on as it is read; NaN where it begins at its end and nobody could say yet where that is. */
  readonly next: Float64Array
  /** When it was first missing; null while it is there. */
  readonly goneSince: number | null
}

export type FollowedTopics = ReadonlyMap<string, FollowedTopic>

/** A topic that is missing may be one that was not to be seen for a moment: it goes on where it was. */
const FORGET_AFTER_MS = 3_600_000

type Seen = Pick<Snapshot, 'topology' | 'partitions' | 'takenAt' | 'up'>

/**
 * The topics to read, and from where, by what a poll has found. What was there before it was wanted begins at its end:
 * only what arrives is read. What came into being under our eyes begins at its start: a topic that was not there in
 * the poll before, one created anew under the old name, a partition that was added.
 *
 * @param before as it stood after the last poll, or as it was restored
 * @param topicsBefore those of the poll before; null where there was none
 */
export function followTopics(
  before: FollowedTopics,
  topicsBefore: ReadonlySet<string> | null,
  { topology, partitions, takenAt, up }: Seen,
  wants: (topic: string) => boolean,
): FollowedTopics {
  // A poll without metadata says nothing of what there is.
  if (!up) return before
  const after = new Map<string, FollowedTopic>()
  topology.topics.forEach((topic, t) => {
    if (!wants(topic)) return
    const earlier = before.get(topic)
    const topicId = topology.topicIds[t] as string
    const isSame = earlier !== undefined && (earlier.topicId === topicId || topicId === '')
    const isNew = earlier === undefined && topicsBefore !== null && !topicsBefore.has(topic)
    const from = topology.start[t] as number
    const next = new Float64Array((topology.start[t + 1] as number) - from)
    for (let p = 0; p < next.length; p++) {
      const known = isSame ? (earlier.next[p] ?? Number.NaN) : Number.NaN
      if (!Number.isNaN(known)) next[p] = known
      else {
        const isBornHere = isNew || (earlier !== undefined && (!isSame || p >= earlier.next.length))
        const start = partitions.logStart[from + p] as number
        // A start that could not be read is most likely 0; where it is not, a broker says so, and the jump is counted.
        next[p] = isBornHere ? start || 0 : (partitions.highWatermark[from + p] as number)
      }
    }
    after.set(topic, { topicId, next, goneSince: null })
  })
  for (const [topic, earlier] of before) {
    if (after.has(topic) || !wants(topic)) continue
    const goneSince = Math.min(earlier.goneSince ?? takenAt, takenAt)
    if (takenAt - goneSince < FORGET_AFTER_MS) after.set(topic, { ...earlier, goneSince })
  }
  return after
}
