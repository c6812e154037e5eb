/**
 * What the consumer kit takes from its surroundings, by shape: objects of KafkaJS 2.2 and later 2.x fit as they are,
 * and the kit imports none of it.
 */

/** An event of KafkaJS' instrumentation. `payload` is that of the event's name. */
export interface KafkaEvent {
  readonly type: string
  /** Milliseconds since 1970. */
  readonly timestamp: number
  // biome-ignore lint/suspicious/noExplicitAny: KafkaJS types each event by its name; here they are told apart by it.
  readonly payload: any
}

export interface TopicPartitions {
  readonly topic: string
  readonly partitions: readonly number[]
}

/** A record as KafkaJS hands it to `eachMessage`. Offsets are decimal strings, `timestamp` milliseconds since 1970. */
export interface KafkaRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly timestamp: string
  readonly offset: string
  readonly headers?: KafkaHeaders
}

export type KafkaHeaders = Record<string, Buffer | string | (Buffer | string)[] | undefined>

export interface MessagePayload {
  readonly topic: string
  readonly partition: number
  readonly message: KafkaRecord
  heartbeat(): Promise<void>
  /** Pauses the partition and returns what resumes it. */
  pause(): () => void
}

export interface RecordBatch {
  readonly topic: string
  readonly partition: number
  readonly highWatermark: string
  readonly messages: readonly KafkaRecord[]
  isEmpty(): boolean
  firstOffset(): string | null
  lastOffset(): string
}

export interface BatchPayload {
  readonly batch: RecordBatch
  resolveOffset(offset: string): void
  heartbeat(): Promise<void>
  pause(): () => void
  commitOffsetsIfNecessary(offsets?: never): Promise<void>
  isRunning(): boolean
  isStale(): boolean
}

/** `kafka.consumer(…)`, before or after it runs. */
export interface KafkaConsumer {
  on(eventName: never, listener: (event: KafkaEvent) => void): () => void
  paused(): { topic: string; partitions: number[] }[]
}

export interface PartitionOffset {
  readonly partition: number
  readonly offset: string
}

/** `kafka.admin()`. */
export interface KafkaAdmin {
  on(eventName: never, listener: (event: KafkaEvent) => void): () => void
  connect(): Promise<void>
  disconnect(): Promise<void>
  fetchTopicOffsets(topic: string): Promise<(PartitionOffset & { high: string; low: string })[]>
  fetchOffsets(options: {
    groupId: string
    topics: string[]
  }): Promise<{ topic: string; partitions: PartitionOffset[] }[]>
  fetchTopicMetadata(options: { topics: string[] }): Promise<{
    topics: { name: string; partitions: { partitionId: number; leader: number }[] }[]
  }>
}

/** `new Kafka(…)`, as far as the kit asks of it. */
export interface KafkaClient {
  admin(config?: { retry?: { retries?: number; initialRetryTime?: number } }): KafkaAdmin
}

/** pino's and bunyan's shape: an object of fields, then the text. */
export interface KitLog {
  debug(fields: object, text: string): void
  info(fields: object, text: string): void
  warn(fields: object, text: string): void
  error(fields: object, text: string): void
}

/** Milliseconds, of a clock that is never set back. */
export type MonotonicClock = () => number
