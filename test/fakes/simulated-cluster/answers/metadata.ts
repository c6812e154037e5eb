import type { Ask } from '../ask.ts'
import type { ClusterState, SimulatedTopic } from '../cluster-state.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { arbitraryOrder, inArbitraryOrder } from './arbitrary-order.ts'

const NO_OPERATIONS = -2147483648

interface Found {
  readonly error: number
  readonly name: string | null
  readonly id: string
  readonly topic: SimulatedTopic | null
}

/** Metadata, v0 to v13. */
export function answerMetadata(ask: Ask): Buffer {
  const { cluster, version } = ask
  const found = findTopics(ask)
  const out = new WireWriter(ask.flexible, 65_536)
  if (version >= 3) out.int32(ask.throttleMs)
  const alive = [...cluster.nodes.values()].filter(node => node.alive)
  out.length(alive.length)
  for (const node of inArbitraryOrder(alive)) {
    out.int32(node.id)
    out.string(node.host)
    out.int32(node.port)
    if (version >= 1) out.string(node.rack)
    out.end()
  }
  if (version >= 2) out.string(cluster.clusterId)
  if (version >= 1) out.int32(cluster.controller)
  out.length(found.length)
  for (const entry of found) writeTopic(out, ask, entry)
  if (version >= 8 && version <= 10) out.int32(NO_OPERATIONS)
  if (version >= 13) out.int16(ask.faults.answerError())
  out.end()
  return out.bytes()
}

function writeTopic(out: WireWriter, ask: Ask, { error, name, id, topic }: Found): void {
  const { version, cluster, faults } = ask
  out.int16(error)
  out.string(version >= 12 ? name : (name ?? ''))
  if (version >= 10) out.uuid(id)
  if (version >= 1) out.bool(topic?.internal ?? false)
  const partitions = error === 0 && topic ? topic.partitions : []
  out.length(partitions.length)
  const order = arbitraryOrder(partitions.length)
  for (let position = 0; position < partitions.length; position++) {
    const index = order(position)
    const partition = partitions[index]!
    const natural = partition.leader === -1 ? ERROR_NUMBERS.LEADER_NOT_AVAILABLE : 0
    out.int16(faults.itemError({ topic: topic!.name, partition: index }) || natural)
    out.int32(index)
    out.int32(partition.leader)
    if (version >= 7) out.int32(partition.leaderEpoch)
    out.int32s(partition.replicas)
    out.int32s(partition.isr)
    if (version >= 5) out.int32s(partition.replicas.filter(id => cluster.nodes.get(id)?.alive !== true))
    out.end()
  }
  if (version >= 8) out.int32(NO_OPERATIONS)
  out.end()
}

function findTopics(ask: Ask): Found[] {
  const { cluster, faults, version } = ask
  const read = new WireReader(ask.body, ask.flexible)
  const wanted = read.nullableList(() => {
    const id = version >= 10 ? read.uuid() : ''
    const name = version >= 10 ? read.nullableString() : read.string()
    read.end()
    return { id, name }
  })
  const mayCreate = version < 4 || read.bool()
  const asWhole = version < 13
  // An empty list meant "all" in v0 only.
  if (wanted === null || (version === 0 && wanted.length === 0)) {
    const visible = [...cluster.topics.values()].filter(topic => topic.visible)
    return inArbitraryOrder(visible).map(topic => ({
      error: faults.itemError({ topic: topic.name }, asWhole),
      name: topic.name,
      id: topic.id,
      topic,
    }))
  }
  return wanted.map(({ id, name }) => {
    const topic = name === null ? cluster.topicById(id) : cluster.topics.get(name)
    const label = topic?.name ?? name
    const fault = label === null ? 0 : faults.itemError({ topic: label }, asWhole)
    const error = fault || naturalError(cluster, topic, name, mayCreate)
    return {
      error,
      name: error === 0 || name !== null ? label : null,
      id: topic?.id ?? id,
      topic: topic ?? null,
    }
  })
}

function naturalError(
  cluster: ClusterState,
  topic: SimulatedTopic | undefined,
  name: string | null,
  mayCreate: boolean,
): number {
  if (topic) return topic.visible ? 0 : ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  if (name === null) return ERROR_NUMBERS.UNKNOWN_TOPIC_ID
  if (!mayCreate || !cluster.autoCreateTopics) return ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
  cluster.addTopic({ name })
  return ERROR_NUMBERS.LEADER_NOT_AVAILABLE
}
