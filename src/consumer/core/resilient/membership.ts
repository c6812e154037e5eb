import type { KitTime } from './kit-time.ts'
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
/** KafkaJS gives up at once where a broker's host does not answer, or has no way to it. */
const LOOKS_AGAIN_AFTER_MS = 1_000

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
 * What batches ask of the group's coordinator: heartbeats and commits. Once it has not answered, no record is begun before
 * one does, for it could not be committed; when there is another, KafkaJS joins the group there. Where none is found,
 * KafkaJS goes its own way.
 */
export class Membership {
  readonly #consumer: Pick<RunnableConsumer, 'describeGroup'>
  readonly #time: KitTime
  readonly #uncommitted: (error: unknown, payload: CommittingPayload) => void
  /** One for all partitions. */
  #looking: Promise<boolean> | null = null
  #endLook = () => {}
  /** Questions that KafkaJS has not given up; it has no way to end one. */
  readonly #asked = new Set<Promise<boolean>>()
  /** Nobody was found, and nobody has answered since. */
  #isUnanswered = false

  /** @param uncommitted Told of what keeps a batch that is left for a stop from being committed. */
  constructor(
    consumer: Pick<RunnableConsumer, 'describeGroup'>,
    time: KitTime,
    uncommitted: (error: unknown, payload: CommittingPayload) => void,
  ) {
    this.#consumer = consumer
    this.#time = time
    this.#uncommitted = uncommitted
  }

  /**
   * Looks no longer. Null, or when the last question that is under way will have ended: until then it may connect to
   * brokers, even after the consumer was disconnected.
   */
  end(): Promise<unknown> | null {
    this.#endLook()
    return this.#asked.size === 0 ? null : Promise.all(this.#asked)
  }

  /** Before the first record of a batch. Throws what KafkaJS has to learn. */
  async prove(payload: CommittingPayload): Promise<void> {
    if (!this.#isUnanswered) return
    const error = await errorOf(payload)
    if (error !== null) throw error
    this.#isUnanswered = false
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
    if (isOf(UNREACHABLE, error) || isOf(SILENT, error)) return this.#uncommitted(error, payload)
    try {
      await commitResolved(payload)
    } catch (failure) {
      this.#uncommitted(failure, payload)
    }
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
    const left = keeper.leaving ?? (await this.#find(keeper))
    if (left !== null) {
      this.#uncommitted(last, payload)
      return left
    }
    if (this.#isUnanswered) throw last
    // One that was silent may be for as long again.
    if (isOf(SILENT, last)) throw new CoordinatorLost(last)
    last = await errorOf(payload)
    if (last === null) return null
    throw isOf(UNREACHABLE, last) ? new CoordinatorLost(last) : last
  }

  /** Not null: the batch is to be left before anybody was found. */
  async #find(keeper: SessionKeeper): Promise<Outcome | null> {
    let isFound = false
    const looked = await keeper.wait(
      this.#look().then(found => (isFound = found)),
      FOUND_WITHIN_MS,
    )
    if (looked.kind === 'left') return looked
    this.#isUnanswered = !isFound
    return null
  }

  #look(): Promise<boolean> {
    this.#looking ??= this.#search().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  /** Asks until there is one, or it has taken too long. */
  #search(): Promise<boolean> {
    return new Promise(resolve => {
      let isOver = false
      let cancelNext = () => {}
      const end = (isFound: boolean) => {
        isOver = true
        cancelDeadline()
        cancelNext()
        this.#endLook = () => {}
        resolve(isFound)
      }
      const ask = async () => {
        const isFound = await this.#ask()
        if (isOver) return
        if (isFound) end(true)
        else cancelNext = this.#time.after(LOOKS_AGAIN_AFTER_MS, ask)
      }
      const cancelDeadline = this.#time.after(FOUND_WITHIN_MS, () => end(false))
      this.#endLook = () => end(false)
      void ask()
    })
  }

  #ask(): Promise<boolean> {
    const asked = this.#describe().finally(() => this.#asked.delete(asked))
    this.#asked.add(asked)
    return asked
  }

  /** Whether a broker tells who the coordinator is, and that one answers, before KafkaJS gives up. */
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
