import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import {
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  readAssignment,
  skipAssignment,
  skipStrings,
  toHost,
} from './described-group.ts'
import { readEpochGroups } from './epoch-groups.ts'
import { ProtocolReader } from './protocol-reader.ts'

/** KIP-848 groups; GROUP_ID_NOT_FOUND for those of another type. */
export const CONSUMER_GROUP_DESCRIBE: Api = {
  key: 69,
  name: 'ConsumerGroupDescribe',
  min: 0,
  max: 1,
  flexibleFrom: 0,
}

export function encodeConsumerGroupDescribe(version: number, groups: readonly string[]): Buffer {
  return encodeDescribe(CONSUMER_GROUP_DESCRIBE, version, groups)
}

export function decodeConsumerGroupDescribe(version: number, body: Buffer): Steps<DescribeGroupsResponse> {
  const reader = new ProtocolReader(body, CONSUMER_GROUP_DESCRIBE, version)
  return readEpochGroups(reader, 16, () => readMember(reader, version))
}

function readMember(reader: ProtocolReader, version: number): DescribedMember {
  const memberId = reader.string()
  reader.skipString() // instance_id
  reader.skipString() // rack_id
  reader.int32() // member_epoch
  const clientId = reader.string()
  const host = toHost(reader.string())
  skipStrings(reader) // subscribed_topic_names
  reader.skipString() // subscribed_topic_regex
  const assignment = readAssignment(reader)
  skipAssignment(reader) // target_assignment
  if (version >= 1) reader.int8() // member_type
  reader.tags()
  return { memberId, clientId, host, assignment }
}
