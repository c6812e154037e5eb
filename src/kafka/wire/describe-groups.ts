import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import { readClassicAssignment } from './classic-assignment.ts'
import {
  type DescribedGroup,
  type DescribedMember,
  type DescribeGroupsResponse,
  encodeDescribe,
  toHost,
} from './described-group.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ReadingPace } from './reading-pace.ts'

/**
 * Classic groups. Others, and groups that do not exist, are answered `Dead` without an error in v5, with
 * GROUP_ID_NOT_FOUND from v6.
 */
export const DESCRIBE_GROUPS: Api = { key: 15, name: 'DescribeGroups', min: 5, max: 6, flexibleFrom: 5 }

export function encodeDescribeGroups(version: number, groups: readonly string[]): Buffer {
  return encodeDescribe(DESCRIBE_GROUPS, version, groups)
}

export function* decodeDescribeGroups(version: number, body: Buffer): Steps<DescribeGroupsResponse> {
  const reader = new ProtocolReader(body, DESCRIBE_GROUPS, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const groups: DescribedGroup[] = []
  for (let n = reader.listLength(12); n > 0; n--) {
    const errorCode = reader.int16()
    if (version >= 6) reader.skipString() // error_message
    const id = reader.string()
    const state = reader.string()
    const protocolType = reader.string()
    const protocol = reader.string()
    const members: DescribedMember[] = []
    for (let m = reader.listLength(7); m > 0; m--) {
      members.push(readMember(reader, protocolType))
      if (pace.isDue()) yield
    }
    reader.int32() // authorized_operations
    reader.tags()
    groups.push({ id, errorCode, state, protocolType, protocol, epoch: -1, members })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups }
}

function readMember(reader: ProtocolReader, protocolType: string): DescribedMember {
  const memberId = reader.string()
  reader.skipString() // group_instance_id
  const clientId = reader.string()
  const host = toHost(reader.string())
  reader.byteString() // member_metadata
  const assignment = readClassicAssignment(protocolType, reader.byteString())
  reader.countObjects(assignment.length)
  reader.countNumbers(assignment.reduce((sum, { partitions }) => sum + partitions.length, 0))
  reader.tags()
  return { memberId, clientId, host, assignment }
}
