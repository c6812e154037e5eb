import type { KafkaEvent, KafkaRecord } from '../../../src/consumer/core/ports.ts'
import type {
  CommittingPayload,
  RunConfig,
  RunnableConsumer,
  UncommittedOffsets,
} from '../../../src/consumer/core/resilient/resilient-options.ts'
import { type ManualTime, settle } from './manual-time.ts'

/** As KafkaJS has them. */
export class ProtocolError extends Error {
  override readonly name = 'KafkaJSProtocolError'
  readonly type: string
  constructor(type: string) {
    super(type)
    this.type = type
  }
}

/** As KafkaJS tells of a broker that is gone. */
export class ConnectionError extends Error {
  override readonly name = 'KafkaJSConnectionError'
}

export function recordAt(offset: number, value: string, more: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    key: Buffer.from(`key-${offset}`),
    value: Buffer.from(value),
    timestamp: String(1_700_000_000_000 + offset),
    offset: String(offset),
    headers: {},
    ...more,
  }
}

interface Partition {
  readonly records: readonly KafkaRecord[]
  /** Offset that is fetched next; null: where the group has committed. */
  resolved: number | null
  committed: number
  isPaused: boolean
}

/**
 * The runner of KafkaJS 2.2 as far as `eachBatch` sees it, without autoCommit, over partitions of one topic: what is not
 * resolved is fetched again, and an error makes the member join anew, at the coordinator that there is.
 */
export class ScriptedConsumer implements RunnableConsumer {
  readonly topic = 'orders'
  readonly partitions: Partition[]
  /** Each commit: partition and offset. */
  readonly commits: (readonly [partition: number, offset: number])[] = []
  readonly errors: unknown[] = []
  heartbeats = 0
  joins = 0
  /** What the next heartbeat answers with, once. */
  heartbeatError: unknown = null
  /** What each heartbeat and each commit answers with, until the group is joined after `NOT_COORDINATOR_FOR_GROUP`. */
  outage: unknown = null
  /** How often the coordinator was asked for, and what the answer waits for. */
  describes = 0
  found: Promise<void> = Promise.resolve()
  /** By `commitOffsets` of the consumer itself. */
  readonly direct: { topic: string; partition: number; offset: string }[] = []
  config: RunConfig | null = null
  connects = 0
  disconnects = 0
  /** What joining the group waits for. */
  joining: Promise<void> = Promise.resolve()
  #isRunning = false
  readonly #listeners = new Map<string, (event: KafkaEvent) => void>()
  #turn: Promise<boolean> | null = null

  constructor(...partitions: readonly (readonly KafkaRecord[])[]) {
    this.partitions = partitions.map(records => ({ records, resolved: null, committed: 0, isPaused: false }))
  }

  on(event: string, listener: (event: KafkaEvent) => void): () => void {
    this.#listeners.set(event, listener)
    return () => this.#listeners.delete(event)
  }

  async describeGroup(): Promise<void> {
    this.describes++
    await this.found
  }

  async commitOffsets(offsets: { topic: string; partition: number; offset: string }[]): Promise<void> {
    this.direct.push(...offsets)
  }

  async connect(): Promise<void> {
    this.connects++
  }

  async disconnect(): Promise<void> {
    await this.stop()
    this.disconnects++
    this.tell('consumer.disconnect', null)
  }

  async run(config: RunConfig): Promise<void> {
    this.config = config
    // Until it has joined, a stop finds nothing that it could stop.
    await this.joining
    this.#isRunning = true
    this.#join()
    for (const partition of this.partitions) partition.isPaused = false
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  async stop(): Promise<void> {
    this.#isRunning = false
    await this.#turn
  }

  crash(restart: boolean): void {
    this.#isRunning = false
    this.tell('consumer.crash', { restart, error: new Error('gone') })
  }

  tell(type: string, payload: unknown): void {
    this.#listeners.get(type)?.({ type, timestamp: 0, payload })
  }

  committed(partition = 0): number {
    return (this.partitions[partition] as Partition).committed
  }

  /** Fetches and lets time pass, until it holds. Fails after an hour of that time. */
  async drive(time: ManualTime, holds: () => boolean, stepMs = 100): Promise<void> {
    for (let passed = 0; !holds(); passed += stepMs) {
      if (passed > 3_600_000) throw new Error('it did not come to that')
      this.turn()
      await time.advance(stepMs)
    }
    await settle()
  }

  /** One fetch, unless the last one is still being worked on. */
  turn(): void {
    if (!this.#isRunning || this.#turn !== null) return
    this.#turn = this.#fetch().finally(() => {
      this.#turn = null
    })
  }

  async #fetch(): Promise<boolean> {
    let isEmpty = true
    for (const [p, partition] of this.partitions.entries()) {
      const from = partition.resolved ?? partition.committed
      const messages = partition.records.filter(({ offset }) => Number(offset) >= from)
      if (partition.isPaused || messages.length === 0) continue
      isEmpty = false
      try {
        await this.config?.eachBatch(this.#payload(p, partition, messages))
        await this.#heartbeat()
      } catch (error) {
        this.errors.push(error)
        if ((error as ProtocolError).type === 'NOT_COORDINATOR_FOR_GROUP') this.outage = null
        this.#join()
        return isEmpty
      }
    }
    if (isEmpty) this.heartbeats++
    return isEmpty
  }

  #payload(p: number, partition: Partition, messages: readonly KafkaRecord[]): CommittingPayload {
    return {
      batch: {
        topic: this.topic,
        partition: p,
        highWatermark: String(partition.records.length),
        messages,
        isEmpty: () => false,
        firstOffset: () => messages[0]?.offset ?? null,
        lastOffset: () => messages.at(-1)?.offset ?? '',
      },
      resolveOffset: offset => {
        partition.resolved = Number(offset) + 1
      },
      heartbeat: () => this.#heartbeat(),
      pause: () => {
        partition.isPaused = true
        return () => {
          partition.isPaused = false
        }
      },
      uncommittedOffsets: () => this.#uncommitted(),
      commitOffsetsIfNecessary: async offsets => {
        if (offsets !== undefined) this.#commit(offsets)
      },
      isRunning: () => this.#isRunning,
      isStale: () => false,
    }
  }

  async #heartbeat(): Promise<void> {
    this.heartbeats++
    const error = this.heartbeatError ?? this.outage
    this.heartbeatError = null
    if (error !== null) throw error
  }

  #uncommitted(): UncommittedOffsets {
    const partitions = this.partitions.flatMap(({ resolved, committed }, partition) =>
      resolved === null || resolved === committed ? [] : [{ partition, offset: String(resolved) }],
    )
    return { topics: partitions.length === 0 ? [] : [{ topic: this.topic, partitions }] }
  }

  #commit({ topics }: UncommittedOffsets): void {
    if (topics.length === 0) return
    if (this.outage !== null) throw this.outage
    for (const { partition, offset } of topics.flatMap(({ partitions }) => partitions)) {
      ;(this.partitions[partition] as Partition).committed = Number(offset)
      this.commits.push([partition, Number(offset)])
    }
  }

  #join(): void {
    this.joins++
    for (const partition of this.partitions) partition.resolved = null
  }
}
