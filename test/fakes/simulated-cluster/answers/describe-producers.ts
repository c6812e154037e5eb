import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { schemaOf } from '../schemas.ts'
import { inArbitraryOrder } from './arbitrary-order.ts'

interface WantedTopic {
  readonly name: string
  readonly partitionIndexes: readonly number[]
}

const NO_SUCH_TOPIC = 'This server does not host this topic-partition.'

/** DescribeProducers v0, which needs READ; every replica knows the producers of its log. */
export function answerDescribeProducers(ask: Ask): Buffer {
  const api = schemaOf('DescribeProducers')
  const wanted = api.request.decode(ask.version, ask.body).topics as WantedTopic[]
  const topics = inArbitraryOrder(wanted).map(({ name, partitionIndexes }) => ({
    name,
    partitions: inArbitraryOrder(partitionIndexes).map(index => describe(ask, name, index)),
  }))
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, topics })
}

function describe(ask: Ask, name: string, partitionIndex: number) {
  const errorCode = errorOf(ask, name, partitionIndex)
  // Of all refusals, only that of a topic that does not exist says why.
  if (!ask.cluster.topics.has(name)) return { partitionIndex, errorCode, errorMessage: NO_SUCH_TOPIC }
  if (errorCode !== 0) return { partitionIndex, errorCode }
  const { log } = ask.cluster.partition(name, partitionIndex)
  const activeProducers = (log?.producers() ?? []).map(({ currentTransactionStart, ...producer }) => ({
    ...producer,
    currentTxnStartOffset: currentTransactionStart,
  }))
  return { partitionIndex, errorCode, activeProducers }
}

function errorOf(ask: Ask, name: string, index: number): number {
  const fault = ask.faults.itemError({ topic: name, partition: index }, true)
  if (fault !== 0) return fault
  const topic = ask.cluster.topics.get(name)
  if (topic && !(topic.visible && topic.readable)) return ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  const partition = topic?.partitions[index]
  if (!partition) return ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
  return partition.replicas.includes(ask.node) ? 0 : ERROR_NUMBERS.NOT_LEADER_OR_FOLLOWER
}
