/** What our own dead-letter producer writes beside a record: UTF-8, numbers in decimals, times in milliseconds since 1970. */
export const DEAD_LETTER_HEADERS = {
  topic: 'kafka-health.dlq.topic',
  partition: 'kafka-health.dlq.partition',
  offset: 'kafka-health.dlq.offset',
  /** Of the record, as its producer or the broker stamped it. */
  timestamp: 'kafka-health.dlq.timestamp',
  group: 'kafka-health.dlq.group',
  /** The error's name: a label of metrics. */
  cause: 'kafka-health.dlq.cause',
  errorClass: 'kafka-health.dlq.error-class',
  /** Where the error has one: `ECONNREFUSED`, `23505`. */
  errorCode: 'kafka-health.dlq.error-code',
  /** Sixteen hexadecimal digits, the same for the same way through the code. */
  stackHash: 'kafka-health.dlq.stack-hash',
  /** How often it was tried. */
  attempts: 'kafka-health.dlq.attempts',
  firstFailure: 'kafka-health.dlq.first-failure',
  lastFailure: 'kafka-health.dlq.last-failure',
  /** Keys of headers whose value was null and is written empty, percent-encoded, with commas between. */
  nullHeaders: 'kafka-health.dlq.null-headers',
} as const

/** What a replay adds, once each: those of an earlier replay are replaced. UTF-8, numbers in decimals. */
export const REPLAY_HEADERS = {
  /** How often the record has been replayed, this time included. */
  hops: 'kafka-health.replay.hops',
  /** The dead letter: topic, partition and offset, as in `orders-dlt/3/1907`. The same however often it is sent. */
  from: 'kafka-health.replay.from',
  /** The group that keeps the replay's position. */
  by: 'kafka-health.replay.by',
} as const
