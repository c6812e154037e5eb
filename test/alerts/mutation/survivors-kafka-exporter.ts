/** Those of the rules for kafka_exporter, by rule and change. */
export const KAFKA_EXPORTER_SURVIVORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kafka-exporter/KafkaConsumerFallingBehind': {
    '> → >=': 'no trend is exactly that steep for a quarter of an hour',
  },
  'kafka-exporter/KafkaConsumerPartitionStuck': {
    'max → min': 'replicas read the same offsets, a poll apart',
    'max → min (4)': 'replicas read the same offsets, a poll apart',
    'max → min (5)': 'replicas read the same offsets, a poll apart',
  },
  'kafka-exporter/KafkaUnderReplicatedPartitions': { 'max → min': 'only its labels count there' },
}
