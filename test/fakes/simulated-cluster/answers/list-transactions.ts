import type { Ask } from '../ask.ts'
import { schemaOf } from '../schemas.ts'
import { TRANSACTION_STATES } from '../transaction-state.ts'
import { inArbitraryOrder } from './arbitrary-order.ts'

/** ListTransactions, v0 to v2: what this broker coordinates and the principal may see. No filter by pattern. */
export function answerListTransactions(ask: Ask): Buffer {
  const { cluster, version } = ask
  const api = schemaOf('ListTransactions')
  const request = api.request.decode(version, ask.body)
  const states = request.stateFilters as string[]
  const producers = request.producerIdFilters as number[]
  const longerThan = (request.durationFilter as number | undefined) ?? -1
  const errorCode = ask.faults.answerError()
  const found = [...cluster.transactions.values()].filter(
    transaction =>
      errorCode === 0 &&
      transaction.coordinator === ask.node &&
      transaction.visible &&
      transaction.state !== 'Dead' &&
      (states.length === 0 || states.includes(transaction.state)) &&
      (producers.length === 0 || producers.includes(transaction.producerId)) &&
      (longerThan < 0 || cluster.now() - transaction.startedAt > longerThan),
  )
  return api.response.encode(version, {
    throttleTimeMs: ask.throttleMs,
    errorCode,
    unknownStateFilters: states.filter(state => !TRANSACTION_STATES.some(known => known === state)),
    transactionStates: inArbitraryOrder(found).map(({ id, producerId, state }) => ({
      transactionalId: id,
      producerId,
      transactionState: state,
    })),
  })
}
