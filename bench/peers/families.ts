import { CATALOG } from '../../src/catalog/catalog.ts'

/** What every page of ours needs to be measured by. */
const ALWAYS = ['kafka_up', 'kafka_health_exporter_snapshot_timestamp_seconds']

/** Our families that say what the families of a peer say, or as much as there is of it. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = {
  kafka_exporter: [
    'kafka_brokers',
    'kafka_broker_info',
    'kafka_topic_partitions',
    'kafka_topic_partition_current_offset',
    'kafka_topic_partition_oldest_offset',
    'kafka_topic_partition_leader',
    'kafka_topic_partition_replicas',
    'kafka_topic_partition_in_sync_replica',
    'kafka_topic_partition_leader_is_preferred',
    'kafka_topic_partition_under_replicated_partition',
    'kafka_consumergroup_current_offset',
    'kafka_consumergroup_lag',
    'kafka_consumergroup_current_offset_sum',
    'kafka_consumergroup_lag_sum',
    'kafka_consumergroup_members',
  ],
  kminion: [
    'kafka_cluster_info',
    'kafka_brokers',
    'kafka_broker_info',
    'kafka_broker_log_dir_size_bytes',
    'kafka_topic_info',
    'kafka_topic_partitions',
    'kafka_topic_partition_current_offset',
    'kafka_topic_partition_oldest_offset',
    'kafka_consumergroup_info',
    'kafka_consumergroup_state',
    'kafka_consumergroup_members',
    'kafka_consumergroup_lag',
    'kafka_consumergroup_current_offset_sum',
    'kafka_consumergroup_lag_sum',
  ],
}

/** The `metrics.families` of a configuration that publishes what this peer publishes, or everything. */
export function familiesLike(peer: string): { readonly include: string[]; readonly exclude: string[] } {
  if (peer === 'all') return { include: ['.*'], exclude: [] }
  const wanted = new Set([...ALWAYS, ...SAME_AS[peer]!])
  for (const name of wanted) {
    if (!CATALOG.some(family => family.name === name)) throw new Error(`there is no family ${name}`)
  }
  return { include: [], exclude: CATALOG.map(family => family.name).filter(name => !wanted.has(name)) }
}
