import type { KafkaEvent } from '../ports.ts'
import { backoffMs } from './backoff.ts'
import { checkOptions, type ResilientSettings } from './check-options.ts'
import { commitEmptyBatches } from './empty-batches.ts'
import { Membership } from './membership.ts'
import { PartitionLane } from './partition-lane.ts'
import type { CommittingPayload, ResilientOptions, RunConfig, RunnableConsumer } from './resilient-options.ts'
import { type Outcome, SessionKeeper } from './session-keeper.ts'

export interface StopOptions {
  /** How long the records that are being worked on may take, in milliseconds; then they are left. Default 25,000. */
  readonly drainMs?: number
}

export interface ResilientConsumer {
  /** Runs the consumer; instead of its own `run`. Resolves as that does, when the group has been joined. */
  run(): Promise<void>
  /**
   * Begins no further record, waits for those that are being worked on, commits what is done and leaves the group; while
   * it is being joined, when that is over, or at `drainMs` leaves that to itself. The consumer and the producer stay
   * connected. Rejects where KafkaJS does.
   */
  stop(options?: StopOptions): Promise<void>
  /** Whether `run` was called, and `stop` was not. */
  readonly isRunning: boolean
}

/**
 * A KafkaJS consumer that passes no record before its handler has succeeded or it lies in a dead-letter topic, and that
 * no record can stop: retries with backoff, then a dead letter; heartbeats all the while; and a new start when KafkaJS
 * gives up. While the dead-letter topic cannot be written, or what a record needs is away, the partition waits and
 * nothing is lost.
 *
 * At least once: the handler may see a record again, and a dead letter may be there twice.
 *
 * Throws a TypeError that names all faults of the options.
 */
export function createResilientConsumer<Value = Buffer | null>(
  options: ResilientOptions<Value>,
): ResilientConsumer {
  return new Resilient(options, checkOptions(options))
}

function runConfigOf<Value>(options: ResilientOptions<Value>): Omit<RunConfig, 'eachBatch'> {
  const { partitionsConsumedConcurrently = 1 } = options
  const { autoCommitInterval = 5_000, autoCommitThreshold = null } = options
  return {
    // A commit of KafkaJS' own that fails would hide from it that the coordinator is lost.
    autoCommit: false,
    autoCommitInterval,
    autoCommitThreshold,
    // A batch that is left before its end must not count as done.
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently,
  }
}

class Resilient<Value> implements ResilientConsumer {
  readonly #consumer: RunnableConsumer
  readonly #settings: ResilientSettings<Value>
  readonly #config: RunConfig
  /** Only of partitions with a record that waits; by topic and partition. */
  readonly #lanes = new Map<string, PartitionLane<Value>>()
  readonly #keepers = new Set<SessionKeeper>()
  readonly #membership: Membership
  #endListening: (() => void) | null = null
  #cancelRevival: (() => void) | null = null
  #endClosing = () => {}
  /** KafkaJS joins the group. What is stopped meanwhile runs on when it has joined. */
  #joining: Promise<void> | null = null
  /** In a row. */
  #revivals = 0

  constructor(options: ResilientOptions<Value>, settings: ResilientSettings<Value>) {
    const { consumer, progress } = options
    this.#consumer = consumer
    this.#settings = settings
    this.#membership = new Membership(consumer, settings.time, (error, payload) => {
      if (this.isRunning || payload.uncommittedOffsets().topics.length === 0) return
      settings.onEvent?.({ kind: 'commit_failed', error })
    })
    const each = (payload: CommittingPayload) => this.#eachBatch(payload)
    const eachBatch = progress?.eachBatch(each, { eachBatchAutoResolve: false }) ?? each
    this.#config = { ...runConfigOf(options), eachBatch }
  }

  get isRunning(): boolean {
    return this.#endListening !== null
  }

  async run(): Promise<void> {
    if (this.isRunning) throw new Error('the consumer is running already')
    this.#endClosing()
    const endings = [
      this.#consumer.on('consumer.crash', event => this.#crashed(event)),
      commitEmptyBatches(this.#consumer),
    ]
    this.#endListening = () => {
      for (const end of endings) end()
    }
    try {
      await this.#join(() => this.#consumer.run(this.#config))
    } catch (error) {
      this.#forget()
      throw error
    }
  }

  async stop({ drainMs = 25_000 }: StopOptions = {}): Promise<void> {
    this.#forget()
    for (const keeper of this.#keepers) keeper.stop(false)
    const asked = this.#membership.end()
    if (asked !== null) this.#closeAfter(asked)
    let tooLate = () => {}
    const isTooLate = new Promise<void>(resolve => (tooLate = resolve))
    const cancelForce = this.#settings.time.after(drainMs, () => {
      for (const keeper of this.#keepers) keeper.stop(true)
      tooLate()
    })
    try {
      if (this.#joining !== null) await Promise.race([this.#joining.catch(() => {}), isTooLate])
      if (this.#joining === null) await this.#consumer.stop()
      else void this.#stopAfter(this.#joining)
    } finally {
      cancelForce()
      for (const lane of this.#lanes.values()) lane.close()
      this.#lanes.clear()
    }
  }

  async #join(begin: () => Promise<void>): Promise<void> {
    const joining = begin().finally(() => {
      if (this.#joining === joining) this.#joining = null
    })
    this.#joining = joining
    await joining
  }

  /** Who has stopped waits no longer, and no member may be left behind. */
  async #stopAfter(joining: Promise<void>): Promise<void> {
    try {
      await joining
      if (!this.isRunning) await this.#consumer.stop()
    } catch {}
  }

  /** What still looks for the coordinator may connect after the consumer was disconnected; nobody else would close that. */
  #closeAfter(asked: Promise<unknown>): void {
    this.#endClosing()
    this.#endClosing = this.#consumer.on('consumer.disconnect', async () => {
      this.#endClosing()
      await asked
      if (!this.isRunning) await this.#consumer.disconnect?.().catch(() => {})
    })
  }

  #forget(): void {
    this.#endListening?.()
    this.#endListening = null
    this.#cancelRevival?.()
    this.#cancelRevival = null
  }

  async #eachBatch(payload: CommittingPayload): Promise<void> {
    const { topic, partition } = payload.batch
    const name = `${topic} ${partition}`
    const lane = this.#lanes.get(name) ?? new PartitionLane(topic, partition, this.#settings)
    this.#lanes.set(name, lane)
    const keeper = new SessionKeeper(payload, this.#settings.time)
    this.#keepers.add(keeper)
    try {
      if (this.isRunning) await this.#membership.prove(payload)
      const left =
        (await this.#work(payload, lane, keeper)) ?? (await this.#membership.commit(payload, keeper))
      if (left?.kind === 'left' && left.error !== null) throw left.error
    } catch (error) {
      await this.#membership.commitBefore(error, payload)
      throw error
    } finally {
      keeper.end()
      this.#keepers.delete(keeper)
      if (lane.isClear) this.#lanes.delete(name)
    }
  }

  /** Of the records of a batch, as many as can be dealt with now. Not null: nothing can be committed. */
  async #work(
    payload: CommittingPayload,
    lane: PartitionLane<Value>,
    keeper: SessionKeeper,
  ): Promise<Outcome | null> {
    for (const message of payload.batch.messages) {
      if (!this.isRunning) {
        // Where KafkaJS runs on, it would fetch the batch again at once, and again.
        if (payload.isRunning()) payload.pause()
        return null
      }
      if (!payload.isRunning() || payload.isStale()) return null
      const outcome = await lane.handle(message, payload, keeper)
      if (outcome.kind !== 'done') {
        if (outcome.kind === 'left' && outcome.error !== null) throw outcome.error
        return null
      }
      payload.resolveOffset(message.offset)
      this.#revivals = 0
      try {
        await payload.heartbeat()
        await payload.commitOffsetsIfNecessary()
      } catch (error) {
        const left = await this.#membership.regain(error, payload, keeper)
        if (left !== null) return left
      }
    }
    return null
  }

  /** KafkaJS starts anew by itself after most errors; after the others it stays away for good. */
  #crashed({ payload }: KafkaEvent): void {
    const { restart, error } = payload as { readonly restart?: unknown; readonly error?: unknown }
    if (restart !== false || !this.isRunning) return
    this.#scheduleRevival(error)
  }

  #scheduleRevival(error: unknown): void {
    const { time, retry, random, onEvent } = this.#settings
    this.#revivals++
    const waitMs = backoffMs(this.#revivals, retry, random)
    onEvent?.({ kind: 'revived', times: this.#revivals, error })
    this.#cancelRevival = time.after(waitMs, () => {
      this.#cancelRevival = null
      void this.#revive()
    })
  }

  async #revive(): Promise<void> {
    try {
      await this.#join(async () => {
        await this.#consumer.connect()
        if (this.isRunning) await this.#consumer.run(this.#config)
      })
    } catch (error) {
      if (this.isRunning) this.#scheduleRevival(error)
    }
  }
}
