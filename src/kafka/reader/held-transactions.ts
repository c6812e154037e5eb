import type { OpenTransaction, TransactionProbe } from '../../model/evidence.ts'
import {
  type ActiveProducer,
  DESCRIBE_PRODUCERS,
  decodeDescribeProducers,
  encodeDescribeProducers,
} from '../wire/describe-producers.ts'
import {
  DESCRIBE_TRANSACTIONS,
  decodeDescribeTransactions,
  encodeDescribeTransactions,
} from '../wire/describe-transactions.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import {
  decodeListTransactions,
  encodeListTransactions,
  LIST_TRANSACTIONS,
  type ListedTransaction,
} from '../wire/list-transactions.ts'
import type { Failure } from './answer.ts'
import { partitionName } from './offsets-phase.ts'
import { positionsByLeader } from './positions-by-leader.ts'
import type { Probe } from './probe.ts'
import type { Struck } from './read-errors.ts'

/** What a principal may not see, and what a broker is too old for, stays unknown; it is no failure. */
const EXPECTED: ReadonlySet<string> = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'VERSION_UNSUPPORTED',
])

interface CoordinatedTransaction {
  readonly transactionalId: string
  readonly state: string
  readonly startedAt: number
}

/**
 * Which transaction holds the last stable offset of each row (KIP-664): the leader knows the producer whose open
 * transaction began first; whichever broker coordinates that producer knows the transactional id and its state.
 *
 * @param rows the first few of them are looked at
 */
export async function findTransactions(probe: Probe, rows: Int32Array): Promise<TransactionProbe> {
  const holders = await findHolders(probe, rows.subarray(0, probe.limits.heldRows))
  const producers = new Set([...holders.values()].map(holder => holder.producerId))
  const coordinated = await findCoordinated(probe, [...producers])
  const transactions = new Map<number, OpenTransaction>()
  for (const [row, holder] of holders) {
    const { producerId, producerEpoch, lastTimestamp, transactionStart: startOffset } = holder
    const known = coordinated.get(producerId)
    transactions.set(row, {
      producerId,
      producerEpoch,
      transactionalId: known?.transactionalId ?? null,
      startOffset,
      lastTimestamp,
      state: known?.state ?? null,
      startedAt: known?.startedAt ?? Number.NaN,
    })
  }
  return { transactions, requests: probe.calls.requests, errors: probe.errors.list() }
}

/** By row: the producer whose open transaction began first. */
async function findHolders(probe: Probe, rows: Int32Array): Promise<Map<number, ActiveProducer>> {
  const { calls, topology } = probe
  const holders = new Map<number, ActiveProducer>()
  const { byNode } = await calls.run(positionsByLeader(rows, probe.leader))
  await Promise.all(
    [...byNode].map(async ([node, positions]) => {
      const own = Int32Array.from(positions, i => rows[i] as number)
      const answer = await calls.ask(node, {
        api: DESCRIBE_PRODUCERS,
        encode: version => encodeDescribeProducers(version, topology, own),
        decode: (version, body) => decodeDescribeProducers(version, body, topology),
      })
      const struck = (row: number, count: number) => {
        return { what: 'partition', example: partitionName(topology, row), count } as const
      }
      if (!answer.ok) {
        note(probe, node, answer.failure, struck(own[0] as number, own.length))
        return
      }
      for (const { row, errorCode, producers } of answer.value.partitions) {
        const holder = firstOf(producers)
        if (errorCode !== NONE) note(probe, node, failureOf(node, errorCode), struck(row, 1))
        else if (holder !== null) holders.set(row, holder)
      }
    }),
  )
  return holders
}

function firstOf(producers: readonly ActiveProducer[]): ActiveProducer | null {
  let first: ActiveProducer | null = null
  for (const producer of producers) {
    if (Number.isNaN(producer.transactionStart)) continue
    if (first === null || producer.transactionStart < first.transactionStart) first = producer
  }
  return first
}

/** By producer id: every broker lists those transactions that it coordinates. */
async function findCoordinated(
  probe: Probe,
  producerIds: readonly number[],
): Promise<Map<number, CoordinatedTransaction>> {
  const found = new Map<number, CoordinatedTransaction>()
  if (producerIds.length === 0) return found
  await Promise.all(
    probe.brokers.map(async ({ id: node }) => {
      const listed = await listAt(probe, node, producerIds)
      if (listed.length === 0) return
      const started = await describeAt(probe, node, listed)
      for (const { producerId, transactionalId, state } of listed) {
        const described = started.get(transactionalId)
        const startedAt = described?.startedAt ?? Number.NaN
        found.set(producerId, { transactionalId, state: described?.state ?? state, startedAt })
      }
    }),
  )
  return found
}

async function listAt(
  probe: Probe,
  node: number,
  producerIds: readonly number[],
): Promise<readonly ListedTransaction[]> {
  const answer = await probe.calls.ask(node, {
    api: LIST_TRANSACTIONS,
    encode: version => encodeListTransactions(version, { producerIds, states: [] }),
    decode: decodeListTransactions,
  })
  if (!answer.ok) note(probe, node, answer.failure)
  else if (answer.value.errorCode !== NONE) note(probe, node, failureOf(node, answer.value.errorCode))
  else {
    const wanted = new Set(producerIds)
    return answer.value.transactions.filter(({ producerId }) => wanted.has(producerId))
  }
  return []
}

async function describeAt(
  probe: Probe,
  node: number,
  listed: readonly ListedTransaction[],
): Promise<Map<string, { readonly state: string; readonly startedAt: number }>> {
  const described = new Map<string, { state: string; startedAt: number }>()
  const ids = listed.map(({ transactionalId }) => transactionalId)
  const answer = await probe.calls.ask(node, {
    api: DESCRIBE_TRANSACTIONS,
    encode: version => encodeDescribeTransactions(version, ids),
    decode: decodeDescribeTransactions,
  })
  if (!answer.ok) {
    note(probe, node, answer.failure)
    return described
  }
  for (const { transactionalId, errorCode, state, startedAt } of answer.value.transactions) {
    if (errorCode === NONE) described.set(transactionalId, { state, startedAt })
    else note(probe, node, failureOf(node, errorCode))
  }
  return described
}

function failureOf(node: number, errorCode: number): Failure {
  const code = errorName(errorCode)
  return { code, message: `broker ${node}: ${code}` }
}

function note({ errors }: Probe, node: number, failure: Failure, struck?: Struck): void {
  if (!EXPECTED.has(failure.code)) errors.add('probe', node, failure, struck)
}
