import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { ShareOffset } from '../group-state.ts'
import { schemaOf } from '../schemas.ts'
import { groupError } from './group-errors.ts'

interface WantedGroup {
  readonly groupId: string
  readonly topics: readonly { readonly topicName: string; readonly partitions: readonly number[] }[] | null
}

/** DescribeShareGroupOffsets v0 to v1; the lag (KIP-1226) is in v1 only. */
export function answerDescribeShareGroupOffsets(ask: Ask): Buffer {
  const api = schemaOf('DescribeShareGroupOffsets')
  const wanted = api.request.decode(ask.version, ask.body).groups as WantedGroup[]
  const groups = wanted.map(group => describe(ask, group))
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, groups })
}

function describe(ask: Ask, { groupId, topics }: WantedGroup) {
  const { cluster } = ask
  const group = cluster.groups.get(groupId)
  const error = groupError(ask, groupId, group)
  if (error !== 0) return { groupId, errorCode: error }
  if (group?.kind !== 'share') return { groupId, errorCode: ERROR_NUMBERS.GROUP_ID_NOT_FOUND }
  const asked =
    topics ??
    [...group.shareOffsets]
      .filter(([name]) => cluster.topics.get(name)?.visible !== false)
      .map(([topicName, offsets]) => ({ topicName, partitions: offsets.map((_, index) => index) }))
  return {
    groupId,
    errorCode: 0,
    topics: asked.map(({ topicName, partitions }) => ({
      topicName,
      topicId: cluster.topics.get(topicName)?.id ?? '',
      partitions: partitions.map(index => partition(ask, groupId, topicName, index)),
    })),
  }
}

function partition(ask: Ask, groupId: string, topicName: string, partitionIndex: number) {
  const { cluster, faults } = ask
  const topic = cluster.topics.get(topicName)
  let errorCode = faults.itemError({ group: groupId, topic: topicName, partition: partitionIndex })
  if (errorCode === 0 && topic?.visible === false) errorCode = ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  if (errorCode === 0 && !topic?.partitions[partitionIndex])
    errorCode = ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
  const known: ShareOffset | undefined = cluster.group(groupId).shareOffsets.get(topicName)?.[partitionIndex]
  const told = errorCode === 0 && known ? known : { start: -1, lag: -1 }
  return {
    partitionIndex,
    startOffset: told.start,
    leaderEpoch: topic?.partitions[partitionIndex]?.leaderEpoch ?? -1,
    lag: told.lag,
    errorCode,
  }
}
