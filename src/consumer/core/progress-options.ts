import type { EndOffsets } from './end-offsets.ts'
import {
  FUNCTION,
  isFunction,
  isMilliseconds,
  KAFKA_CLIENT,
  LOG,
  MILLISECONDS,
  object,
  optional,
  rule,
  TRUTH,
  text,
} from './options/option-kinds.ts'
import type { RulesOf } from './options/option-rule.ts'
import type { KafkaClient, KafkaConsumer, KitLog, MonotonicClock } from './ports.ts'

export interface ProgressOptions {
  readonly consumer: KafkaConsumer
  /** For the ends of topics and the group's commits. */
  readonly kafka: KafkaClient
  readonly groupId: string
  /** Work for so long without an advance is a stall, in milliseconds. Default 5 min. */
  readonly stalledAfterMs?: number | ((topic: string, partition: number) => number)
  /** The loop may take so long for a turn, in milliseconds. Default 5 min, as `max.poll.interval.ms` of other clients. */
  readonly maxPollIntervalMs?: number
  /** Whether brokers, or the group's coordinator, out of reach for `maxPollIntervalMs` are a reason to be restarted. Default false. */
  readonly failWhenKafkaIsDown?: boolean
  /**
   * What the handler is given is queued, and processed when `processed` says so; not with the end of its batch. The
   * handler is wrapped with `eachMessage` or `eachBatch` all the same. Default false.
   */
  readonly processedElsewhere?: boolean
  /** As in `consumer.subscribe`: where a partition without a commit begins. Default false. */
  readonly fromBeginning?: boolean
  /** Shared between the consumers of a process, and stopped by whoever made it; without it the tracker has its own. */
  readonly endOffsets?: EndOffsets
  readonly log?: KitLog
  /** Milliseconds of a clock that is never set back. */
  readonly now?: MonotonicClock
}

export const PROGRESS_OPTIONS: RulesOf<ProgressOptions> = {
  consumer: object('a consumer of KafkaJS', 'on', 'paused'),
  kafka: KAFKA_CLIENT,
  groupId: text('the id of the consumer’s group'),
  stalledAfterMs: optional(
    rule(
      'milliseconds above 0, or a function of topic and partition',
      value => isFunction(value) || isMilliseconds(value),
    ),
  ),
  maxPollIntervalMs: optional(MILLISECONDS),
  failWhenKafkaIsDown: optional(TRUTH),
  processedElsewhere: optional(TRUTH),
  fromBeginning: optional(TRUTH),
  endOffsets: optional(object('an EndOffsets', 'watch', 'refresh', 'committed', 'coordinatorAnswers')),
  log: optional(LOG),
  now: optional(FUNCTION),
}
