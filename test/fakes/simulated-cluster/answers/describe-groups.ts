import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedMember } from '../group-state.ts'
import { schemaOf } from '../schemas.ts'
import { WireWriter } from '../wire-writer.ts'
import { groupError } from './group-errors.ts'

/** DescribeGroups, v0 to v6: classic groups. Any other is `Dead` without an error up to v5, error 69 in v6. */
export function answerDescribeGroups(ask: Ask): Buffer {
  const api = schemaOf('DescribeGroups')
  const wanted = api.request.decode(ask.version, ask.body).groups as string[]
  const groups = wanted.map(id => describe(ask, id))
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, groups })
}

function describe(ask: Ask, groupId: string) {
  const group = ask.cluster.groups.get(groupId)
  const error = groupError(ask, groupId, group)
  const nothing = { groupId, groupState: '', protocolType: '', protocolData: '', members: [] }
  if (error !== 0) return { ...nothing, errorCode: error }
  if (group?.kind !== 'classic') {
    const errorCode = ask.version >= 6 ? ERROR_NUMBERS.GROUP_ID_NOT_FOUND : 0
    const errorMessage = errorCode === 0 ? null : `Group ${groupId} is not a classic group.`
    return { ...nothing, errorCode, errorMessage, groupState: 'Dead' }
  }
  return {
    errorCode: 0,
    groupId,
    groupState: group.state,
    protocolType: group.protocolType,
    // A coordinator tells the assignor of a stable group only.
    protocolData: group.state === 'Stable' ? group.protocol : '',
    members: group.members.map(member => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId ?? null,
      clientId: member.clientId,
      clientHost: member.host ?? '/127.0.0.1',
      memberMetadata: Buffer.alloc(0),
      memberAssignment:
        group.protocolType === 'consumer'
          ? consumerAssignment(member)
          : Buffer.from('not a consumer assignment'),
    })),
  }
}

/** ConsumerProtocolAssignment v1: what the leader of a classic consumer group hands out. */
function consumerAssignment(member: SimulatedMember): Buffer {
  if (!member.assignment) return Buffer.alloc(0)
  const out = new WireWriter(false)
  const topics = Object.entries(member.assignment)
  out.int16(1)
  out.length(topics.length)
  for (const [topic, partitions] of topics) {
    out.string(topic)
    out.int32s(partitions)
  }
  out.int32(-1)
  return out.bytes()
}
