import type { DeadLetterCauses, DeadLetterView } from '../../model/dead-letters.ts'
import type { ClusterHandle } from '../../model/ports.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { topicOfRow } from '../../model/topology.ts'
import { instant, known, knownText } from './json-values.ts'

/** One dead-letter topic. */
export interface DeadLetterTopic {
  readonly cluster: string | null
  readonly topic: string
  readonly partitions: number
  /** Records held, counted by offsets; null where a part is not known. */
  readonly depth: number | null
  /** The group that drains it; null where none is named. */
  readonly drainedBy: string | null
  /** Records that it has not read; null where that is not known, or no group is named. */
  readonly undrained: number | null
  /** Records that have arrived since the topic was created. */
  readonly arrived: number | null
  /** Of the records held; null where there are none, or where it is not known. */
  readonly oldestAt: string | null
  readonly newestAt: string | null
  /** Kafka's name of the error for which its records cannot be read; null where they can, or nobody reads them. */
  readonly readError: string | null
  /** Dead letters seen to arrive whose headers have not the form they should have; null where none are read. */
  readonly malformedHeaders: number | null
  /** Those seen to arrive, by what their headers tell; the most first. */
  readonly causes: readonly DeadLetterCauseCount[]
}

export interface DeadLetterCauseCount {
  /** Null where it is not told. */
  readonly sourceTopic: string | null
  readonly group: string | null
  readonly cause: string
  readonly count: number
}

/** One dead-letter topic of a snapshot: entries `first` to `end - 1` of its view. */
export interface DeadLetterRef {
  readonly handle: ClusterHandle
  readonly snapshot: Snapshot
  readonly topic: string
  readonly first: number
  readonly end: number
}

/** In the order of the clusters, then of the names. */
export function deadLetterTopics(
  clusters: readonly ClusterHandle[],
  matches: ((names: readonly string[]) => readonly boolean[]) | null,
): readonly DeadLetterRef[] {
  return clusters.flatMap(handle => {
    const snapshot = handle.snapshot()
    if (snapshot === null) return []
    const refs = topicsOf(handle, snapshot)
    const wanted = matches?.(refs.map(({ topic }) => topic))
    return refs.filter((_, i) => wanted?.[i] !== false)
  })
}

function topicsOf(handle: ClusterHandle, snapshot: Snapshot): readonly DeadLetterRef[] {
  const { deadLetters, topology } = snapshot
  const refs: DeadLetterRef[] = []
  for (let first = 0; first < deadLetters.rows.length; ) {
    const row = deadLetters.rows[first] as number
    const t = topicOfRow(topology, row)
    const end = first + (topology.start[t + 1] as number) - row
    refs.push({ handle, snapshot, topic: topology.topics[t] as string, first, end })
    first = end
  }
  return refs
}

export function toDeadLetterTopic({ handle, snapshot, topic, first, end }: DeadLetterRef): DeadLetterTopic {
  const { deadLetters, deadLetterCauses, unreadable } = snapshot
  const headers = deadLetterCauses.find(each => each.topic === topic)
  const values = (of: (view: DeadLetterView) => Float64Array) => of(deadLetters).subarray(first, end)
  const sum = (of: (view: DeadLetterView) => Float64Array) => known(values(of).reduce((a, b) => a + b, 0))
  return {
    cluster: handle.name,
    topic,
    partitions: end - first,
    depth: sum(view => view.depth),
    drainedBy: deadLetters.drainedBy.get(topic) ?? null,
    undrained: sum(view => view.undrained),
    arrived: sum(view => view.arrived),
    oldestAt: chosen(
      values(view => view.oldestAt),
      Math.min,
    ),
    newestAt: chosen(
      values(view => view.newestAt),
      Math.max,
    ),
    readError: unreadable.get(topic) ?? null,
    malformedHeaders: headers?.malformed ?? null,
    causes: (headers?.causes ?? []).map(countOf),
  }
}

function countOf({
  sourceTopic,
  group,
  cause,
  count,
}: DeadLetterCauses['causes'][number]): DeadLetterCauseCount {
  return { sourceTopic: knownText(sourceTopic), group: knownText(group), cause, count }
}

/** Over the partitions of which it is known. */
function chosen(times: Float64Array, choose: (...values: number[]) => number): string | null {
  const there = [...times].filter(at => !Number.isNaN(at))
  return there.length === 0 ? null : instant(choose(...there))
}
