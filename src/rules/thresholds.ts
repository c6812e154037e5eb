import type { PromDuration } from './prom-duration.ts'

interface NumberThreshold {
  readonly kind: 'number'
  readonly value: number
  /** In the metric's base unit. */
  readonly unit: ThresholdUnit
  readonly meaning: string
  /** Beyond them the alert would always fire, or never. */
  readonly bounds: readonly [least: number, most: number]
}

interface WindowThreshold {
  readonly kind: 'window'
  readonly value: PromDuration
  readonly meaning: string
  readonly bounds: readonly [least: PromDuration, most: PromDuration]
}

export type Threshold = NumberThreshold | WindowThreshold

export type ThresholdUnit =
  | 'messages'
  | 'seconds'
  | 'ratio'
  | 'bytes per second'
  | 'count'
  | 'seconds per second'

const BOUNDS: Readonly<Record<ThresholdUnit, NumberThreshold['bounds']>> = {
  messages: [0, 1e12],
  seconds: [0, 31_536_000],
  ratio: [0.001, 0.999],
  'bytes per second': [0, 1e12],
  count: [0, 1e6],
  'seconds per second': [0.0001, 1000],
}

const number = (
  value: number,
  unit: ThresholdUnit,
  meaning: string,
  bounds = BOUNDS[unit],
): NumberThreshold => ({ kind: 'number', value, unit, meaning, bounds })

const window = (
  value: PromDuration,
  meaning: string,
  bounds: WindowThreshold['bounds'] = ['5m', '7d'],
): WindowThreshold => ({ kind: 'window', value, meaning, bounds })

/** Of a partition that is published coarsely the lag is there only while more than half is used up (needsAttention). */
const SHARE_LEFT: NumberThreshold['bounds'] = [0.001, 0.5]

/** Not to be missed between two evaluations. */
const TOLD_FOR: WindowThreshold['bounds'] = ['2m', '7d']

/** What of the rules can be chosen: `rules --threshold NAME=VALUE`. The reference is made from this table. */
export const THRESHOLDS = {
  'lag-messages': number(100_000, 'messages', 'KafkaConsumerLagHigh: more than this behind'),
  'lag-messages-age': number(60, 'seconds', 'KafkaConsumerLagHigh: unless the oldest waits less than this'),
  // At 14.4 times what is allowed, less than this could never be missed.
  'lag-slo': number(
    0.995,
    'ratio',
    'KafkaConsumerLagBudgetBurnFast, KafkaConsumerLagBudgetBurnSlow: share of the time in which groups are to meet their lag objective',
    [0.94, 0.9999],
  ),
  'falling-behind-slope': number(0.01, 'seconds per second', 'KafkaConsumerFallingBehind: lag grows faster'),
  'falling-behind-floor': number(60, 'seconds', 'KafkaConsumerFallingBehind: lag never below this meanwhile'),
  'falling-behind-window': window('2h', 'KafkaConsumerFallingBehind: looked at over this time', [
    '30m',
    '1d',
  ]),
  'retention-low': number(
    0.3,
    'ratio',
    'KafkaConsumerRetentionLow: less than this of the retention is left; at most half, from where on the lag of a partition is published whatever the granularity',
    SHARE_LEFT,
  ),
  'loss-imminent': number(
    0.15,
    'ratio',
    'KafkaConsumerLossImminent: less than this of the retention is left; at most half, as `retention-low`',
    SHARE_LEFT,
  ),
  'loss-imminent-within': number(14_400, 'seconds', 'KafkaConsumerLossImminent: and less than this time'),
  'loss-window': window('15m', 'KafkaConsumerOffsetsLost: how long a loss is told', TOLD_FOR),
  'rewind-window': window('15m', 'KafkaConsumerRewound: how long a rewind is told', TOLD_FOR),
  'rebalances-short': number(2, 'count', 'KafkaConsumerRebalanceStorm: more than this in 10 minutes'),
  'rebalances-long': number(10, 'count', 'KafkaConsumerRebalanceStorm: and more than this in 30 minutes'),
  'abandoned-for': number(900, 'seconds', 'KafkaConsumerTopicAbandoned: read by no member for longer'),
  'proven-after': number(86_400, 'seconds', 'KafkaConsumerGroupUnproven: kept up for less than this'),
  'dead-letters-window': window(
    '15m',
    'KafkaDeadLettersArrived: how long new dead letters are told',
    TOLD_FOR,
  ),
  'dead-letters-flood': number(100, 'messages', 'KafkaDeadLettersFlood: more than this in 10 minutes'),
  'dead-letters-undrained': window('1d', 'KafkaDeadLettersUndrained: nothing was drained for this long', [
    '10m',
    '7d',
  ]),
  'dead-letters-age': number(86_400, 'seconds', 'KafkaDeadLettersOld: the oldest is older than this'),
  'undecodable-window': window(
    '15m',
    'KafkaSchemaRecordsUndecodable: how long undecodable records are told',
    TOLD_FOR,
  ),
  'dependency-slow': number(0.25, 'seconds', 'KafkaDependencySlow: 95th percentile of the ping'),
  'service-changes': number(
    6,
    'count',
    'KafkaServiceUnstable: began or ceased to serve more often than this in 30 minutes',
  ),
  'service-slow': number(0.5, 'seconds', 'KafkaServiceSlow: a health check takes longer'),
  'client-stalled': number(600, 'seconds', 'KafkaClientPartitionStalled: no advance for longer'),
  'client-changes': number(
    3,
    'count',
    'KafkaClientRestartLoop: from live to stuck or back more often than this in an hour',
  ),
  'client-lag': number(100_000, 'messages', 'KafkaClientLagHigh: more than this not processed'),
  'client-crashes': number(3, 'count', 'KafkaClientCrashing: more than this in 30 minutes'),
  'client-rebalances': number(6, 'count', 'KafkaClientRebalancing: more than this in 30 minutes'),
  'client-dead-letters-window': window(
    '15m',
    'KafkaClientDeadLetters: how long parked records are told',
    TOLD_FOR,
  ),
  'under-replicated-window': window('10m', 'KafkaUnderReplicatedPartitions: without a break for this long', [
    '1m',
    '1d',
  ]),
  'offsets-stuck-after': window(
    '15m',
    'KafkaConsumerPartitionStuck of kafka-exporter: no commit for this long',
  ),
  'offsets-no-consumer-after': window(
    '15m',
    'KafkaConsumerGroupWithoutConsumer of kafka-exporter: a backlog for this long',
  ),
  'poll-share': number(
    0.8,
    'ratio',
    'KafkaHealthExporterPollSlow: share of the interval that a poll takes',
    [0.01, 1],
  ),
  'unknown-reader': number(
    1_048_576,
    'bytes per second',
    'KafkaTopicReadByUnknown: read beyond what the known groups explain',
  ),
} as const satisfies Readonly<Record<string, Threshold>>

export type ThresholdName = keyof typeof THRESHOLDS

/** Values in force, by name: numbers as numbers, windows as PromQL writes them. */
export type Thresholds = {
  readonly [N in ThresholdName]: (typeof THRESHOLDS)[N] extends WindowThreshold ? string : number
}

export const DEFAULT_THRESHOLDS = Object.fromEntries(
  Object.entries(THRESHOLDS).map(([name, { value }]) => [name, value]),
) as Thresholds
