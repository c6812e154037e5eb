import type { ClusterHandle } from '../../model/ports.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { known } from './json-values.ts'
import { SnapshotView } from './snapshot-view.ts'

/** One topic. */
export interface TopicSummary {
  readonly cluster: string | null
  readonly topic: string
  /** KIP-516; null where the broker has none. */
  readonly topicId: string | null
  /** It exists and every partition has a live leader; null where that is not known. */
  readonly up: boolean | null
  /** Named under `expect` in the configuration. */
  readonly configured: boolean
  readonly partitions: number
  readonly partitionsWithoutLeader: number
  readonly partitionsUnderReplicated: number
  /** Records that the logs hold at present, counted by offsets; null where a part is not known. */
  readonly offsetsHeld: number | null
  /** Groups with a commit or an assignment on it: 0 = read by nobody. */
  readonly consumerGroups: number | null
  /** Records seen that were stamped in the future, since the counters began; null where none was read. */
  readonly futureTimestamps: number | null
  readonly config: TopicConfigView | null
  /** Failed reads since the counters began. */
  readonly readErrors: readonly { readonly code: string; readonly count: number }[]
}

export interface TopicConfigView {
  readonly cleanupPolicy: string
  readonly timestampType: string
  /** -1 = unlimited. */
  readonly retentionMs: number
  /** -1 = unlimited. */
  readonly retentionBytes: number
  /** KIP-405: old segments are kept in remote storage. */
  readonly isTiered: boolean
}

/** Topic `t` of one snapshot. */
export interface TopicRef {
  readonly handle: ClusterHandle
  readonly snapshot: Snapshot
  readonly t: number
}

export function selectTopics(
  clusters: readonly ClusterHandle[],
  matches: ((names: readonly string[]) => readonly boolean[]) | null,
): readonly TopicRef[] {
  return clusters.flatMap(handle => {
    const snapshot = handle.snapshot()
    if (snapshot === null) return []
    const wanted = matches?.(snapshot.topology.topics)
    return snapshot.topology.topics.flatMap((_, t) =>
      wanted?.[t] === false ? [] : [{ handle, snapshot, t }],
    )
  })
}

export function toTopicSummary({ handle, snapshot, t }: TopicRef): TopicSummary {
  const { topology, topics } = snapshot
  const topic = topology.topics[t] as string
  const config = topics.configs.get(topic)
  const up = known(topics.up[t] as number)
  return {
    cluster: handle.name,
    topic,
    topicId: topology.topicIds[t] || null,
    up: up === null ? null : up === 1,
    configured: snapshot.configuredTopics.has(topic),
    ...partitionCounts(snapshot, t),
    consumerGroups: known(topics.consumerGroups[t] as number),
    futureTimestamps: topics.futureTimestamps.get(topic) ?? null,
    config: config === undefined ? null : { ...config },
    readErrors: READ_ERRORS.of(snapshot).get(topic) ?? [],
  }
}

type ReadErrors = TopicSummary['readErrors']

/** After an outage every topic has errors: looking through them all for each topic would take seconds. */
const READ_ERRORS = new SnapshotView(groupByTopic)

function* groupByTopic({ topicErrors }: Snapshot): Steps<ReadonlyMap<string, ReadErrors>> {
  const byTopic = new Map<string, { code: string; count: number }[]>()
  for (const [i, { name, code, count }] of topicErrors.entries()) {
    const others = byTopic.get(name)
    if (others === undefined) byTopic.set(name, [{ code, count }])
    else others.push({ code, count })
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
  }
  return byTopic
}

function partitionCounts(snapshot: Snapshot, t: number) {
  const { topology, partitions: columns } = snapshot
  const first = topology.start[t] as number
  const end = topology.start[t + 1] as number
  let partitionsWithoutLeader = 0
  let partitionsUnderReplicated = 0
  let held = 0
  for (let row = first; row < end; row++) {
    if ((columns.leader[row] as number) < 0) partitionsWithoutLeader++
    if ((columns.inSyncReplicas[row] as number) < (columns.replicas[row] as number))
      partitionsUnderReplicated++
    held += (columns.highWatermark[row] as number) - (columns.logStart[row] as number)
  }
  return {
    partitions: end - first,
    partitionsWithoutLeader,
    partitionsUnderReplicated,
    offsetsHeld: known(held),
  }
}
