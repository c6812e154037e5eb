import type { ClusterState } from '../cluster-state.ts'
import type { WireReader } from '../wire-reader.ts'

export interface WantedPartition {
  /** '' where no topic has the id that was asked for. */
  readonly name: string
  readonly topicId: string
  readonly partition: number
  /** -1 where the client does not say. */
  readonly leaderEpoch: number
  readonly offset: number
  readonly maxBytes: number
}

export interface FetchRequest {
  readonly maxBytes: number
  readonly isReadCommitted: boolean
  readonly sessionId: number
  /** Each partition once, in the order in which they are read; asked for twice, the last wish counts. */
  readonly partitions: readonly WantedPartition[]
}

export function readFetchRequest(read: WireReader, version: number, cluster: ClusterState): FetchRequest {
  if (version <= 14) read.int32() // replica id
  read.int32() // longest wait
  read.int32() // least bytes
  const maxBytes = read.int32()
  const isReadCommitted = read.int8() === 1
  const sessionId = version >= 7 ? read.int32() : 0
  if (version >= 7) read.int32() // session epoch
  const topics = read.list(() => readTopic(read, version, cluster))
  const byPartition = new Map<string, WantedPartition>()
  for (const wanted of topics.flat())
    byPartition.set(`${wanted.topicId}-${wanted.name}-${wanted.partition}`, wanted)
  return { maxBytes, isReadCommitted, sessionId, partitions: [...byPartition.values()] }
}

function readTopic(read: WireReader, version: number, cluster: ClusterState): WantedPartition[] {
  const topicId = version >= 13 ? read.uuid() : ''
  const name = version >= 13 ? (cluster.topicById(topicId)?.name ?? '') : read.string()
  const partitions = read.list(() => {
    const partition = read.int32()
    const leaderEpoch = version >= 9 ? read.int32() : -1
    const offset = read.int64()
    if (version >= 12) read.int32() // last fetched epoch
    if (version >= 5) read.int64() // log start of a follower
    const maxBytes = read.int32()
    read.end()
    return { name, topicId, partition, leaderEpoch, offset, maxBytes }
  })
  read.end()
  return partitions
}
