import type { BatchPayload, KafkaEvent, KafkaRecord, KitLog } from '../ports.ts'
import type { BackoffOptions } from './backoff.ts'
import type { DeadLetterMessage } from './dead-letter.ts'
import type { KitTime } from './kit-time.ts'
import type { DecodeEvent, ResilientEvent } from './resilient-event.ts'
import type { Verdict } from './verdict.ts'

/** A record as it was read. */
export interface RawRecord {
  readonly topic: string
  readonly partition: number
  readonly message: KafkaRecord
}

export interface ResilientRecord<Value> extends RawRecord {
  /** What `decode` made of it; the bytes of its value without one. */
  readonly value: Value
}

/** What it throws, or rejects with, is judged as what the handler throws. */
export type Decode<Value> = (record: RawRecord, tell: (event: DecodeEvent) => void) => Value | Promise<Value>

export interface HandlerContext {
  /** 1 for the first. Counted within this process: after a restart, or in another member, it begins anew. */
  readonly attempt: number
  /** Aborted when the handler took too long, the partition was lost, or a stop has waited long enough. */
  readonly signal: AbortSignal
}

/** `kafka.consumer(…)`, connected and subscribed, not yet running. */
export interface RunnableConsumer {
  run(config: RunConfig): Promise<void>
  stop(): Promise<void>
  connect(): Promise<void>
  on(
    eventName: 'consumer.crash' | 'consumer.disconnect' | 'consumer.end_batch_process',
    listener: (event: KafkaEvent) => void,
  ): () => void
  /** Called after your own, where KafkaJS may have connected again behind it. */
  disconnect?(): Promise<void>
  /** Without it, KafkaJS looks for a new coordinator only when it joins the group. */
  describeGroup?(): Promise<unknown>
  /** Without it, what aborted transactions left behind is committed with the next record. */
  commitOffsets?(offsets: { topic: string; partition: number; offset: string }[]): Promise<void>
}

export interface RunConfig {
  /** The kit commits, since KafkaJS gives the membership up where a commit of its own fails. */
  autoCommit: false
  autoCommitInterval: number | null
  autoCommitThreshold: number | null
  eachBatchAutoResolve: false
  partitionsConsumedConcurrently: number
  eachBatch: EachBatch
}

/** `kafka.producer(…)`, connected. */
export interface DeadLetterProducer {
  send(record: { topic: string; acks: number; messages: DeadLetterMessage[] }): Promise<unknown>
}

/** Offsets that are done, and not committed yet. */
export interface UncommittedOffsets {
  readonly topics: readonly {
    readonly topic: string
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
  }[]
}

/** As KafkaJS hands it to `eachBatch`. */
export interface CommittingPayload extends Omit<BatchPayload, 'commitOffsetsIfNecessary'> {
  uncommittedOffsets(): UncommittedOffsets
  /** Commits `offsets`; without them what is done, where it is time for that. */
  commitOffsetsIfNecessary(offsets?: UncommittedOffsets): Promise<void>
}

export type EachBatch = (payload: CommittingPayload) => Promise<void>

/** A ProgressTracker of the same consumer. */
export interface BatchProgress {
  eachBatch(handler: EachBatch, options: { readonly eachBatchAutoResolve: false }): EachBatch
  /** An attempt at the partition's next record has failed, and there will be another: patience is no stall. */
  attempted?(topic: string, partition: number): void
}

export interface DeadLetterOptions {
  /** The topic for dead letters, or how it is called for each source topic. Default the source's name and `-dlq`. */
  readonly topic?: string | ((sourceTopic: string) => string)
  /** How long one attempt to write a dead letter may take, in milliseconds. Default 30,000. As `handlerTimeoutMs`. */
  readonly timeoutMs?: number
}

export interface RetryOptions extends BackoffOptions {
  /** How often the handler is called with a record before that is parked. Default 5; 1 for no retries. */
  readonly maxAttempts?: number
  /**
   * Up to so many milliseconds a wait holds up the whole batch; a longer one pauses the partition alone, and others go
   * on. Default 1,000.
   */
  readonly inPlaceMs?: number
}

export interface ResilientOptions<Value = Buffer | null> {
  readonly consumer: RunnableConsumer
  readonly producer: DeadLetterProducer
  /** The consumer's group; dead letters tell it. */
  readonly group: string
  /**
   * Called for each record; with those of one partition one after the other. It may see a record again: after a
   * failure, and as with any consumer after a rebalance or a crash.
   */
  readonly handler: (record: ResilientRecord<Value>, context: HandlerContext) => unknown
  readonly decode?: Decode<Value>
  /** The consumer's tracker: without it a batch that is left before its end looks processed to it. */
  readonly progress?: BatchProgress
  readonly retry?: RetryOptions
  /**
   * How long decoder and handler may take, in milliseconds; after that the attempt has failed, though it may still run.
   * Default 120,000. Less than the tracker's `stalledAfterMs`, or the restart comes first.
   */
  readonly handlerTimeoutMs?: number
  readonly deadLetters?: DeadLetterOptions
  /** Judges an error; undefined leaves it to the error's own `verdict`, or `retry` without one. */
  readonly classify?: (error: unknown) => Verdict | undefined
  readonly onEvent?: (event: ResilientEvent) => void
  /** Told of retries at debug, of waits and dead letters at warn, of what stands at error. */
  readonly log?: KitLog
  /** As in KafkaJS. Default 1. */
  readonly partitionsConsumedConcurrently?: number
  /** As in KafkaJS; offsets are committed after each batch in any case. Default 5,000 milliseconds. */
  readonly autoCommitInterval?: number | null
  /** As in KafkaJS, in records. Default null. */
  readonly autoCommitThreshold?: number | null
  readonly time?: KitTime
  /** Of [0, 1). Default Math.random. */
  readonly random?: () => number
}
