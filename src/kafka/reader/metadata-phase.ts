import type { Topology } from '../../model/topology.ts'
import { addressOf } from '../broker-connection.ts'
import type { NodeAddress, Transport } from '../transport.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeMetadata, encodeMetadata, METADATA, type MetadataResponse } from '../wire/metadata.ts'
import { type Answer, answered, refused } from './answer.ts'
import type { Poll } from './poll.ts'
import { type PlacedPartitions, placePartitions, topologyOf } from './poll-topology.ts'

/** Where Kafka keeps the groups; FindCoordinator would create it. */
export const OFFSETS_TOPIC = '__consumer_offsets'

export interface ClusterMetadata {
  /** In order of their ids. */
  readonly brokers: readonly NodeAddress[]
  readonly clusterId: string | null
  readonly topology: Topology
  readonly partitions: PlacedPartitions
  /** Error codes of wanted topics that could therefore not be taken into the topology. */
  readonly topicErrors: ReadonlyMap<string, string>
  readonly offsetsTopic: OffsetsTopic
}

/** `invisible`: does not exist, or may not be seen. `leaderless`: groups may be on a partition that nobody serves. */
export type OffsetsTopic = 'served' | 'leaderless' | 'invisible'

/** Asks any broker for all topics and tells the transport which brokers there are. */
export async function readMetadata(
  poll: Poll,
  transport: Pick<Transport, 'setNodes'>,
  previous: Topology,
  wants: (topic: string) => boolean,
): Promise<Answer<ClusterMetadata>> {
  const answer = await askMetadata(poll, wants)
  if (!answer.ok) return answer
  const metadata = answer.value
  const brokers = [...metadata.brokers].sort((a, b) => a.id - b.id)
  transport.setNodes(brokers)
  const topology = await poll.calls.run(topologyOf(metadata, previous, wants))
  const partitions = await poll.calls.run(placePartitions(metadata, topology))
  const topicErrors = topicErrorsOf(metadata, wants)
  for (const [topic, code] of topicErrors) {
    poll.errors.add('metadata', -1, { code, message: code }, { what: 'topic', example: topic, count: 1 })
  }
  const { clusterId } = metadata
  const offsetsTopic = offsetsTopicOf(metadata)
  return answered({ brokers, clusterId, topology, partitions, topicErrors, offsetsTopic })
}

export interface RereadLeaders {
  readonly partitions: PlacedPartitions
  readonly nodes: ReadonlySet<number>
}

/** Metadata of all topics once more, for rows whose leader has moved since. Placed by the same topology. */
export async function rereadLeaders(
  poll: Poll,
  transport: Pick<Transport, 'setNodes'>,
  topology: Topology,
): Promise<Answer<RereadLeaders>> {
  const answer = await askMetadata(poll, topic => topology.indexOf.has(topic))
  if (!answer.ok) return answer
  const known = new Set(answer.value.brokers.map(broker => broker.id))
  // Brokers that have just left stay for the rest of this poll: what they are asked fails under their own name.
  transport.setNodes([...answer.value.brokers, ...poll.brokers.filter(broker => !known.has(broker.id))])
  return answered({ partitions: await poll.calls.run(placePartitions(answer.value, topology)), nodes: known })
}

async function askMetadata(poll: Poll, wants: (topic: string) => boolean): Promise<Answer<MetadataResponse>> {
  const answer = await poll.calls.askAny({
    api: METADATA,
    encode: version => encodeMetadata(version, { topics: null }),
    decode: (version, body) =>
      decodeMetadata(version, body, topic => topic === OFFSETS_TOPIC || wants(topic)),
  })
  if (!answer.ok) return answer
  const { value, address, durationMs } = answer.value
  const code = errorName(value.errorCode)
  if (value.errorCode !== NONE) return refused(code, `${address}: ${code}`)
  const node = value.brokers.find(broker => addressOf(broker) === address)
  if (node !== undefined) poll.calls.noteRoundTrip(node.id, durationMs, value.throttleMs)
  return answered(value)
}

function topicErrorsOf(metadata: MetadataResponse, wants: (topic: string) => boolean): Map<string, string> {
  const errors = new Map<string, string>()
  metadata.topics.forEach((topic, i) => {
    const code = metadata.topicErrors[i] as number
    if (code !== NONE && wants(topic)) errors.set(topic, errorName(code))
  })
  return errors
}

function offsetsTopicOf(metadata: MetadataResponse): OffsetsTopic {
  const i = metadata.topics.indexOf(OFFSETS_TOPIC)
  if (i < 0) return 'invisible'
  const nodes = new Set(metadata.brokers.map(broker => broker.id))
  const leaders = metadata.leader.subarray(metadata.start[i], metadata.start[i + 1])
  return leaders.every(leader => nodes.has(leader)) ? 'served' : 'leaderless'
}
