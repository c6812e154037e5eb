import type { BatchPayload } from '../ports.ts'
import type { KitTime } from './kit-time.ts'

/** What a handler, or a wait, came to. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** It had no answer within its deadline. */
  | { readonly kind: 'late' }
  /** The batch has to be left: the error is what KafkaJS has to learn, or null where the consumer is stopped. */
  | { readonly kind: 'left'; readonly error: unknown }

export const DONE: Outcome = { kind: 'done' }
const LATE: Outcome = { kind: 'late' }
const STOPPED: Outcome = { kind: 'left', error: null }

/** The member is no longer what it was, and its partitions may be another's. */
const LOST: ReadonlySet<unknown> = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])
/** The group waits for this member to join again. */
const REBALANCING: ReadonlySet<unknown> = new Set(['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP'])
/** KafkaJS asks the coordinator only as often as `heartbeatInterval` says. */
const TURN_MS = 500

/**
 * Keeps the membership while a batch is worked on: KafkaJS sends heartbeats only when it is asked to, and a handler that
 * takes long would lose its partitions. It asks on a timer, and ends what lasts when the membership is lost, a deadline
 * is over or the consumer is stopped. One thing at a time lasts.
 */
export class SessionKeeper {
  readonly #payload: Pick<BatchPayload, 'heartbeat'>
  readonly #time: KitTime
  #cancelTurn: () => void
  /** Each is set once: nothing more is begun in this batch. */
  #left: Outcome | null = null
  #rebalancing: Outcome | null = null
  #isStopping = false
  #deadline = Number.POSITIVE_INFINITY
  #settle: ((outcome: Outcome) => void) | null = null
  #isWaiting = false

  constructor(payload: Pick<BatchPayload, 'heartbeat'>, time: KitTime) {
    this.#payload = payload
    this.#time = time
    this.#cancelTurn = time.after(TURN_MS, this.#turn)
  }

  /** Of what is under way; never rejects. */
  settled(work: PromiseLike<unknown>, timeoutMs: number): Promise<Outcome> {
    return this.#lasting(timeoutMs, false, settle => {
      work.then(
        () => settle(DONE),
        (error: unknown) => settle({ kind: 'failed', error }),
      )
    })
  }

  /** `done` when the time is over. A rebalance ends it, for nothing is lost with a wait. */
  sleep(ms: number): Promise<Outcome> {
    let cancel = () => {}
    return this.#lasting(Number.POSITIVE_INFINITY, true, settle => {
      cancel = this.#time.after(ms, () => settle(DONE))
    }).finally(() => cancel())
  }

  /** As `sleep`, until `awaited`, which never rejects, is over; `done` after `mostMs`, too. */
  wait(awaited: Promise<unknown>, mostMs: number): Promise<Outcome> {
    let cancel = () => {}
    return this.#lasting(Number.POSITIVE_INFINITY, true, settle => {
      cancel = this.#time.after(mostMs, () => settle(DONE))
      void awaited.then(() => settle(DONE))
    }).finally(() => cancel())
  }

  /** Why nothing more is to be begun, if so. */
  get leaving(): Outcome | null {
    if (this.#left !== null) return this.#left
    if (this.#rebalancing !== null) return this.#rebalancing
    return this.#isStopping ? STOPPED : null
  }

  /** Ends a wait at once, and with `force` also what else lasts. */
  stop(force: boolean): void {
    this.#isStopping = true
    if (force) this.#left ??= STOPPED
    if (force || this.#isWaiting) this.#settle?.(STOPPED)
  }

  end(): void {
    this.#cancelTurn()
    this.#cancelTurn = () => {}
    this.#left ??= STOPPED
  }

  #lasting(
    timeoutMs: number,
    isWaiting: boolean,
    begin: (settle: (outcome: Outcome) => void) => void,
  ): Promise<Outcome> {
    return new Promise(resolve => {
      const settle = (outcome: Outcome) => {
        if (this.#settle !== settle) return
        this.#settle = null
        this.#deadline = Number.POSITIVE_INFINITY
        resolve(outcome)
      }
      this.#settle = settle
      this.#isWaiting = isWaiting
      this.#deadline = this.#time.monotonic() + timeoutMs
      const left = isWaiting ? this.leaving : this.#left
      if (left !== null) settle(left)
      // In any case: a rejection of work that nobody attends to would end the process.
      begin(settle)
    })
  }

  readonly #turn = (): void => {
    this.#cancelTurn = this.#time.after(TURN_MS, this.#turn)
    if (this.#settle === null) return
    if (this.#time.monotonic() >= this.#deadline) this.#settle(LATE)
    else void this.#beat()
  }

  async #beat(): Promise<void> {
    try {
      await this.#payload.heartbeat()
    } catch (error) {
      const type = (error as { readonly type?: unknown } | null)?.type
      if (LOST.has(type)) {
        this.#left ??= { kind: 'left', error }
        this.#settle?.(this.#left)
      } else if (REBALANCING.has(type)) {
        // A record that is being worked on is ended first, so that nobody has to begin it again.
        this.#rebalancing ??= { kind: 'left', error }
        if (this.#isWaiting) this.#settle?.(this.#rebalancing)
      }
      // What else there is, such as a connection that was cut, is found out again after this record.
    }
  }
}
