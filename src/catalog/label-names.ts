/** What the labels of a position are called. Each vocabulary is one object, known again by identity. */
export interface LabelNames {
  /** Holds the name of the cluster, where the configuration gives it one. */
  readonly cluster: string
  readonly group: string
  readonly topic: string
  readonly partition: string
}

/** kafka_exporter's words, and `kafka_cluster`. */
export const NATIVE_LABELS: LabelNames = {
  cluster: 'kafka_cluster',
  group: 'consumergroup',
  topic: 'topic',
  partition: 'partition',
}

/** kminion watches one cluster and so has no word for it. */
export const KMINION_LABELS: LabelNames = {
  cluster: 'kafka_cluster',
  group: 'group_id',
  topic: 'topic_name',
  partition: 'partition_id',
}

export const KAFKA_LAG_EXPORTER_LABELS: LabelNames = {
  cluster: 'cluster_name',
  group: 'group',
  topic: 'topic',
  partition: 'partition',
}
