import { messageOf } from '../../../errors.ts'
import { callListener } from '../call-listener.ts'
import {
  COUNT,
  FUNCTION,
  isCount,
  isFunction,
  isMilliseconds,
  LOG,
  MILLISECONDS,
  MILLISECONDS_OR_0,
  object,
  optional,
  rule,
  section,
  TIME,
  text,
} from '../options/option-kinds.ts'
import type { RulesOf } from '../options/option-rule.ts'
import { proveOptions } from '../options/prove-options.ts'
import { DEFAULT_INITIAL_MS, DEFAULT_MAX_MS } from './backoff.ts'
import { type KitTime, SYSTEM_TIME } from './kit-time.ts'
import { logEvent } from './log-event.ts'
import type { ResilientEvent } from './resilient-event.ts'
import type { DeadLetterOptions, Decode, ResilientOptions, RetryOptions } from './resilient-options.ts'

/** Options that have been proved, with their defaults. */
export interface ResilientSettings<Value> {
  readonly producer: ResilientOptions<Value>['producer']
  readonly group: string
  readonly handler: ResilientOptions<Value>['handler']
  readonly decode: Decode<Value> | null
  readonly retry: {
    readonly maxAttempts: number
    readonly initialMs: number
    readonly maxMs: number
    readonly inPlaceMs: number
  }
  readonly handlerTimeoutMs: number
  readonly deadLetters: {
    /** Throws where a topic would take its own dead letters, which would be read again for ever. */
    readonly topicFor: (sourceTopic: string) => string
    readonly timeoutMs: number
  }
  readonly classify: ResilientOptions<Value>['classify']
  /** An attempt at a partition's record has failed. */
  readonly attempted: (topic: string, partition: number) => void
  /** Never throws. */
  readonly onEvent: ((event: ResilientEvent) => void) | null
  readonly time: KitTime
  readonly random: () => number
}

const SUFFIX = '-dlq'

const RETRY: RulesOf<RetryOptions> = {
  maxAttempts: optional(COUNT),
  initialMs: optional(MILLISECONDS),
  maxMs: optional(MILLISECONDS),
  inPlaceMs: optional(MILLISECONDS_OR_0),
}

const DEAD_LETTERS: RulesOf<DeadLetterOptions> = {
  topic: optional(
    rule(
      'the name of a topic, or a function of the source topic',
      value => isFunction(value) || (typeof value === 'string' && value !== ''),
    ),
  ),
  timeoutMs: optional(MILLISECONDS),
}

const OPTIONS: RulesOf<ResilientOptions> = {
  consumer: object('a consumer of KafkaJS', 'run', 'stop', 'connect', 'on'),
  producer: object('a producer of KafkaJS', 'send'),
  group: text('the id of the consumer’s group'),
  handler: FUNCTION,
  decode: optional(FUNCTION),
  progress: optional(object('a ProgressTracker', 'eachBatch')),
  retry: section(RETRY),
  handlerTimeoutMs: optional(MILLISECONDS),
  deadLetters: section(DEAD_LETTERS),
  classify: optional(FUNCTION),
  onEvent: optional(FUNCTION),
  log: optional(LOG),
  partitionsConsumedConcurrently: optional(COUNT),
  autoCommitInterval: optional(
    rule('milliseconds above 0, or null', value => value === null || isMilliseconds(value)),
  ),
  autoCommitThreshold: optional(
    rule('a whole number of at least 1, or null', value => value === null || isCount(value)),
  ),
  time: optional(TIME),
  random: optional(FUNCTION),
}

/** Throws a TypeError that names every fault at once. */
export function checkOptions<Value>(options: ResilientOptions<Value>): ResilientSettings<Value> {
  proveOptions('createResilientConsumer', options, OPTIONS)
  const { retry = {}, deadLetters = {}, handlerTimeoutMs = 120_000 } = options
  const { maxAttempts = 5, initialMs = DEFAULT_INITIAL_MS, maxMs = DEFAULT_MAX_MS, inPlaceMs = 1_000 } = retry
  const { topic = (source: string) => source + SUFFIX, timeoutMs = 30_000 } = deadLetters
  return {
    producer: options.producer,
    group: options.group,
    handler: options.handler,
    decode: options.decode ?? null,
    retry: { maxAttempts, initialMs, maxMs, inPlaceMs },
    handlerTimeoutMs,
    deadLetters: { topicFor: source => targetFor(source, topic), timeoutMs },
    classify: options.classify,
    attempted: (topic, partition) => options.progress?.attempted?.(topic, partition),
    onEvent: listenerOf(options),
    time: options.time ?? SYSTEM_TIME,
    random: options.random ?? Math.random,
  }
}

function targetFor(source: string, topic: string | ((sourceTopic: string) => string)): string {
  const target = typeof topic === 'string' ? topic : topic(source)
  if (typeof target !== 'string' || target === '') throw new Error(`no dead-letter topic for ${source}`)
  if (target === source) throw new Error(`${source} cannot be its own dead-letter topic`)
  return target
}

/** What a listener or a log throws is no fault of the record. */
function listenerOf<Value>({ onEvent, log }: ResilientOptions<Value>): ResilientSettings<Value>['onEvent'] {
  if (onEvent === undefined && log === undefined) return null
  const tell = (error: unknown) =>
    log?.error({ error: messageOf(error) }, 'a listener of the consumer has failed')
  return event => {
    callListener(() => onEvent?.(event), tell)
    callListener(
      () => log && logEvent(log, event),
      () => {},
    )
  }
}
