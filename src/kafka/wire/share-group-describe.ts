import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import {
  type DescribedGroup,
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  readAssignment,
  skipStrings,
  toHost,
} from './described-group.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ReadingPace } from './reading-pace.ts'

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

export function* decodeShareGroupDescribe(version: number, body: Buffer): Steps<DescribeGroupsResponse> {
  const reader = new ProtocolReader(body, SHARE_GROUP_DESCRIBE, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const groups: DescribedGroup[] = []
  for (let n = reader.arrayLength(20); n > 0; n--) {
    const errorCode = reader.int16()
    reader.skipString() // error_message
    const id = reader.string()
    const state = reader.string()
    const epoch = reader.int32()
    reader.int32() // assignment_epoch
    const protocol = reader.string()
    const members: DescribedMember[] = []
    for (let m = reader.arrayLength(12); m > 0; m--) {
      members.push(readMember(reader))
      if (pace.isDue()) yield
    }
    reader.int32() // authorized_operations
    reader.tags()
    groups.push({ id, errorCode, state, protocolType: '', protocol, epoch, members })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups }
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
