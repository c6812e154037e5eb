import type { BatchPayload, KafkaEvent, KafkaRecord } from '../../../src/consumer/core/ports.ts'
import type { RunConfig, RunnableConsumer } from '../../../src/consumer/core/resilient/resilient-options.ts'
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
 * The runner of KafkaJS 2.2 as far as `eachBatch` sees it, over partitions of one topic: what is not resolved is fetched
 * again, resolved offsets are committed after a batch and at a rebalance, and an error makes the member join anew.
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
  config: RunConfig | null = null
  connects = 0
  /** What joining the group waits for. */
  joining: Promise<void> = Promise.resolve()
  #isRunning = false
  #listener: ((event: KafkaEvent) => void) | null = null
  #turn: Promise<boolean> | null = null

  constructor(...partitions: readonly (readonly KafkaRecord[])[]) {
    this.partitions = partitions.map(records => ({ records, resolved: null, committed: 0, isPaused: false }))
  }

  on(_event: 'consumer.crash', listener: (event: KafkaEvent) => void): () => void {
    this.#listener = listener
    return () => {
      this.#listener = null
    }
  }

  async connect(): Promise<void> {
    this.connects++
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
    this.#listener?.({ type: 'consumer.crash', timestamp: 0, payload: { restart, error: new Error('gone') } })
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
        this.#commit()
        await this.#heartbeat()
      } catch (error) {
        this.errors.push(error)
        const { type } = error as ProtocolError
        if (type === 'REBALANCE_IN_PROGRESS') this.#commit()
        this.#join()
        return isEmpty
      }
    }
    if (isEmpty) this.heartbeats++
    return isEmpty
  }

  #payload(p: number, partition: Partition, messages: readonly KafkaRecord[]): BatchPayload {
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
      commitOffsetsIfNecessary: async () => {},
      isRunning: () => this.#isRunning,
      isStale: () => false,
    }
  }

  async #heartbeat(): Promise<void> {
    this.heartbeats++
    const error = this.heartbeatError
    this.heartbeatError = null
    if (error === null) return
    if ((error as ProtocolError).type === 'REBALANCE_IN_PROGRESS') this.#commit()
    throw error
  }

  #commit(): void {
    for (const [p, partition] of this.partitions.entries()) {
      if (partition.resolved === null || partition.resolved === partition.committed) continue
      partition.committed = partition.resolved
      this.commits.push([p, partition.committed])
    }
  }

  #join(): void {
    this.joins++
    for (const partition of this.partitions) partition.resolved = null
  }
}
