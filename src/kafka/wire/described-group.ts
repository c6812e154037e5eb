import type { Api } from './api.ts'
import type { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'

/** What the four APIs that describe groups have in common. */
export interface DescribeGroupsResponse {
  readonly throttleMs: number
  readonly groups: readonly DescribedGroup[]
}

export interface DescribedGroup {
  readonly id: string
  readonly errorCode: number
  /** As the broker writes it. */
  readonly state: string
  /** Of classic groups: consumer, connect, …; the other kinds do not say and have ''. */
  readonly protocolType: string
  /** Assignor or protocol: range, uniform, …; '' where there is none. */
  readonly protocol: string
  /** Group epoch; -1 for classic groups, whose generation no API tells. */
  readonly epoch: number
  readonly members: readonly DescribedMember[]
}

export interface DescribedMember {
  readonly memberId: string
  readonly clientId: string
  /** As the coordinator saw it, without the leading slash. */
  readonly host: string
  readonly assignment: readonly AssignedTopic[]
}

export interface AssignedTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** The body that all four requests share: ids, and no authorized operations. */
export function encodeDescribe(api: Api, version: number, groups: readonly string[]): Buffer {
  const writer = new ProtocolWriter(api, version)
  writer.strings(groups)
  writer.boolean(false)
  writer.tags()
  return writer.finish()
}

/** The structure `Assignment` of ConsumerGroupDescribe and ShareGroupDescribe. */
export function readAssignment(reader: ProtocolReader): AssignedTopic[] {
  const assignment: AssignedTopic[] = []
  for (let n = reader.listLength(19); n > 0; n--) {
    reader.skip(16) // topic_id
    const topic = reader.string()
    const partitions = reader.int32Array()
    reader.tags()
    assignment.push({ topic, partitions })
  }
  reader.tags()
  return assignment
}

export function skipAssignment(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(19); n > 0; n--) {
    reader.skip(16)
    reader.skipString()
    reader.skipInt32Array()
    reader.tags()
  }
  reader.tags()
}

export function skipStrings(reader: ProtocolReader): void {
  for (let n = reader.arrayLength(1); n > 0; n--) reader.skipString()
}

/** Java prints an address without a name as `/10.0.0.1`. */
export function toHost(clientHost: string): string {
  return clientHost.startsWith('/') ? clientHost.slice(1) : clientHost
}
