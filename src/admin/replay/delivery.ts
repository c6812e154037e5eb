import { NONE } from '../../kafka/wire/error-codes.ts'
import type { AdminCalls } from '../admin-calls.ts'
import { Coordinator } from '../coordinator.ts'
import type { GroupPosition, PartitionOffsets } from '../group-position.ts'
import { RecordWriter, type Rejected, type RoutedRecord } from '../record-writer.ts'
import { Refusal } from '../refusal.ts'
import type { TargetTopics } from '../target-topics.ts'
import {
  ADD_OFFSETS,
  ADD_PARTITIONS,
  decodeErrorCode,
  decodeInitProducerId,
  decodePartitionResults,
  END_TXN,
  encodeAddOffsets,
  encodeAddPartitions,
  encodeEndTxn,
  encodeInitProducerId,
  INIT_PRODUCER_ID,
  TRANSACTION_TIMEOUT_MS,
  type Transaction,
} from '../wire/transactions.ts'

/** Writes some records, then moves the position behind them. Calls must not overlap. */
export interface Delivery {
  /** Resolves to the records that a broker will never take. */
  deliver(records: readonly RoutedRecord[], offsets: PartitionOffsets): Promise<readonly Rejected[]>
  /** After the last one: the position is kept for long. */
  finish(): Promise<void>
}

export interface DeliveryParts {
  readonly calls: AdminCalls
  readonly targets: TargetTopics
  readonly position: GroupPosition
}

const ABORT_TIMEOUT_MS = 5_000

/** At least once: what was written when the process ended and the position not yet moved is written again. */
export async function openPlainDelivery({ calls, targets, position }: DeliveryParts): Promise<Delivery> {
  const producer = await calls.persist(async () => {
    const answer = await calls.askAny({
      api: INIT_PRODUCER_ID,
      encode: version => encodeInitProducerId(version, null, TRANSACTION_TIMEOUT_MS),
      decode: decodeInitProducerId,
    })
    if (answer.errorCode !== NONE) throw new Refusal(answer.errorCode, 'write to', 'an idempotent producer')
    return answer.producer
  })
  const writer = new RecordWriter(calls, targets, producer, null)
  return {
    async deliver(records, offsets) {
      const rejected = await writer.write(records)
      await position.commit(offsets)
      return rejected
    },
    // Each of its commits lasts.
    finish: async () => {},
  }
}

/**
 * Exactly once for who reads committed records: they count together with the position. Whoever opens it ends the
 * transaction that another one with the same id has left open, and that one can write no more.
 */
export async function openTransactionalDelivery(
  { calls, targets, position }: DeliveryParts,
  transactionalId: string,
): Promise<Delivery> {
  const coordinator = new Coordinator(calls, transactionalId, 'transaction')
  const producer = await coordinator.persist(async node => {
    const answer = await calls.ask(node, {
      api: INIT_PRODUCER_ID,
      encode: version => encodeInitProducerId(version, transactionalId, TRANSACTION_TIMEOUT_MS),
      decode: decodeInitProducerId,
    })
    coordinator.check(answer.errorCode)
    return answer.producer
  })
  const transaction: Transaction = { ...producer, transactionalId }
  const writer = new RecordWriter(calls, targets, producer, transactionalId)
  let moved: PartitionOffsets = new Map()
  return {
    async deliver(records, offsets) {
      try {
        if (records.length > 0) await addPartitions(calls, coordinator, transaction, records)
        const rejected = await writer.write(records)
        await addOffsets(calls, coordinator, transaction, position.group)
        await position.commitWith(transaction, offsets)
        await coordinator.persist(node => end(calls, coordinator, node, transaction, true))
        position.moved(offsets)
        moved = new Map([...moved, ...offsets])
        return rejected
      } catch (error) {
        // So that others need not wait for the time-out. What stopped us is told, whatever comes of this.
        await abort(calls, coordinator, transaction).catch(() => {})
        throw error
      }
    },
    // What a transaction commits expires after a week; a replay after that would send everything again.
    async finish() {
      if (moved.size > 0) await position.commit(moved)
    },
  }
}

async function addPartitions(
  calls: AdminCalls,
  coordinator: Coordinator,
  transaction: Transaction,
  records: readonly RoutedRecord[],
): Promise<void> {
  const partitions = new Map(
    records.map(({ topic, partition }) => [`${topic} ${partition}`, { topic, partition }]),
  )
  await coordinator.persist(async node => {
    const results = await calls.ask(node, {
      api: ADD_PARTITIONS,
      encode: version => encodeAddPartitions(version, transaction, [...partitions.values()]),
      decode: (version, body) => decodePartitionResults(ADD_PARTITIONS, version, body),
    })
    // Those that could be added are not, where one could not: its error is the one that tells.
    const failed = results.filter(({ errorCode }) => errorCode !== NONE && errorCode !== NOT_ATTEMPTED)
    const [first] = failed.length > 0 ? failed : results.filter(({ errorCode }) => errorCode !== NONE)
    if (first === undefined) return
    if (OF_THE_TOPIC.has(first.errorCode))
      throw new Refusal(first.errorCode, 'write to', `topic ${first.topic}`)
    coordinator.check(first.errorCode)
  })
}

const NOT_ATTEMPTED = 55
const OF_THE_TOPIC: ReadonlySet<number> = new Set([3, 29])

async function addOffsets(
  calls: AdminCalls,
  coordinator: Coordinator,
  transaction: Transaction,
  group: string,
): Promise<void> {
  await coordinator.persist(async node => {
    const errorCode = await calls.ask(node, {
      api: ADD_OFFSETS,
      encode: version => encodeAddOffsets(version, transaction, group),
      decode: (version, body) => decodeErrorCode(ADD_OFFSETS, version, body),
    })
    coordinator.check(errorCode)
  })
}

async function end(
  calls: AdminCalls,
  coordinator: Coordinator,
  node: number,
  transaction: Transaction,
  isCommitted: boolean,
  timeoutMs?: number,
): Promise<void> {
  const errorCode = await calls.ask(node, {
    api: END_TXN,
    ...(timeoutMs !== undefined && { timeoutMs }),
    encode: version => encodeEndTxn(version, transaction, isCommitted),
    decode: (version, body) => decodeErrorCode(END_TXN, version, body),
  })
  coordinator.check(errorCode)
}

function abort(calls: AdminCalls, coordinator: Coordinator, transaction: Transaction): Promise<void> {
  return coordinator.persist(node => end(calls, coordinator, node, transaction, false, ABORT_TIMEOUT_MS))
}
