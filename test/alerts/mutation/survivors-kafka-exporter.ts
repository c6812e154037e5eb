const OF_UNMOVED =
  'and ignoring (instance, pod) consumergroup_topic_partition:kafka_consumergroup_lag:unmoved'
const SPARED = 'only spares Prometheus what matches nothing in the end'

/** Those of the rules for kafka_exporter, by rule and change. */
export const KAFKA_EXPORTER_SURVIVORS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'kafka-exporter/KafkaConsumerFallingBehind': {
    '> → >=': 'no trend is exactly that steep for a quarter of an hour',
  },
  'kafka-exporter/KafkaConsumerPartitionStuck': {
    'max → min (3)': 'replicas read the same offsets, a poll apart',
    [`${OF_UNMOVED} → nothing`]: SPARED,
    [`${OF_UNMOVED} → nothing (2)`]: SPARED,
    [`${OF_UNMOVED} → nothing (3)`]: SPARED,
  },
  'kafka-exporter/consumergroup_topic_partition:kafka_consumergroup_lag:unmoved': {
    'max → min': 'replicas read the same lag, a poll apart',
  },
  'kafka-exporter/KafkaUnderReplicatedPartitions': { 'max → min': 'only its labels count there' },
}
