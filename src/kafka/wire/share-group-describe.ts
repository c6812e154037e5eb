import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import {
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  readAssignment,
  skipStrings,
  toHost,
} from './described-group.ts'
import { readEpochGroups } from './epoch-groups.ts'
import { ProtocolReader } from './protocol-reader.ts'

/** KIP-932 share groups; v0 was an early access version and is gone. */
export const SHARE_GROUP_DESCRIBE: Api = {
  key: 77,
  name: 'ShareGroupDescribe',
  min: 1,
  max: 1,
  flexibleFrom: 0,
}

export function encodeShareGroupDescribe(version: number, groups: readonly string[]): Buffer {
  return encodeDescribe(SHARE_GROUP_DESCRIBE, version, groups)
}

export function decodeShareGroupDescribe(version: number, body: Buffer): Steps<DescribeGroupsResponse> {
  const reader = new ProtocolReader(body, SHARE_GROUP_DESCRIBE, version)
  return readEpochGroups(reader, 12, () => readMember(reader))
}

function readMember(reader: ProtocolReader): DescribedMember {
  const memberId = reader.string()
  reader.skipString() // rack_id
  reader.int32() // member_epoch
  const clientId = reader.string()
  const host = toHost(reader.string())
  skipStrings(reader) // subscribed_topic_names
  const assignment = readAssignment(reader)
  reader.tags()
  return { memberId, clientId, host, assignment }
}
