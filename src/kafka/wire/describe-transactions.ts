import type { Steps } from '../../model/steps.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'

/** KIP-664, from Kafka 3.0. Asked of each transactional id's coordinator; wants DESCRIBE on the id. */
export const DESCRIBE_TRANSACTIONS: Api = {
  key: 65,
  name: 'DescribeTransactions',
  min: 0,
  max: 0,
  flexibleFrom: 0,
}

export interface DescribeTransactionsResponse {
  readonly throttleMs: number
  readonly transactions: readonly DescribedTransaction[]
}

export interface DescribedTransaction {
  readonly transactionalId: string
  readonly errorCode: number
  /** As Kafka writes it: Ongoing, Empty, PrepareAbort, …; '' with an error. */
  readonly state: string
  readonly timeoutMs: number
  /** The transaction that is open, or the last one where none is; NaN where there was none yet. */
  readonly startedAt: number
  readonly producerId: number
  readonly producerEpoch: number
  /** Those of the transaction; while it is being ended, those that have no marker yet. */
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

export function encodeDescribeTransactions(version: number, transactionalIds: readonly string[]): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_TRANSACTIONS, version)
  writer.strings(transactionalIds)
  writer.tags()
  return writer.finish()
}

export function* decodeDescribeTransactions(
  version: number,
  body: Buffer,
): Steps<DescribeTransactionsResponse> {
  const reader = new ProtocolReader(body, DESCRIBE_TRANSACTIONS, version)
  const pace = new ReadingPace(reader)
  const throttleMs = reader.int32()
  const transactions: DescribedTransaction[] = []
  for (let n = reader.listLength(28); n > 0; n--) {
    const errorCode = reader.int16()
    const transactionalId = reader.string()
    const state = reader.string()
    const timeoutMs = reader.int32()
    const startTime = reader.int64()
    const producerId = reader.int64()
    const producerEpoch = reader.int16()
    const topics: { topic: string; partitions: number[] }[] = []
    for (let left = reader.listLength(3); left > 0; left--) {
      topics.push({ topic: reader.string(), partitions: reader.int32Array() })
      reader.tags()
      if (pace.isDue()) yield
    }
    reader.tags()
    const startedAt = errorCode !== 0 || startTime < 0 ? Number.NaN : startTime
    transactions.push({
      transactionalId,
      errorCode,
      state,
      timeoutMs,
      startedAt,
      producerId,
      producerEpoch,
      topics,
    })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, transactions }
}
