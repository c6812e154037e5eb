import type { CommittingPayload, RunnableConsumer } from './resilient-options.ts'
import type { Outcome, SessionKeeper } from './session-keeper.ts'

/** So KafkaJS names that a broker cannot be reached, or has closed the connection. */
const UNREACHABLE: ReadonlySet<unknown> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
])
const SILENT: ReadonlySet<unknown> = new Set(['KafkaJSRequestTimeoutError'])
const FOUND_WITHIN_MS = 30_000

/**
 * What KafkaJS takes for the word that the group has another coordinator: it looks for that, and joins as the member
 * that it is. After the connection's own error it would ask the old coordinator until its retries are used up, and then
 * come back as a new member, for which the group waits until the session of the old one is over.
 */
export class CoordinatorLost extends Error {
  override readonly name = 'CoordinatorLost'
  readonly type = 'NOT_COORDINATOR_FOR_GROUP'

  constructor(cause: unknown) {
    super('the group’s coordinator does not answer', { cause })
  }
}

/**
 * What batches ask of the group's coordinator: heartbeats and commits. While it does not answer, no record is begun, for
 * it could not be committed; when there is another, KafkaJS joins the group there. Where none is found, KafkaJS goes its
 * own way.
 */
export class Membership {
  readonly #consumer: Pick<RunnableConsumer, 'describeGroup'>
  /** One for all partitions. */
  #looking: Promise<boolean> | null = null

  constructor(consumer: Pick<RunnableConsumer, 'describeGroup'>) {
    this.#consumer = consumer
  }

  /** Commits what is resolved. Otherwise as `regain`. */
  async commit(payload: CommittingPayload, keeper: SessionKeeper): Promise<Outcome | null> {
    try {
      await commitResolved(payload)
      return null
    } catch (error) {
      return this.regain(error, payload, keeper)
    }
  }

  /** After an error that KafkaJS has to learn: what is done need not be done again, if the coordinator still takes it. */
  async commitBefore(error: unknown, payload: CommittingPayload): Promise<void> {
    if (isOf(UNREACHABLE, error) || isOf(SILENT, error)) return
    try {
      await commitResolved(payload)
    } catch {}
  }

  /**
   * After a heartbeat or a commit that has failed. Null: both succeed again; an outcome: the batch is to be left. Throws
   * what KafkaJS has to learn.
   */
  async regain(error: unknown, payload: CommittingPayload, keeper: SessionKeeper): Promise<Outcome | null> {
    let last = error
    if (isOf(UNREACHABLE, last)) {
      // It may have been the connection alone.
      last = await errorOf(payload)
      if (last === null) return null
    }
    if (!isOf(UNREACHABLE, last) && !isOf(SILENT, last)) throw last
    let isFound = false
    const looked = await keeper.wait(
      this.#look().then(found => (isFound = found)),
      FOUND_WITHIN_MS,
    )
    if (looked.kind === 'left') return looked
    if (!isFound) throw last
    // One that was silent may be for as long again.
    if (isOf(SILENT, last)) throw new CoordinatorLost(last)
    last = await errorOf(payload)
    if (last === null) return null
    throw isOf(UNREACHABLE, last) ? new CoordinatorLost(last) : last
  }

  /** Whether a broker tells who the coordinator is, and that one answers, before KafkaJS gives up. */
  #look(): Promise<boolean> {
    this.#looking ??= this.#describe().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #describe(): Promise<boolean> {
    try {
      await this.#consumer.describeGroup?.()
      return true
    } catch {
      return false
    }
  }
}

async function commitResolved(payload: CommittingPayload): Promise<void> {
  await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets())
}

async function errorOf(payload: CommittingPayload): Promise<unknown> {
  try {
    await payload.heartbeat()
    await commitResolved(payload)
    return null
  } catch (error) {
    return error
  }
}

/** KafkaJS wraps what it gives up on. */
function isOf(names: ReadonlySet<unknown>, error: unknown, depth = 0): boolean {
  if (error === null || typeof error !== 'object' || depth > 8) return false
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: unknown }
  return names.has(name) || isOf(names, cause, depth + 1)
}
