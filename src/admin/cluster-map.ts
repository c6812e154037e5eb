import { leaderlessCode } from '../kafka/reader/partition-outcomes.ts'
import { placePartitions, topologyOf } from '../kafka/reader/poll-topology.ts'
import { positionsByLeader } from '../kafka/reader/positions-by-leader.ts'
import { errorName, NONE } from '../kafka/wire/error-codes.ts'
import { decodeListOffsets, encodeListOffsets, LIST_OFFSETS } from '../kafka/wire/list-offsets.ts'
import { decodeMetadata, encodeMetadata, METADATA } from '../kafka/wire/metadata.ts'
import { toEnd } from '../model/steps.ts'
import type { TailMap } from '../model/tail.ts'
import { EMPTY_TOPOLOGY, rowCount, type Topology, topicOfRow } from '../model/topology.ts'
import type { AdminCalls } from './admin-calls.ts'
import { Refusal } from './refusal.ts'

const LEADER_NOT_AVAILABLE = 5

export interface ClusterMap extends TailMap {
  readonly clusterId: string | null
  /** Kafka's name of the error of each topic that is not in the topology. */
  readonly refused: ReadonlyMap<string, string>
  /** The brokers' own topics, __consumer_offsets and the like. */
  readonly internal: ReadonlySet<string>
}

/** @param topics null: all that may be seen */
export async function readClusterMap(
  calls: AdminCalls,
  topics: readonly string[] | null,
): Promise<ClusterMap> {
  const metadata = await calls.persist(() =>
    calls.askAny({
      api: METADATA,
      encode: version => encodeMetadata(version, { topics }),
      decode: (version, body) => decodeMetadata(version, body),
    }),
  )
  calls.transport.setNodes(metadata.brokers)
  const internal = new Set(metadata.topics.filter((_, i) => metadata.internal[i] === 1))
  const wants = (topic: string) => topics !== null || !internal.has(topic)
  const topology = toEnd(topologyOf(metadata, EMPTY_TOPOLOGY, wants))
  const { leader, errors } = toEnd(placePartitions(metadata, topology))
  const nodes = new Set(metadata.brokers.map(broker => broker.id))
  for (let row = 0; row < leader.length; row++) {
    if (leaderlessCode(leader[row] as number, errors[row] as number, nodes) !== null) leader[row] = -1
  }
  const refused = new Map<string, string>()
  metadata.topics.forEach((topic, i) => {
    const code = metadata.topicErrors[i] as number
    if (code !== NONE) refused.set(topic, errorName(code))
  })
  return { topology, leader, brokers: metadata.brokers, clusterId: metadata.clusterId, refused, internal }
}

/** The offset of each row by ListOffsets; throws where one of them cannot be had. */
export async function readOffsets(
  calls: AdminCalls,
  map: TailMap,
  timestamp: number,
  isolation: 0 | 1,
): Promise<Float64Array> {
  const { topology } = map
  const rows = rowCount(topology)
  const offsets = new Float64Array(rows).fill(Number.NaN)
  const errors = new Int16Array(rows).fill(LEADER_NOT_AVAILABLE)
  const columns = { offsets, timestamps: null, errors }
  for (const [node, own] of rowsByLeader(map)) {
    await calls.ask(node, {
      api: LIST_OFFSETS,
      encode: version => encodeListOffsets(version, { topology, rows: own, timestamp, isolation }),
      decode: (version, body) => decodeListOffsets(version, body, topology, columns),
    })
  }
  for (let row = 0; row < rows; row++) {
    if (errors[row] !== NONE) throw new Refusal(errors[row] as number, 'describe', nameOfRow(topology, row))
  }
  return offsets
}

export function nameOfRow(topology: Topology, row: number): string {
  const topic = topicOfRow(topology, row)
  return `topic ${topology.topics[topic]}, partition ${row - (topology.start[topic] as number)}`
}

function rowsByLeader({ leader, topology }: TailMap): ReadonlyMap<number, Int32Array> {
  const { byNode, leaderless } = toEnd(
    positionsByLeader(
      Int32Array.from(leader, (_, row) => row),
      leader,
    ),
  )
  const [row] = leaderless
  if (row !== undefined) throw new Refusal(LEADER_NOT_AVAILABLE, 'describe', nameOfRow(topology, row))
  return new Map([...byNode].map(([node, own]) => [node, Int32Array.from(own)]))
}
