import { METADATA } from '../../src/kafka/wire/metadata.ts'
import { answer } from './wire/witness.ts'

/** Names of one length, so that a topic can be made of another by writing over its name. */
export function largeTopic(index: number): string {
  return `topic-${String(index).padStart(8, '0')}`
}

/**
 * A Metadata answer (v12) of so many topics with so many partitions each, three replicas everywhere: 42 bytes for a
 * partition.
 */
export function largeMetadata(version: 12, topics: number, partitions: number): Buffer {
  const brokers = [1, 2, 3].map(nodeId => ({ nodeId, host: '127.0.0.1', port: 9_091 + nodeId }))
  const envelope = { brokers, clusterId: 'large', controllerId: 1 }
  const one = {
    name: largeTopic(0),
    partitions: Array.from({ length: partitions }, (_, partitionIndex) => ({
      partitionIndex,
      leaderId: 1 + (partitionIndex % 3),
      leaderEpoch: 4,
      replicaNodes: [1, 2, 3],
      isrNodes: [1, 2, 3],
    })),
  }
  const empty = answer(METADATA, version, { ...envelope, topics: [] })
  const single = answer(METADATA, version, { ...envelope, topics: [one] })
  // The last two bytes of the empty one: no topics, no tags.
  const head = empty.subarray(0, -2)
  const topic = single.subarray(head.length + 1, -1)
  const count: number[] = []
  for (let rest = topics + 1; ; rest >>>= 7) {
    count.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80)
    if (rest < 0x80) break
  }
  const body = Buffer.alloc(head.length + count.length + topics * topic.length + 1)
  head.copy(body)
  Buffer.from(count).copy(body, head.length)
  const nameAt = topic.indexOf(one.name)
  for (let i = 0; i < topics; i++) {
    const at = head.length + count.length + i * topic.length
    topic.copy(body, at)
    body.write(largeTopic(i), at + nameAt)
  }
  return body
}
