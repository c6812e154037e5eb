import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import { schemaOf } from '../schemas.ts'
import { inArbitraryOrder } from './arbitrary-order.ts'

/** DescribeTransactions v0, at their coordinator. Topics that the principal may not describe are left out. */
export function answerDescribeTransactions(ask: Ask): Buffer {
  const api = schemaOf('DescribeTransactions')
  const ids = api.request.decode(ask.version, ask.body).transactionalIds as string[]
  const transactionStates = inArbitraryOrder(ids).map(id => describe(ask, id))
  return api.response.encode(ask.version, { throttleTimeMs: ask.throttleMs, transactionStates })
}

function describe(ask: Ask, transactionalId: string) {
  const { cluster } = ask
  const errorCode = errorOf(ask, transactionalId)
  const transaction = cluster.transactions.get(transactionalId)
  if (errorCode !== 0 || !transaction) return { transactionalId, errorCode }
  const topics = [...transaction.partitions]
    .filter(([topic]) => cluster.topics.get(topic)?.visible !== false)
    .map(([topic, partitions]) => ({ topic, partitions: [...partitions] }))
  return {
    transactionalId,
    errorCode,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedAt,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics,
  }
}

function errorOf(ask: Ask, id: string): number {
  const fault = ask.faults.answerError()
  if (fault !== 0) return fault
  const transaction = ask.cluster.transactions.get(id)
  if (transaction?.visible === false) return ERROR_NUMBERS.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
  if (!transaction || transaction.state === 'Dead') return ERROR_NUMBERS.TRANSACTIONAL_ID_NOT_FOUND
  return transaction.coordinator === ask.node ? 0 : ERROR_NUMBERS.NOT_COORDINATOR
}
