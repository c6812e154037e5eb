import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { NodeAddress } from '../transport.ts'
import type { Api } from './api.ts'
import { PartitionTable } from './partition-table.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'

export const METADATA: Api = { key: 3, name: 'Metadata', min: 9, max: 13, flexibleFrom: 9 }

/**
 * Topics in the order of the answer; partition `p` of topic `t` is at `start[t] + p` in every column. An index that
 * the answer skips or repeats has leader -1 and UNKNOWN_TOPIC_OR_PARTITION.
 */
export interface MetadataResponse {
  readonly throttleMs: number
  /** 0 below v13. */
  readonly errorCode: number
  readonly brokers: readonly NodeAddress[]
  readonly clusterId: string | null
  /** -1 where there is none; any broker's id in KRaft. */
  readonly controllerId: number
  readonly topics: readonly string[]
  /** 22 characters of base64url; '' below v10 and where the broker has none. */
  readonly topicIds: readonly string[]
  readonly topicErrors: Int16Array
  /** 1 for the broker's own topics, __consumer_offsets and the like. */
  readonly internal: Uint8Array
  /** One entry more than there are topics. */
  readonly start: Int32Array
  /** Broker id, -1 without a leader. */
  readonly leader: Int32Array
  readonly leaderEpoch: Int32Array
  readonly partitionErrors: Int16Array
  /** First of the replica list, -1 when empty. */
  readonly preferredLeader: Int32Array
  /** How many. */
  readonly replicas: Uint16Array
  /** How many. */
  readonly inSyncReplicas: Uint16Array
}

/** @param topics null = all; brokers leave out in silence what the principal may not see, unless it is named. */
export function encodeMetadata(
  version: number,
  query: { readonly topics: readonly string[] | null },
): Buffer {
  const writer = new ProtocolWriter(METADATA, version)
  if (query.topics === null) {
    writer.nullArray()
  } else {
    writer.arrayLength(query.topics.length)
    for (const topic of query.topics) {
      if (version >= 10) {
        writer.int64(0) // topic_id, 16 zero bytes: by name
        writer.int64(0)
      }
      writer.string(topic)
      writer.tags()
    }
  }
  writer.boolean(false) // allow_auto_topic_creation
  if (version <= 10) writer.boolean(false) // include_cluster_authorized_operations
  writer.boolean(false) // include_topic_authorized_operations
  writer.tags()
  return writer.finish()
}

/** @param keep topics for which it says false take no room in the result */
export function* decodeMetadata(
  version: number,
  body: Buffer,
  keep: (topic: string) => boolean = () => true,
): Steps<MetadataResponse> {
  const reader = new ProtocolReader(body, METADATA, version)
  const throttleMs = reader.int32()
  const brokers = readBrokers(reader)
  const clusterId = reader.nullableString()
  const controllerId = reader.int32()
  const topics: string[] = []
  const topicIds: string[] = []
  const topicErrors: number[] = []
  const internal: number[] = []
  const start: number[] = [0]
  const table = new PartitionTable(reader)
  let budget = ROWS_PER_STEP
  for (let n = reader.listLength(10); n > 0; n--) {
    const error = reader.int16()
    // Null from v12 for an unknown topic id; none is ever asked for.
    const name = reader.nullableString()
    const id = version >= 10 ? reader.uuid() : ''
    const isInternal = reader.uint8()
    const isKept = name !== null && keep(name)
    let partitions = reader.arrayLength(18)
    budget -= 8
    while (partitions > 0 || budget <= 0) {
      const run = Math.min(partitions, Math.max(1, budget))
      if (isKept) table.read(run)
      else table.skip(run)
      partitions -= run
      budget -= run
      if (budget > 0) continue
      yield
      budget = ROWS_PER_STEP
    }
    reader.int32() // topic_authorized_operations
    reader.tags()
    if (!isKept) continue
    topics.push(name)
    topicIds.push(id)
    topicErrors.push(error)
    internal.push(isInternal === 0 ? 0 : 1)
    start.push(table.closeTopic())
  }
  if (version <= 10) reader.int32() // cluster_authorized_operations
  const errorCode = version >= 13 ? reader.int16() : 0
  reader.tags()
  reader.end()
  const columns = yield* table.columns()
  return {
    throttleMs,
    errorCode,
    brokers,
    clusterId,
    controllerId,
    topics,
    topicIds,
    topicErrors: Int16Array.from(topicErrors),
    internal: Uint8Array.from(internal),
    start: Int32Array.from(start),
    ...columns,
  }
}

function readBrokers(reader: ProtocolReader): NodeAddress[] {
  const brokers: NodeAddress[] = []
  for (let n = reader.listLength(11); n > 0; n--) {
    const id = reader.int32()
    const host = reader.string()
    const port = reader.int32()
    reader.skipString() // rack
    reader.tags()
    brokers.push({ id, host, port })
  }
  return brokers
}
