import { ExporterError } from '../errors.ts'
import { errorName } from '../kafka/wire/error-codes.ts'
import { TRANSACTION_TIMEOUT_MS } from './wire/transactions.ts'

/** What a broker may answer now and not in a moment: leaders and coordinators that move, load, or wait. */
const PASSES: ReadonlySet<string> = new Set([
  'CORRUPT_MESSAGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'CONCURRENT_TRANSACTIONS',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'UNSTABLE_OFFSET_COMMIT',
  'THROTTLING_QUOTA_EXCEEDED',
])

const LONGEST = `${TRANSACTION_TIMEOUT_MS / 1_000} s`
/** Brokers say the same of both. */
const FENCED = `its transaction was ended: another replay to the same target has begun since, or a write was stuck for longer than ${LONGEST}`
const MEMBERS =
  'its group has members, and would be moved under them: stop them, or choose another name by --group'

/** What the operator is told; `of` is what was asked about: `topic orders`. */
const WORDS: Readonly<Record<string, string>> = {
  CLUSTER_AUTHORIZATION_FAILED:
    'it may not write: grant WRITE on the topic, or IDEMPOTENT_WRITE on the cluster before Kafka 2.8',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    'it may not be used: grant WRITE and DESCRIBE on it, or replay without --transactional',
  GROUP_AUTHORIZATION_FAILED: 'the position may not be kept: grant READ on it',
  UNKNOWN_MEMBER_ID: MEMBERS,
  ILLEGAL_GENERATION: MEMBERS,
  REBALANCE_IN_PROGRESS: MEMBERS,
  PRODUCER_FENCED: FENCED,
  INVALID_PRODUCER_EPOCH: FENCED,
  INVALID_PRODUCER_ID_MAPPING: FENCED,
  INVALID_TRANSACTION_TIMEOUT: `the brokers allow no transaction of ${LONGEST} (transaction.max.timeout.ms)`,
}

/** A broker said no. The code is Kafka's own name for it. */
export class Refusal extends ExporterError {
  override readonly name = 'Refusal'

  /**
   * @param error its number, or Kafka's name of it
   * @param act what was tried: `write to` or `read`
   */
  constructor(error: number | string, act: string, of: string, message: string | null = null) {
    const code = typeof error === 'string' ? error : errorName(error)
    super(code, `${of}: ${words(code, act)}${message === null ? '' : ` (${message})`}`, {
      canRetry: PASSES.has(code),
    })
  }
}

function words(code: string, act: string): string {
  if (code === 'TOPIC_AUTHORIZATION_FAILED') {
    const operation = act === 'write to' ? 'WRITE' : act === 'read' ? 'READ' : 'DESCRIBE'
    return `it may not be ${act === 'write to' ? 'written to' : act === 'read' ? 'read' : 'described'}: grant ${operation} on it (${code})`
  }
  const known = WORDS[code]
  return known === undefined ? code : `${known} (${code})`
}
