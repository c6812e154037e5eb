import type { Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'
import { topicIndexOf } from './topic-index.ts'

/** KIP-664, from Kafka 2.8. Asked of the leader; wants READ on the topic. */
export const DESCRIBE_PRODUCERS: Api = {
  key: 61,
  name: 'DescribeProducers',
  min: 0,
  max: 0,
  flexibleFrom: 0,
}

export interface DescribeProducersResponse {
  readonly throttleMs: number
  /** In the order of the answer; what is not in the topology is left out. */
  readonly partitions: readonly ProducersOfPartition[]
}

export interface ProducersOfPartition {
  readonly row: number
  readonly errorCode: number
  /** Those that wrote lately (`transactional.id.expiration.ms`, `producer.id.expiration.ms`), in a transaction or not. */
  readonly producers: readonly ActiveProducer[]
}

export interface ActiveProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /**
   * Of its last record or marker on the partition: the producer's own time stamp, which may be far from the time at
   * which it wrote. NaN: there is none.
   */
  readonly lastTimestamp: number
  /** Offset of the first record of the transaction that is open on the partition; NaN: none is. */
  readonly transactionStart: number
}

/** @param rows any order, each once, few */
export function encodeDescribeProducers(version: number, topology: Topology, rows: Int32Array): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_PRODUCERS, version)
  const byTopic = new Map<number, number[]>()
  for (const row of rows) {
    const topic = topicOfRow(topology, row)
    const partition = row - (topology.start[topic] as number)
    const partitions = byTopic.get(topic)
    if (partitions === undefined) byTopic.set(topic, [partition])
    else partitions.push(partition)
  }
  writer.arrayLength(byTopic.size)
  for (const [topic, partitions] of byTopic) {
    writer.string(topology.topics[topic] as string)
    writer.arrayLength(partitions.length)
    for (const partition of partitions) writer.int32(partition)
    writer.tags()
  }
  writer.tags()
  return writer.finish()
}

export function* decodeDescribeProducers(
  version: number,
  body: Buffer,
  topology: Topology,
): Steps<DescribeProducersResponse> {
  const index = yield* topicIndexOf(topology)
  const reader = new ProtocolReader(body, DESCRIBE_PRODUCERS, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const partitions: ProducersOfPartition[] = []
  for (let topics = reader.arrayLength(3); topics > 0; topics--) {
    const topic = index.read(reader)
    const first = topic < 0 ? 0 : (topology.start[topic] as number)
    const count = topic < 0 ? 0 : (topology.start[topic + 1] as number) - first
    for (let n = reader.listLength(9); n > 0; n--) {
      const partition = reader.int32()
      const errorCode = reader.int16()
      reader.skipString() // error_message
      const producers: ActiveProducer[] = []
      for (let left = reader.listLength(37); left > 0; left--) {
        producers.push(readProducer(reader))
        if (pace.isDue()) yield
      }
      reader.tags()
      if (partition >= 0 && partition < count) {
        partitions.push({ row: first + partition, errorCode, producers })
      }
      if (pace.isDue()) yield
    }
    reader.tags()
  }
  reader.tags()
  reader.end()
  return { throttleMs, partitions }
}

function readProducer(reader: ProtocolReader): ActiveProducer {
  const producerId = reader.int64()
  const producerEpoch = reader.int32()
  reader.int32() // last_sequence
  const lastTimestamp = known(reader.int64())
  reader.int32() // coordinator_epoch
  const transactionStart = known(reader.int64())
  reader.tags()
  return { producerId, producerEpoch, lastTimestamp, transactionStart }
}

/** -1 stands for none. */
function known(value: number): number {
  return value < 0 ? Number.NaN : value
}
