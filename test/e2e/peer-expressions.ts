/** A query of another exporter's dashboard or rule. */
export interface PeerQuery {
  readonly expr: string
  /** A label that a variable of the dashboard takes its values from. */
  readonly label?: string
}

const of = (expr: string, label?: string): PeerQuery => (label === undefined ? { expr } : { expr, label })

/** Grafana's dashboard 7589 for kafka_exporter: its panels, then its variables. */
export const KAFKA_EXPORTER_DASHBOARD: readonly PeerQuery[] = [
  of('sum(rate(kafka_topic_partition_current_offset{instance="$instance", topic=~"$topic"}[1m])) by (topic)'),
  of('sum(kafka_consumergroup_lag{instance="$instance",topic=~"$topic"}) by (consumergroup, topic) '),
  of(
    `sum(delta(kafka_topic_partition_current_offset{instance=~'$instance', topic=~"$topic"}[5m])/5) by (topic)`,
  ),
  of(
    `sum(delta(kafka_consumergroup_current_offset{instance=~'$instance',topic=~"$topic"}[5m])/5) by (consumergroup, topic)`,
  ),
  of('sum by(topic) (kafka_topic_partitions{instance="$instance",topic=~"$topic"})'),
  of('kafka_consumergroup_current_offset', 'job'),
  of('kafka_consumergroup_current_offset{job=~"$job"}', 'instance'),
  of(
    `kafka_topic_partition_current_offset{instance='$instance',topic!='__consumer_offsets',topic!='--kafka'}`,
    'topic',
  ),
]

const STRIMZI = 'topic=~"$topic", namespace=~"$kubernetes_namespace"'
const STRIMZI_GROUPS = `consumergroup=~"$consumergroup",${STRIMZI}`
const STRIMZI_CLUSTER = 'namespace="$kubernetes_namespace",strimzi_io_cluster="$strimzi_cluster_name"'

/**
 * Strimzi's dashboard for its exporter. Two more of its panels, `kafka_cluster_partition_atminisr` and
 * `kafka_cluster_partition_underminisr`, are about the brokers' own metrics, which no exporter of offsets has.
 */
export const STRIMZI_DASHBOARD: readonly PeerQuery[] = [
  of(`count(kafka_topic_partitions{${STRIMZI}})`),
  of(`sum(kafka_topic_partitions{${STRIMZI}})`),
  of(`sum(kafka_topic_partition_replicas{topic=~"$topic", namespace="$kubernetes_namespace"})`),
  of(`sum(kafka_topic_partition_in_sync_replica{${STRIMZI}})`),
  of(`sum(kafka_topic_partition_under_replicated_partition{${STRIMZI}})`),
  of(`sum(kafka_topic_partition_leader_is_preferred{${STRIMZI}} < bool 1)`),
  of(`sum(rate(kafka_topic_partition_current_offset{${STRIMZI}}[5m])) by (topic)`),
  of(`sum(delta(kafka_consumergroup_current_offset{${STRIMZI_GROUPS}}[5m])/300) by (consumergroup, topic)`),
  of(`sum(kafka_consumergroup_lag{${STRIMZI_GROUPS}}) by (consumergroup, topic) `),
  of(`sum(kafka_consumergroup_current_offset{${STRIMZI_GROUPS}}) by (consumergroup,partition,topic)`),
  of(`sum(kafka_consumergroup_lag{${STRIMZI_GROUPS}}) by (consumergroup,partition,topic)`),
  of(`sum(kafka_topic_partitions{${STRIMZI}}) by (topic)`),
  of(`sum(kafka_topic_partition_current_offset{${STRIMZI}}) by (partition,topic)`),
  of(`sum(kafka_topic_partition_oldest_offset{${STRIMZI}}) by (partition,topic)`),
  of('kafka_broker_info', 'namespace'),
  of('kafka_broker_info{namespace="$kubernetes_namespace"}', 'strimzi_io_cluster'),
  of(`kafka_consumergroup_current_offset{${STRIMZI_CLUSTER}}`, 'consumergroup'),
  of(`kafka_topic_partition_current_offset{${STRIMZI_CLUSTER}}`, 'topic'),
]

/** Strimzi's rules on its exporter; each is raised by something that the test does. */
export const STRIMZI_RULES: readonly PeerQuery[] = [
  of('kafka_topic_partition_under_replicated_partition > 0', 'partition'),
  of('kafka_consumergroup_lag > 1000', 'consumergroup'),
  of('changes(kafka_topic_partition_current_offset[10m]) == 0', 'partition'),
]

const LAG_EXPORTER =
  'namespace="$kubernetes_namespace",cluster_name="$cluster_name",group=~"$consumergroup",group!=""'

/** kafka-lag-exporter's own dashboard, but for three panels about its Java process. */
export const LAG_EXPORTER_DASHBOARD: readonly PeerQuery[] = [
  of(`topk(50, kafka_consumergroup_group_max_lag_seconds{${LAG_EXPORTER}})`),
  of(`topk(25, kafka_consumergroup_group_lag_seconds{${LAG_EXPORTER}})`),
  of(`topk(50, kafka_consumergroup_group_max_lag{${LAG_EXPORTER}})`),
  of(`topk(25, kafka_consumergroup_group_lag{${LAG_EXPORTER}})`),
  of(`max(kafka_consumergroup_group_lag_seconds{${LAG_EXPORTER}}) by (group)`),
  of(`sum(kafka_consumergroup_group_offset{${LAG_EXPORTER}})`),
  of(
    `sum((kafka_consumergroup_group_offset{${LAG_EXPORTER}} * 0) + on(namespace,cluster_name,topic,partition) group_left() kafka_partition_latest_offset{namespace="$kubernetes_namespace",cluster_name="$cluster_name"})`,
  ),
  of('kafka_consumergroup_group_lag', 'namespace'),
  of('kafka_consumergroup_group_lag{namespace="$kubernetes_namespace"}', 'cluster_name'),
  of(
    'kafka_consumergroup_group_lag{namespace="$kubernetes_namespace",cluster_name="$cluster_name"}',
    'group',
  ),
]
