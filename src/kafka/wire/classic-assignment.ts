import type { AssignedTopic } from './described-group.ts'
import { ProtocolReader } from './protocol-reader.ts'

const CONSUMER_PROTOCOL = { name: 'ConsumerProtocolAssignment', flexibleFrom: Number.POSITIVE_INFINITY }

/**
 * The assignment of a member of a classic group (ConsumerProtocolAssignment v0 to v3, whose beginning later versions
 * keep). The bytes are the clients' own affair: other protocols (Kafka Connect, Schema Registry) and what cannot be
 * read give an empty assignment.
 */
export function readClassicAssignment(protocolType: string, bytes: Buffer): AssignedTopic[] {
  if (protocolType !== 'consumer' || bytes.length === 0) return []
  const reader = new ProtocolReader(bytes, CONSUMER_PROTOCOL, 0)
  const assignment: AssignedTopic[] = []
  try {
    if (reader.int16() < 0) return []
    for (let n = reader.listLength(6); n > 0; n--) {
      const topic = reader.string()
      assignment.push({ topic, partitions: reader.int32Array() })
    }
    return assignment
  } catch {
    return []
  }
}
