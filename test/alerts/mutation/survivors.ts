import { CLIENT_SURVIVORS } from './survivors-client.ts'
import { KAFKA_EXPORTER_SURVIVORS } from './survivors-kafka-exporter.ts'

const labelsOnly = 'only its labels count there'
const noSuchShare = 'no share of so many evaluations is that number'
const oneIsEnough = 'one evaluation of four is a quarter, which is more by far'
const sameOffsets = 'replicas read the same offsets, a poll apart'
const othersEnd = 'what is held for longer there ends with the others that are not'
const comparedAgain = 'what is recorded beyond it, the alerts leave out'
const exactly = 'a trend is not a round number'
const afterTwoHours = 'of a trend over two hours the last three minutes decide nothing'

/** Why no test notices a change: by set and rule, then by the change. */
export const SURVIVORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...KAFKA_EXPORTER_SURVIVORS,
  ...CLIENT_SURVIVORS,
  'kafka-health-exporter/KafkaConsumerRewound': { 'max → min (4)': labelsOnly },
  'kafka-health-exporter/KafkaConsumerRetentionLow': {
    '< → <=': 'what is recorded is below it',
    '0.3 → 0.6': 'what is recorded is below it',
  },
  'kafka-health-exporter/KafkaConsumerLossImminent': {
    '< → <=': 'a share that is computed is no round number',
    '3m → 540s': othersEnd,
  },
  'kafka-health-exporter/consumergroup_topic_partition:kafka_consumergroup_retention_left:ratio': {
    'min → max': 'replicas read the same, a poll apart',
    '< → <=': comparedAgain,
    '0.3 → 0.6': comparedAgain,
    '0.3 → 0.6 (2)': comparedAgain,
    '1 → 0.5 (4)': comparedAgain,
  },
  'kafka-health-exporter/KafkaConsumerOffsetsLost': { 'max → min (4)': labelsOnly },
  'kafka-health-exporter/KafkaDeadLettersArrived': {
    'max → min (2)': labelsOnly,
    'max → min (3)': labelsOnly,
    'max → min (8)': labelsOnly,
  },
  'kafka-health-exporter/KafkaDeadLettersFlood': {
    'sum → max (2)': 'one partition that still grows is enough',
    '0 → 1': 'a flood that still goes on is more than one record in three minutes',
  },
  'kafka-health-exporter/KafkaDeadLettersUndrained': {
    'max → min': sameOffsets,
    'max → min (2)': sameOffsets,
    'max → min (3)': sameOffsets,
    'max → min (4)': sameOffsets,
    'max → min (6)': sameOffsets,
    'max → min (7)': sameOffsets,
    'max → min (8)': sameOffsets,
    '3m → 540s': othersEnd,
    '3m → 540s (2)': othersEnd,
    '3m → 540s (3)': othersEnd,
    '3m → 540s (4)': othersEnd,
    '3m → 540s (5)': othersEnd,
    '3m → 540s (6)': othersEnd,
    '3m → 540s (7)': othersEnd,
    '3m → 540s (8)': othersEnd,
    '> → >=': 'where none is left, some were drained',
  },
  'kafka-health-exporter/KafkaDeadLettersOld': { 'max → min (2)': labelsOnly },
  'kafka-health-exporter/KafkaSchemaRecordsUndecodable': {
    'max → min (4)': labelsOnly,
    'max → min (5)': labelsOnly,
    '15m → 2700s (4)': labelsOnly,
    '15m → 300s (4)': labelsOnly,
  },
  'kafka-health-exporter/KafkaSchemaWatchBlind': {
    'max → min': sameOffsets,
    'max → min (2)': labelsOnly,
    '3m → 540s': labelsOnly,
    '3m → 60s': labelsOnly,
    '0 → 1': 'delta() makes more than one of one',
  },
  'kafka-health-exporter/KafkaConsumerLagBudgetBurnFast': {
    '> → >=': noSuchShare,
    'sum_over_time → max_over_time (2)': oneIsEnough,
    '/ → * (2)': oneIsEnough,
    '4 → 8': oneIsEnough,
    '4 → 2': oneIsEnough,
    '> → >= (2)': oneIsEnough,
    '0.072 → 0.144 (2)': oneIsEnough,
    '0.072 → 0.036 (2)': oneIsEnough,
  },
  'kafka-health-exporter/KafkaConsumerLagBudgetBurnSlow': {
    '> → >=': noSuchShare,
    '> → >= (2)': noSuchShare,
  },
  'kafka-health-exporter/KafkaConsumerFallingBehind': {
    '> → >=': exactly,
    '> → >= (2)': exactly,
    'sum → max': 'one of them is enough',
  },
  'kafka-health-exporter/consumergroup:kafka_consumergroup_lag_seconds:max': {
    '3m → 540s': afterTwoHours,
    '3m → 60s': afterTwoHours,
  },
  'kafka-health-exporter/KafkaUnderReplicatedPartitions': { 'max → min': labelsOnly },
  'jmx-exporter/KafkaTopicReadByUnknown': { 'max → min (4)': labelsOnly },
  'kafka-health-exporter/KafkaTopicMissing': { 'max → min (2)': labelsOnly },
  'kafka-health-exporter/KafkaTopicPartitionOffline': { 'max → min (2)': labelsOnly },
  'kafka-health-exporter/KafkaDependencySlow': {
    '> → >=': 'a quantile is interpolated, and no round number',
  },
  'kafka-health-exporter/KafkaHealthExporterClusterUnobserved': {
    'max → min': labelsOnly,
    'max → min (2)': labelsOnly,
    'without (instance, pod) → without () (2)': 'the labels that are compared are named',
  },
  'kafka-health-exporter/KafkaHealthExporterPollSlow': {
    '10m → 1800s (2)': 'the durations are gone before',
  },
}
