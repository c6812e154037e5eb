/** What our own dead-letter producer writes beside a record: UTF-8, numbers in decimals. */
export const DEAD_LETTER_HEADERS = {
  topic: 'kafka-health.dlq.topic',
  partition: 'kafka-health.dlq.partition',
  offset: 'kafka-health.dlq.offset',
  group: 'kafka-health.dlq.group',
  cause: 'kafka-health.dlq.cause',
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
