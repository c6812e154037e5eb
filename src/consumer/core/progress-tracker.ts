import { ConsumerProgress } from './consumer-progress.ts'
import { EndOffsets } from './end-offsets.ts'
import { listenTo } from './listen-to.ts'
import { proveOptions } from './options/prove-options.ts'
import { patienceOf, STALLED_AFTER_MS } from './patience.ts'
import type { BatchPayload, KafkaConsumer, KitLog, MessagePayload, MonotonicClock } from './ports.ts'
import type { Liveness, PartitionProgress, ProgressView } from './progress.ts'
import { PROGRESS_OPTIONS, type ProgressOptions } from './progress-options.ts'
import { RecordTally } from './record-tally.ts'

/** A client that may not ask for the group is not told so again and again. */
const FIRST_LOOKS = 6

/**
 * Follows one KafkaJS consumer: by its events, by what wrapped handlers do, and by asking for the ends of its topics.
 * Made before `consumer.run`, so that no event is missed.
 */
export class ProgressTracker implements ProgressView {
  readonly groupId: string
  readonly #consumer: KafkaConsumer
  readonly #now: MonotonicClock
  readonly #progress: ConsumerProgress
  readonly #ends: EndOffsets
  readonly #ownEnds: EndOffsets | null
  readonly #log: KitLog | undefined
  readonly #listeners = new Set<() => void>()
  readonly #processedElsewhere: boolean
  readonly #tally: RecordTally
  readonly #endings: (() => void)[]
  /** Rounds that may still ask for the coordinator's first answer. */
  #firstLooks = FIRST_LOOKS
  /** When the round under way began, or the one before. */
  #roundAt: number

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: ProgressOptions) {
    proveOptions('ProgressTracker', options, PROGRESS_OPTIONS)
    const { consumer, kafka, groupId, endOffsets, log, processedElsewhere = false } = options
    const { stalledAfterMs = STALLED_AFTER_MS, maxPollIntervalMs = 300_000 } = options
    this.#processedElsewhere = processedElsewhere
    this.#tally = new RecordTally(() => this.#settle(), !processedElsewhere)
    this.groupId = groupId
    this.#consumer = consumer
    this.#log = log
    this.#now = options.now ?? (() => performance.now())
    this.#roundAt = this.#now()
    this.#progress = new ConsumerProgress(
      {
        stalledAfterMs: patienceOf(stalledAfterMs),
        maxPollIntervalMs,
        processedElsewhere,
        failWhenKafkaIsDown: options.failWhenKafkaIsDown ?? false,
        fromBeginning: options.fromBeginning ?? false,
      },
      this.#roundAt,
    )
    this.#ownEnds = endOffsets === undefined ? new EndOffsets({ kafka, ...(log && { log }) }) : null
    this.#ends = endOffsets ?? (this.#ownEnds as EndOffsets)
    this.#endings = [this.#listen(), this.#watchEnds()]
  }

  liveness(): Liveness {
    this.#settle()
    this.#askPaused()
    return this.#progress.liveness(this.#now())
  }

  partitions(): readonly PartitionProgress[] {
    this.#settle()
    this.#askPaused()
    return this.#progress.partitions(this.#now())
  }

  isJoined(): boolean {
    return this.#progress.isJoined()
  }

  onTurn(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /**
   * Wraps a handler for `consumer.run({ eachMessage })`, so that each record counts and not only each batch: it is
   * processed when the next one is handed over, or the batch ends.
   */
  eachMessage<Payload extends MessagePayload>(
    handler: (payload: Payload) => Promise<void>,
  ): (payload: Payload) => Promise<void> {
    return payload => {
      this.#tally.begin(payload.topic, payload.partition, payload.message.offset)
      return handler(payload)
    }
  }

  /**
   * Wraps a handler for `consumer.run({ eachBatch })`: what it resolves is processed, and all of a batch when it ends,
   * unless `eachBatchAutoResolve` is false for KafkaJS too.
   */
  eachBatch<Payload extends BatchPayload>(
    handler: (payload: Payload) => Promise<void>,
    { eachBatchAutoResolve = true }: { readonly eachBatchAutoResolve?: boolean } = {},
  ): (payload: Payload) => Promise<void> {
    return payload => {
      const { topic, partition, messages } = payload.batch
      if (!eachBatchAutoResolve) this.#progress.resolvedByHandler(topic, partition)
      const last = messages.at(-1)?.offset
      if (this.#processedElsewhere) {
        this.#progress.handOver(topic, partition, Number(last), Number(payload.batch.lastOffset()))
        return handler(payload)
      }
      const resolveOffset = (offset: string) => {
        payload.resolveOffset(offset)
        // As in KafkaJS: with the last record goes what was left out behind it, such as the marker of a transaction.
        this.processed(topic, partition, offset === last ? payload.batch.lastOffset() : offset)
      }
      return handler({ ...payload, resolveOffset })
    }
  }

  /** All records up to `offset` are done: by a pipeline that ends its work elsewhere, with `processedElsewhere`. */
  processed(topic: string, partition: number, offset: string | number | bigint): void {
    this.#tally.end(topic, partition, offset)
  }

  /**
   * An attempt with a record, which takes a bounded time, has ended without success, and there will be another: the
   * patience with the partition begins anew.
   */
  attempted(topic: string, partition: number): void {
    this.#settle()
    this.#progress.attempted(topic, partition, this.#now())
  }

  /** Follows no more. The last answers stay. */
  async stop(): Promise<void> {
    for (const end of this.#endings.splice(0)) end()
    this.#listeners.clear()
    this.#settle()
    await this.#ownEnds?.stop()
  }

  #listen(): () => void {
    const progress = this.#progress
    // What was done before an event counts before it.
    const now = () => {
      this.#settle()
      return this.#now()
    }
    return listenTo(this.#consumer, {
      onPhase: (event, error) => progress.enter(event, now(), error),
      onAssignment: assignment => {
        progress.assign(assignment, now())
        void this.#ends.refresh()
      },
      onTurn: () => this.#turn(),
      onAnswer: isCoordinator => progress.hear(now(), isCoordinator),
      onBatchStart: (topic, partition, first, last) =>
        progress.beginBatch(topic, partition, first, last, now()),
      onBatchEnd: (topic, partition, last) => progress.endBatch(topic, partition, last, now()),
      onCommit: (topic, partition, offset) => progress.commit(topic, partition, offset, now()),
    })
  }

  #watchEnds(): () => void {
    return this.#ends.watch({
      topics: () => this.#progress.topics(),
      onEnds: (topic, ranges) => this.#progress.learnEnds(topic, ranges, this.#now()),
      onRound: async isReachable => {
        this.#askPaused()
        const lastRoundAt = this.#roundAt
        this.#progress.endRound(isReachable, lastRoundAt, this.#now())
        this.#roundAt = this.#now()
        if (isReachable) await this.#lookAtCoordinator(lastRoundAt)
        // The loop cannot turn, and that is no reason to be restarted: who waits for its turns hears of it from here.
        if (!isReachable || this.#progress.isCoordinatorMissed()) this.#tellTurn()
        await this.#learnCommits()
      },
    })
  }

  /**
   * Where the loop stands while brokers answer, it is asked whether it could turn. And in the first rounds, until it has
   * answered once: that there is none is believed only then.
   */
  async #lookAtCoordinator(lastRoundAt: number): Promise<void> {
    const isSilent = this.#progress.isCoordinatorSilentSince(lastRoundAt)
    if (!isSilent && this.#firstLooks === 0) return
    if (this.#firstLooks > 0) this.#firstLooks--
    const askedAt = this.#now()
    const isThere = await this.#ends.coordinatorAnswers(this.groupId)
    if (isThere) {
      this.#firstLooks = 0
      this.#progress.hear(this.#now(), true)
    } else if (isThere === false && isSilent) this.#progress.missCoordinator(askedAt, this.#now())
  }

  async #learnCommits(): Promise<void> {
    const open = this.#progress.openPartitions().map(({ topic }) => topic)
    // Who has no coordinator has no commits to read, and a question that hangs would spoil the client of the ends.
    if (open.length === 0 || this.#progress.isCoordinatorMissed()) return
    try {
      this.#progress.learnCommits(await this.#ends.committed(this.groupId, open), this.#now())
    } catch (error) {
      this.#log?.debug({ group: this.groupId, error }, 'commits of the group cannot be read')
    }
  }

  #settle(): void {
    const tallied = this.#tally.take()
    if (tallied.length === 0) return
    const now = this.#now()
    for (const { topic, partition, consumed, processed } of tallied) {
      const [ended, handed] = [numberOf(processed), numberOf(consumed)]
      if (!Number.isNaN(ended)) this.#progress.processed(topic, partition, ended, now)
      if (!Number.isNaN(handed)) this.#progress.consuming(topic, partition, handed, now)
    }
    this.#turn()
  }

  #turn(): void {
    this.#progress.turn(this.#now())
    this.#tellTurn()
  }

  #tellTurn(): void {
    for (const listener of this.#listeners) listener()
  }

  #askPaused(): void {
    this.#progress.pausedAre(this.#consumer.paused(), this.#now())
  }
}

/** NaN for nothing, and for what is no number. */
function numberOf(offset: string | number | bigint | null): number {
  return offset === null ? Number.NaN : Number(offset)
}
