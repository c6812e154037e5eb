/** Rules as they are found for kafka_exporter, in its metrics: what each evaluation over all partitions costs. */
export const BASELINE = {
  name: 'usual-rules-on-offsets',
  interval: '30s',
  rules: (
    [
      ['LagGrows', 'sum by (consumergroup, topic) (delta(kafka_consumergroup_lag[5m])) > 1e9'],
      ['LagOver', 'kafka_consumergroup_lag > 1000'],
      [
        'NoProgress',
        'changes(kafka_consumergroup_current_offset[10m]) == 0 and kafka_consumergroup_lag > 1e9',
      ],
      ['UnderReplicated', 'sum by (topic) (kafka_topic_partition_under_replicated_partition) > 1e9'],
    ] as const
  ).map(([alert, expr]) => ({ alert, expr, for: '5m' })),
}
