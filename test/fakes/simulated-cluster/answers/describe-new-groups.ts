import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedGroup, SimulatedGroupKind, SimulatedMember } from '../group-state.ts'
import { schemaOf } from '../schemas.ts'
import { groupError } from './group-errors.ts'

/** ConsumerGroupDescribe v0 to v1 (KIP-848). */
export function answerConsumerGroupDescribe(ask: Ask): Buffer {
  return answer(ask, 'ConsumerGroupDescribe', 'consumer', group => ({
    assignorName: group.protocol,
    members: group.members.map(member => ({
      ...common(group, member),
      instanceId: member.instanceId ?? null,
      subscribedTopicNames: Object.keys(member.assignment ?? {}),
      assignment: assignment(ask, member),
      targetAssignment: assignment(ask, member),
      ...(ask.version >= 1 ? { memberType: 1 } : {}),
    })),
  }))
}

/** ShareGroupDescribe v1 (KIP-932). */
export function answerShareGroupDescribe(ask: Ask): Buffer {
  return answer(ask, 'ShareGroupDescribe', 'share', group => ({
    assignorName: group.protocol,
    members: group.members.map(member => ({
      ...common(group, member),
      subscribedTopicNames: Object.keys(member.assignment ?? {}),
      assignment: assignment(ask, member),
    })),
  }))
}

/** StreamsGroupDescribe v0 (KIP-1071). One subtopology `0` reads every assigned topic. */
export function answerStreamsGroupDescribe(ask: Ask): Buffer {
  return answer(ask, 'StreamsGroupDescribe', 'streams', group => ({
    topology: { epoch: 1, subtopologies: [subtopology(group)] },
    members: group.members.map(member => ({
      ...common(group, member),
      instanceId: member.instanceId ?? null,
      topologyEpoch: 1,
      processId: `process-of-${member.memberId}`,
      userEndpoint: null,
      assignment: tasks(member),
      targetAssignment: tasks(member),
    })),
  }))
}

function answer(
  ask: Ask,
  name: 'ConsumerGroupDescribe' | 'ShareGroupDescribe' | 'StreamsGroupDescribe',
  kind: SimulatedGroupKind,
  describe: (group: SimulatedGroup) => object,
): Buffer {
  const api = schemaOf(name)
  const wanted = api.request.decode(ask.version, ask.body).groupIds as string[]
  const groups = wanted.map(groupId => {
    const group = ask.cluster.groups.get(groupId)
    const error = groupError(ask, groupId, group)
    if (error !== 0) return { errorCode: error, groupId }
    if (group?.kind !== kind) {
      const errorMessage = `Group ${groupId} is not a ${kind} group.`
      return { errorCode: ERROR_NUMBERS.GROUP_ID_NOT_FOUND, errorMessage, groupId }
    }
    return {
      errorCode: 0,
      groupId,
      groupState: group.state,
      groupEpoch: group.epoch,
      assignmentEpoch: group.epoch,
      ...describe(group),
    }
  })
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, groups })
}

function common(group: SimulatedGroup, member: SimulatedMember) {
  return {
    memberId: member.memberId,
    memberEpoch: group.epoch,
    clientId: member.clientId,
    clientHost: member.host ?? '/127.0.0.1',
  }
}

function assignment(ask: Ask, member: SimulatedMember) {
  const topicPartitions = Object.entries(member.assignment ?? {}).map(([topicName, partitions]) => ({
    topicId: ask.cluster.topics.get(topicName)?.id ?? '',
    topicName,
    partitions,
  }))
  return { topicPartitions }
}

function subtopology(group: SimulatedGroup) {
  const sources = new Set(group.members.flatMap(member => Object.keys(member.assignment ?? {})))
  return { subtopologyId: '0', sourceTopics: [...sources] }
}

function tasks(member: SimulatedMember) {
  const partitions = new Set(Object.values(member.assignment ?? {}).flat())
  return { activeTasks: partitions.size === 0 ? [] : [{ subtopologyId: '0', partitions: [...partitions] }] }
}
