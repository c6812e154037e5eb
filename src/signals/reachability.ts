import type { Signal } from './signal.ts'

export const CLUSTER_UP: Signal = {
  id: 'cluster-up',
  title: 'Clusters',
  description: '1 if the last poll got metadata from at least one broker of the cluster.',
  unit: 'bool',
  labels: [],
  expression: q => q.held('kafka_up'),
}

export const BROKER_UP: Signal = {
  id: 'broker-up',
  title: 'Brokers',
  description:
    '1 if the broker answered within its deadline in the last poll. Brokers that have just left count as 0.',
  unit: 'bool',
  labels: ['id'],
  expression: q => q.held('kafka_broker_up'),
}

export const TOPIC_UP: Signal = {
  id: 'topic-up',
  title: 'Topics',
  description:
    '1 if the topic exists and each of its partitions has a live leader; 0 only when a broker said otherwise.',
  unit: 'bool',
  labels: ['topic'],
  expression: q => q.held('kafka_topic_up'),
}

export const UNDER_REPLICATED: Signal = {
  id: 'under-replicated',
  title: 'Under-replicated partitions',
  description: 'Partitions with fewer replicas in sync than they have. A few for a minute are a restart.',
  unit: 'short',
  labels: [],
  expression: q =>
    `sum without (topic, partition) (${q.now('kafka_topic_partition_under_replicated_partition')})`,
}

export const TOPIC_READ_ERRORS: Signal = {
  id: 'topic-read-errors',
  title: 'Topics that cannot be read',
  description:
    'Polls in which offsets of the topic could not be read, by reason: most often a right that is missing.',
  unit: 'short',
  labels: ['topic', 'code'],
  expression: q => q.now('kafka_topic_read_errors_total'),
}

export const FUTURE_TIMESTAMPS: Signal = {
  id: 'future-timestamps',
  title: 'Records from the future',
  description:
    'Records that are stamped later than the clock of the exporter: a producer with a wrong clock or unit. Retention by time keeps their whole segment for longer.',
  unit: 'short',
  labels: ['topic'],
  expression: q => q.now('kafka_topic_future_timestamps_total'),
}

export const BROKERS: Signal = {
  id: 'brokers',
  title: 'Brokers in the metadata',
  description: 'Brokers in the metadata of the cluster.',
  unit: 'short',
  labels: [],
  expression: q => q.held('kafka_brokers'),
}

export const BROKER_RESPONSE: Signal = {
  id: 'broker-response',
  title: 'Response time of brokers',
  description: 'Round trip of the quickest request to the broker in the last poll.',
  unit: 's',
  labels: ['id'],
  expression: q => q.now('kafka_broker_response_seconds'),
}

export const LOG_DIR_SIZE: Signal = {
  id: 'log-dir-size',
  title: 'Size of log directories',
  description: 'Bytes of all replicas in a log directory; needs the right to describe the cluster.',
  unit: 'bytes',
  labels: ['id', 'path'],
  expression: q => q.now('kafka_broker_log_dir_size_bytes'),
}
