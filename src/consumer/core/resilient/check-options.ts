import { messageOf } from '../../../errors.ts'
import { callListener } from '../call-listener.ts'
import { isWhole, MILLISECONDS, OptionFaults } from '../option-faults.ts'
import { DEFAULT_INITIAL_MS, DEFAULT_MAX_MS } from './backoff.ts'
import { type KitTime, SYSTEM_TIME } from './kit-time.ts'
import { logEvent } from './log-event.ts'
import type { ResilientEvent } from './resilient-event.ts'
import type { Decode, ResilientOptions } from './resilient-options.ts'

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

/** Throws a TypeError that names every fault at once. */
export function checkOptions<Value>(options: ResilientOptions<Value>): ResilientSettings<Value> {
  const { retry = {}, deadLetters = {}, handlerTimeoutMs = 120_000 } = options
  const { maxAttempts = 5, initialMs = DEFAULT_INITIAL_MS, maxMs = DEFAULT_MAX_MS, inPlaceMs = 1_000 } = retry
  const { topic = (source: string) => source + SUFFIX, timeoutMs = 30_000 } = deadLetters
  const { autoCommitInterval, autoCommitThreshold, partitionsConsumedConcurrently: concurrently } = options
  const faults = new OptionFaults()
  const expect = faults.expect.bind(faults)
  const has = (value: unknown, ...methods: string[]) =>
    methods.every(m => typeof (value as Record<string, unknown> | undefined)?.[m] === 'function')
  expect(has(options.consumer, 'run', 'stop', 'on'), 'consumer', options.consumer, 'a consumer of KafkaJS')
  expect(has(options.producer, 'send'), 'producer', options.producer, 'a producer of KafkaJS')
  const { group } = options
  expect(typeof group === 'string' && group !== '', 'group', group, 'the id of the consumer’s group')
  expect(typeof options.handler === 'function', 'handler', options.handler, 'a function')
  expect(isWhole(maxAttempts, 1), 'retry.maxAttempts', maxAttempts, 'a whole number of at least 1')
  expect(isWhole(initialMs, 1), 'retry.initialMs', initialMs, `${MILLISECONDS}, at least 1`)
  expect(isWhole(maxMs, 1), 'retry.maxMs', maxMs, `${MILLISECONDS}, at least 1`)
  expect(isWhole(inPlaceMs, 0), 'retry.inPlaceMs', inPlaceMs, `${MILLISECONDS}, at least 0`)
  expect(isWhole(handlerTimeoutMs, 1), 'handlerTimeoutMs', handlerTimeoutMs, `${MILLISECONDS}, at least 1`)
  expect(isWhole(timeoutMs, 1), 'deadLetters.timeoutMs', timeoutMs, `${MILLISECONDS}, at least 1`)
  const isTopic = typeof topic === 'function' || (typeof topic === 'string' && topic !== '')
  expect(isTopic, 'deadLetters.topic', topic, 'the name of a topic, or a function of the source topic')
  const isCount = (value: unknown) => value === undefined || isWhole(value, 1)
  expect(
    isCount(concurrently),
    'partitionsConsumedConcurrently',
    concurrently,
    'a whole number of at least 1',
  )
  expect(
    isCount(autoCommitInterval ?? undefined),
    'autoCommitInterval',
    autoCommitInterval,
    `${MILLISECONDS}, or null`,
  )
  expect(
    isCount(autoCommitThreshold ?? undefined),
    'autoCommitThreshold',
    autoCommitThreshold,
    'a whole number, or null',
  )
  faults.throwFor('createResilientConsumer')

  return {
    producer: options.producer,
    group,
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
