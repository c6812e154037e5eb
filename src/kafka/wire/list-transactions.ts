import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'

/** KIP-664, from Kafka 3.0. Every broker lists those that it coordinates and that may be described. */
export const LIST_TRANSACTIONS: Api = { key: 66, name: 'ListTransactions', min: 0, max: 2, flexibleFrom: 0 }

export interface ListTransactionsQuery {
  /** Empty: whatever the producer. */
  readonly producerIds: readonly number[]
  /** Ongoing, PrepareCommit, …; empty: whatever the state. */
  readonly states: readonly string[]
}

export interface ListTransactionsResponse {
  readonly throttleMs: number
  readonly errorCode: number
  readonly transactions: readonly ListedTransaction[]
}

export interface ListedTransaction {
  readonly transactionalId: string
  readonly producerId: number
  /** As Kafka writes it. */
  readonly state: string
}

const ANY_DURATION = -1

export function encodeListTransactions(version: number, query: ListTransactionsQuery): Buffer {
  const writer = new ProtocolWriter(LIST_TRANSACTIONS, version)
  writer.strings(query.states)
  writer.arrayLength(query.producerIds.length)
  for (const id of query.producerIds) writer.int64(id)
  if (version >= 1) writer.int64(ANY_DURATION)
  if (version >= 2) writer.nullString() // transactional_id_pattern
  writer.tags()
  return writer.finish()
}

export function* decodeListTransactions(version: number, body: Buffer): Steps<ListTransactionsResponse> {
  const reader = new ProtocolReader(body, LIST_TRANSACTIONS, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  for (let n = reader.arrayLength(1); n > 0; n--) {
    reader.skipString() // unknown_state_filters
    if (pace.isDue()) yield
  }
  const transactions: ListedTransaction[] = []
  for (let n = reader.listLength(11); n > 0; n--) {
    const transactionalId = reader.string()
    const producerId = reader.int64()
    const state = reader.string()
    reader.tags()
    transactions.push({ transactionalId, producerId, state })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, errorCode, transactions }
}
