import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as kit from '../../src/consumer.ts'

/*
 * Options as a service in JavaScript may give them: each fault with its place, what was got and what was expected, all
 * of one call at once.
 */

const { NaN: NOT_A_NUMBER } = Number
const kafka = { admin: () => {} }
const consumer = { on: () => {}, paused: () => [] }
const progress = { liveness: () => {}, partitions: () => [], isJoined: () => true, onTurn: () => {} }
const health = kit.createHealth({})
const server = { addService: () => {}, tryShutdown: () => {}, forceShutdown: () => {} }

/** Looser than their types, as in a program without types. */
// biome-ignore lint/suspicious/noExplicitAny: the point of it
const { AlertThrottle, ConsumerMetrics, EndOffsets, Heartbeat, LagWatch, ProgressTracker, ...rest }: any = kit
// biome-ignore lint/suspicious/noExplicitAny: the point of it
const { SchemaGuard, SerdesCache, ...functions }: any = rest

const CASES: readonly (readonly [call: () => unknown, faults: readonly string[]])[] = [
  [
    () =>
      new ProgressTracker({
        kafka,
        groupId: '',
        stalledAfterMs: NOT_A_NUMBER,
        maxPollIntervalMs: 0,
        endOffsets: {},
      }),
    [
      'ProgressTracker: consumer: got nothing, expected a consumer of KafkaJS',
      'ProgressTracker: groupId: got "", expected the id of the consumer’s group',
      'ProgressTracker: stalledAfterMs: got NaN, expected milliseconds above 0, or a function of topic and partition',
      'ProgressTracker: maxPollIntervalMs: got 0, expected milliseconds above 0',
      'ProgressTracker: endOffsets: got an object without watch, refresh, committed, coordinatorAnswers, expected an EndOffsets',
    ],
  ],
  [
    () =>
      new ProgressTracker({
        consumer,
        kafka,
        groupId: 'billing',
        stalledAfter: 1,
        failWhenKafkaIsDown: 'no',
      }),
    [
      'ProgressTracker: failWhenKafkaIsDown: got "no", expected true or false',
      'ProgressTracker: stalledAfter: unknown option, did you mean stalledAfterMs?',
    ],
  ],
  [
    () => new EndOffsets({ kafka: 'kafka:9092', intervalMs: 2 ** 31, timeoutMs: '5s', log: { warn() {} } }),
    [
      'EndOffsets: kafka: got a text, expected a client of KafkaJS',
      'EndOffsets: intervalMs: got 2147483648, expected milliseconds above 0, at most 2147483647',
      'EndOffsets: timeoutMs: got "5s", expected milliseconds above 0, at most 2147483647',
      'EndOffsets: log: got an object without debug, info, error, expected a log',
    ],
  ],
  [() => new EndOffsets(), ['EndOffsets: options: got nothing, expected an object']],
  [
    () =>
      new LagWatch({
        progress,
        onAlert: 'log',
        threshold: NOT_A_NUMBER,
        intervalMs: 0,
        treshold: 1,
        zone: 2,
      }),
    [
      'LagWatch: onAlert: got a text, expected a function',
      'LagWatch: threshold: got NaN, expected a number of records, 0 or more',
      'LagWatch: intervalMs: got 0, expected milliseconds above 0',
      'LagWatch: treshold: unknown option, did you mean threshold?',
      'LagWatch: zone: unknown option, expected one of progress, onAlert, threshold, intervalMs, log, time',
    ],
  ],
  [
    () => new Heartbeat({ file: 7, consumers: [progress, {}], onError: null }),
    [
      'Heartbeat: file: got 7, expected the path of a file',
      'Heartbeat: consumers[1]: got an object without liveness, partitions, isJoined, onTurn, expected a ProgressTracker',
      'Heartbeat: onError: got null, expected a function',
    ],
  ],
  [
    () =>
      functions.createHealth({
        consumers: progress,
        checks: [well('a'), well('a'), well('progress'), well('group billing'), well(''), { name: 'b' }],
        checkDeadlineMs: 0,
      }),
    [
      'createHealth: consumers: got an object, expected a list of trackers',
      'createHealth: checks[5]: got an object without run, expected a check',
      'createHealth: checks[1].name: got "a", expected a name of its own, other than progress, shutdown and group …',
      'createHealth: checks[2].name: got "progress", expected a name of its own, other than progress, shutdown and group …',
      'createHealth: checks[3].name: got "group billing", expected a name of its own, other than progress, shutdown and group …',
      'createHealth: checks[4].name: got "", expected a name of its own, other than progress, shutdown and group …',
      'createHealth: checkDeadlineMs: got 0, expected milliseconds above 0, at most 2147483647',
    ],
  ],
  [
    () => functions.kafkaChecks({ kafka, topics: 'orders', maxAgeMs: -1 }),
    [
      'kafkaChecks: topics: got a text, expected a list of topics',
      'kafkaChecks: maxAgeMs: got -1, expected milliseconds, 0 or more',
    ],
  ],
  [
    () => functions.rotatingBrokers([]),
    ['rotatingBrokers: brokers: got an empty list, expected a list of at least one host:port'],
  ],
  [
    () => functions.rotatingBrokers(['a:9092', 9092]),
    ['rotatingBrokers: brokers[1]: got 9092, expected host:port'],
  ],
  [
    () => functions.impatientSockets({ answerWithinMs: 2 ** 31, avoidFor: 1 }),
    [
      'impatientSockets: answerWithinMs: got 2147483648, expected milliseconds above 0, at most 2147483647',
      'impatientSockets: avoidFor: unknown option, did you mean avoidForMs?',
    ],
  ],
  [
    () => functions.startProbeServer({ health: {}, port: 70_000, livez: 'livez', path: '/livez' }),
    [
      'startProbeServer: livez: got "livez", expected a path that begins with /',
      'startProbeServer: health: got an object without livez, readyz, startupz, check, expected what createHealth returned',
      'startProbeServer: port: got 70000, expected a port from 0 to 65535',
      'startProbeServer: path: unknown option, expected one of livez, readyz, startupz, health, port, host',
    ],
  ],
  [
    () =>
      functions.addGrpcHealth({
        server: {},
        health,
        services: { a: 'progress', b: ['redis'] },
        watchIntervalMs: 0,
      }),
    [
      'addGrpcHealth: server: got an object without addService, tryShutdown, forceShutdown, expected a server of @grpc/grpc-js',
      'addGrpcHealth: services["a"]: got a text, expected a list of checks',
      'addGrpcHealth: services["b"][0]: got "redis", expected one of progress',
      'addGrpcHealth: watchIntervalMs: got 0, expected milliseconds above 0, at most 2147483647',
    ],
  ],
  [
    () => functions.addGrpcHealth({ server, services: [] }),
    ['addGrpcHealth: health: got nothing, expected what createHealth returned'],
  ],
  [
    () => new ConsumerMetrics({ client: {}, registry: 'default' }),
    [
      'ConsumerMetrics: client: got an object without Counter, Gauge, Histogram, expected the module prom-client',
      'ConsumerMetrics: registry: got a text, expected a registry of prom-client',
    ],
  ],
  [
    () =>
      new AlertThrottle({
        sinks: [],
        coolDownMs: { critical: 0, warnin: 1 },
        sinkTimeoutMs: NOT_A_NUMBER,
        mostAlerts: 0.5,
      }),
    [
      'AlertThrottle: sinks: got an empty list, expected a list of at least one sink',
      'AlertThrottle: coolDownMs.critical: got 0, expected milliseconds above 0',
      'AlertThrottle: coolDownMs.warnin: unknown option, did you mean warning?',
      'AlertThrottle: sinkTimeoutMs: got NaN, expected milliseconds above 0',
      'AlertThrottle: mostAlerts: got 0.5, expected a whole number of at least 1',
    ],
  ],
  [
    () => functions.redisAlertStore({ set() {}, pttl() {}, pexpire() {}, incrby() {} }, { prefix: '' }),
    [
      'redisAlertStore: redis: got an object without getdel, expected a client of ioredis',
      'redisAlertStore: prefix: got "", expected the beginning of keys',
    ],
  ],
  [
    () => functions.webhookSink({ url: 'T0KEN', headers: 'Bearer T0KEN', body: {} }),
    [
      'webhookSink: url: got <secret>, expected a URL of http:// or https://, without user and password',
      'webhookSink: headers: got a text, expected an object of texts',
      'webhookSink: body: got an object, expected a function',
    ],
  ],
  [
    () => functions.slackSink({ webhook: 'https://hooks.slack.example/T0KEN' }),
    [
      'slackSink: url: got <secret>, expected a URL of http:// or https://, without user and password',
      'slackSink: webhook: unknown option, expected one of url, name',
    ],
  ],
  [
    () =>
      functions.alertmanagerSink({
        url: 'http://u:T0KEN@alertmanager:9093',
        labels: { team: 7 },
        lingerMs: -1,
      }),
    [
      'alertmanagerSink: url: got <secret>, expected a URL of http:// or https://, without user and password',
      'alertmanagerSink: labels: got an object, expected an object of texts',
      'alertmanagerSink: lingerMs: got -1, expected milliseconds, 0 or more',
    ],
  ],
  [
    () => new SerdesCache({ load: null, max: NOT_A_NUMBER, timeoutMs: -0.5, retryAfterMs: -1 }),
    [
      'SerdesCache: load: got null, expected a function',
      'SerdesCache: max: got NaN, expected a whole number of at least 1',
      'SerdesCache: timeoutMs: got -0.5, expected milliseconds above 0',
      'SerdesCache: retryAfterMs: got -1, expected milliseconds, 0 or more',
    ],
  ],
  [
    () => new SchemaGuard({ check: () => [], action: 'pakr' }),
    [
      'SchemaGuard: check: got a function without check, expected a SchemaCheck',
      'SchemaGuard: action: got "pakr", expected report, drop or park',
    ],
  ],
  [
    () => functions.createRegistryDecoder({ deserializers: new Map(), fallback: true }),
    [
      'createRegistryDecoder: deserializers: got an object without peek, expected a SerdesCache',
      'createRegistryDecoder: fallback: got true, expected a function',
    ],
  ],
  [
    () =>
      functions.createResilientConsumer({
        consumer: {},
        producer: null,
        group: '',
        handler: 'log',
        retry: { maxAttempts: 0, initialMs: -1.5, maxMs: NOT_A_NUMBER, inPlaceMs: -1, attempts: 3 },
        handlerTimeoutMs: 0,
        deadLetters: { topic: '', timeoutMs: '5s' },
        partitionsConsumedConcurrently: 0,
        autoCommitInterval: 0,
        autoCommitThreshold: 'never',
        onevent: () => {},
      }),
    [
      'createResilientConsumer: consumer: got an object without run, stop, connect, on, expected a consumer of KafkaJS',
      'createResilientConsumer: producer: got null, expected a producer of KafkaJS',
      'createResilientConsumer: group: got "", expected the id of the consumer’s group',
      'createResilientConsumer: handler: got a text, expected a function',
      'createResilientConsumer: retry.maxAttempts: got 0, expected a whole number of at least 1',
      'createResilientConsumer: retry.initialMs: got -1.5, expected milliseconds above 0',
      'createResilientConsumer: retry.maxMs: got NaN, expected milliseconds above 0',
      'createResilientConsumer: retry.inPlaceMs: got -1, expected milliseconds, 0 or more',
      'createResilientConsumer: retry.attempts: unknown option, expected one of maxAttempts, initialMs, maxMs, inPlaceMs',
      'createResilientConsumer: handlerTimeoutMs: got 0, expected milliseconds above 0',
      'createResilientConsumer: deadLetters.topic: got "", expected the name of a topic, or a function of the source topic',
      'createResilientConsumer: deadLetters.timeoutMs: got "5s", expected milliseconds above 0',
      'createResilientConsumer: partitionsConsumedConcurrently: got 0, expected a whole number of at least 1',
      'createResilientConsumer: autoCommitInterval: got 0, expected milliseconds above 0, or null',
      'createResilientConsumer: autoCommitThreshold: got "never", expected a whole number of at least 1, or null',
      'createResilientConsumer: onevent: unknown option, did you mean onEvent?',
    ],
  ],
]

for (const [call, faults] of CASES) {
  test(`all faults are told at once: ${faults[0]}`, () => {
    assert.throws(call, { name: 'TypeError', message: faults.join('\n') })
  })
}

function well(name: string) {
  return { name, run: () => {} }
}
