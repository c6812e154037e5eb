import { DEAD_LETTERS } from './dead-letter-options.ts'
import { labels } from './labels.ts'
import { brokers, names, patterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { byteSize, choice, duration, name } from './scalar-types.ts'
import { SECURITY } from './security-options.ts'
import type { ClusterSettings } from './settings.ts'

const option = optionsOf<ClusterSettings>()

const anything = [/^(?:.*)$/su]
const internalTopics = [/^(?:__.*)$/su]
/** Nobody joins the groups that keep the positions of replays, and nobody is to be woken for them. */
const passingGroups = [/^(?:console-consumer-.*)$/su, /^(?:kafka-health-exporter\.replay:.*)$/su]

/** Settings of one cluster; paths are within `clusters[]`. Flags and variables speak of the only cluster. */
export const CLUSTER = {
  name: option({
    path: 'name',
    flag: 'kafka.cluster',
    type: name,
    help: 'Value of the label `kafka_cluster` on every series about this cluster. Required, and unique, where there are several clusters; a single one without a name has no such label.',
    get: cluster => cluster.name,
  }),
  brokers: option({
    path: 'brokers',
    flag: 'kafka.brokers',
    alias: 'kafka.server',
    type: brokers,
    required: true,
    help: 'Brokers to ask first; the others are learnt from them.',
    get: cluster => cluster.brokers,
  }),
  labels: option({
    path: 'labels',
    flag: 'kafka.labels',
    type: labels,
    fallback: {},
    help: 'Constant labels on every series about this cluster.',
    get: cluster => cluster.labels,
  }),
  ...SECURITY,
  pollInterval: option({
    path: 'poll_interval',
    flag: 'poll.interval',
    type: duration('1s', '1h'),
    fallback: 15_000,
    help: 'Time from the start of one poll to the start of the next.',
    get: cluster => cluster.pollIntervalMs,
  }),
  requestTimeout: option({
    path: 'request_timeout',
    flag: 'kafka.request-timeout',
    type: duration('2s', '5m'),
    fallback: 5_000,
    help: 'How long a broker may take to answer one request. Not below 2s: quotas may delay an answer by 1s.',
    get: cluster => cluster.requestTimeoutMs,
  }),
  connectTimeout: option({
    path: 'connect_timeout',
    flag: 'kafka.connect-timeout',
    type: duration('1s', '5m'),
    fallback: 10_000,
    help: 'How long one connection may take to be ready, TLS and SASL included.',
    get: cluster => cluster.connectTimeoutMs,
  }),
  maxReadingAge: option({
    path: 'max_reading_age',
    flag: 'poll.max-reading-age',
    type: duration('1s', '1d'),
    fallbackText: '3 × `poll_interval`, at least `poll_interval` + 2 × `request_timeout`',
    help: 'How long the last reading is published while newer ones fail; then its series are withdrawn. At least `poll_interval`.',
    get: cluster => cluster.maxReadingAgeMs,
  }),
  brokerForgetAfter: option({
    path: 'broker_forget_after',
    flag: 'kafka.broker-forget-after',
    type: duration('1m', '30d'),
    fallback: 3_600_000,
    help: 'How long a broker that has left the metadata is published as down.',
    get: cluster => cluster.brokerForgetAfterMs,
  }),
  noConsumerAfter: option({
    path: 'no_consumer_after',
    flag: 'group.no-consumer-after',
    type: duration('1s', '30d'),
    fallback: 900_000,
    help: 'How long a group without members may have a backlog and not advance. Jobs that commit without joining their group, as those of Flink do, have no members and advance.',
    get: cluster => cluster.noConsumerAfterMs,
  }),
  lossHorizon: option({
    path: 'loss_horizon',
    flag: 'group.loss-horizon',
    type: duration('1m', '365d'),
    fallback: 604_800_000,
    help: 'How far ahead a loss of records by retention is foreseen. What lies further ahead is not published.',
    get: cluster => cluster.lossHorizonMs,
  }),
  probeMaxBytesPerSecond: option({
    path: 'probe.max_bytes_per_second',
    flag: 'probe.max-bytes-per-second',
    type: byteSize('64KiB', '16GiB'),
    fallback: 4_194_304,
    help: 'The most bytes of records that are read a second, averaged over a poll, to learn how old the first unconsumed ones are. 0 looks nothing up: lag in time is then found with more uncertainty, from the ends of partitions seen in earlier polls, transaction markers count as lag, and hung transactions are not named.',
    get: cluster => cluster.probe.maxBytesPerSecond,
  }),
  groupsInclude: option({
    path: 'groups.include',
    flag: 'group.filter',
    type: patterns,
    fallback: anything,
    help: 'Consumer groups to read: those that one of these patterns matches; on the command line unanchored.',
    get: cluster => cluster.groups.include,
  }),
  groupsExclude: option({
    path: 'groups.exclude',
    flag: 'group.exclude',
    type: patterns,
    fallback: passingGroups,
    help: 'Consumer groups to leave out, even where `include` matches; on the command line unanchored.',
    get: cluster => cluster.groups.exclude,
  }),
  topicsInclude: option({
    path: 'topics.include',
    flag: 'topic.filter',
    type: patterns,
    fallback: anything,
    help: 'Topics to read: those that one of these patterns matches; on the command line unanchored.',
    get: cluster => cluster.topics.include,
  }),
  topicsExclude: option({
    path: 'topics.exclude',
    flag: 'topic.exclude',
    type: patterns,
    fallback: internalTopics,
    help: 'Topics to leave out, even where `include` matches; on the command line unanchored.',
    get: cluster => cluster.topics.exclude,
  }),
  expectGroups: option({
    path: 'expect.groups',
    flag: 'expect.groups',
    type: names('a group id', /./su),
    fallback: [],
    help: 'Groups that have to exist: published always, so that a missing one can be alerted on.',
    get: cluster => cluster.expect.groups,
  }),
  expectTopics: option({
    path: 'expect.topics',
    flag: 'expect.topics',
    type: names('a topic name', /^[\w.-]{1,249}$/),
    fallback: [],
    help: 'Topics that have to exist: published always, so that a missing one can be alerted on.',
    get: cluster => cluster.expect.topics,
  }),
  ...DEAD_LETTERS,
  uncommitted: option({
    path: 'compat.uncommitted',
    flag: 'compat.uncommitted',
    type: choice(['absent', 'minus-one']),
    fallback: 'absent',
    help: 'What a partition without a committed offset publishes: nothing, or −1 as kafka_exporter does.',
    get: cluster => cluster.uncommitted,
  }),
}
