import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedMember } from '../group-state.ts'
import { schemaOf } from '../schemas.ts'
import { WireWriter } from '../wire-writer.ts'
import { groupError } from './group-errors.ts'

const NO_OPERATIONS = -2147483648

/** DescribeGroups, v0 to v6: classic groups. Any other is `Dead` without an error up to v5, error 69 in v6. */
export function answerDescribeGroups(ask: Ask): Buffer {
  const { version } = ask
  const wanted = schemaOf('DescribeGroups').request.decode(version, ask.body).groups as string[]
  const out = new WireWriter(ask.flexible, wanted.length * 1_024 + 64)
  if (version >= 1) out.int32(ask.throttleMs)
  out.length(wanted.length)
  for (const id of wanted) writeGroup(out, ask, id)
  out.end()
  return out.bytes()
}

function writeGroup(out: WireWriter, ask: Ask, id: string): void {
  const { version } = ask
  const group = ask.cluster.groups.get(id)
  const error = groupError(ask, id, group)
  const classic = error === 0 && group?.kind === 'classic' ? group : null
  const isDead = error === 0 && classic === null
  out.int16(isDead && version >= 6 ? ERROR_NUMBERS.GROUP_ID_NOT_FOUND : error)
  if (version >= 6) out.string(isDead ? `Group ${id} is not a classic group.` : null)
  out.string(id)
  out.string(classic?.state ?? (isDead ? 'Dead' : ''))
  out.string(classic?.protocolType ?? '')
  // A coordinator tells the assignor of a stable group only.
  out.string(classic?.state === 'Stable' ? classic.protocol : '')
  const members = classic?.members ?? []
  out.length(members.length)
  for (const member of members) {
    out.string(member.memberId)
    if (version >= 4) out.string(member.instanceId ?? null)
    out.string(member.clientId)
    out.string(member.host ?? '/127.0.0.1')
    out.length(0) // subscription
    const isConsumer = classic?.protocolType === 'consumer'
    const assignment = isConsumer ? consumerAssignment(member) : Buffer.from('not a consumer assignment')
    out.length(assignment.length)
    out.raw(assignment)
    out.end()
  }
  if (version >= 3) out.int32(NO_OPERATIONS)
  out.end()
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
