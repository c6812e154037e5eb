import type { BrokerView, Snapshot } from '../model/snapshot.ts'
import type { Column, ColumnFamily, Family, Sample, SampleFamily } from './family.ts'
import { KMINION_GROUPS } from './kminion-groups.ts'
import { KMINION_LABELS } from './label-names.ts'
import { renamed } from './renamed.ts'
import { TOPICS } from './topics.ts'

const facts = {
  type: 'gauge',
  onByDefault: true,
  subject: 'Names of kminion',
  labelNames: KMINION_LABELS,
} as const

function sample(
  name: string,
  help: string,
  labels: readonly string[],
  samples: (s: Snapshot) => Iterable<Sample>,
): SampleFamily {
  return { ...facts, kind: 'sample', name, help, labels, samples }
}

function sumOf(name: string, help: string, columnOf: (s: Snapshot) => Column): ColumnFamily {
  return { ...facts, kind: 'column', unit: 'number', scope: 'topic', name, help, column: columnOf }
}

/** What kminion publishes and is known here, under its names and labels. docs/coming-from-kminion.md has the rest. */
export const KMINION: readonly Family[] = [
  sample('kminion_exporter_up', '1 if every broker of the metadata answered in the last poll', [], s => [
    [s.poll.lastSuccessAt !== 0 && s.poll.lastSuccessAt === s.poll.endedAt ? 1 : 0],
  ]),
  sample(
    'kminion_kafka_cluster_info',
    'Cluster id and number of brokers in the metadata; always 1',
    ['broker_count', 'cluster_id'],
    s => (s.up ? [[1, String(s.brokers.filter(b => b.inMetadata).length), s.clusterId ?? '']] : []),
  ),
  sample(
    'kminion_kafka_broker_info',
    'A broker of the metadata and its advertised address; always 1',
    ['broker_id', 'address', 'port'],
    s => s.brokers.filter(b => b.inMetadata).map(b => [1, ...brokerLabels(b)]),
  ),
  sample(
    'kminion_kafka_broker_log_dir_size_total_bytes',
    'Bytes of all replicas in the log directories of a broker, where DescribeLogDirs is authorised',
    ['broker_id', 'address', 'port'],
    logDirSizes,
  ),
  sample(
    'kminion_kafka_topic_info',
    'Partitions, replicas and cleanup policy of a topic; always 1',
    ['topic_name', 'partition_count', 'replication_factor', 'cleanup_policy'],
    topicInfo,
  ),
  renamed(TOPICS, 'kafka_topic_partition_oldest_offset', {
    ...facts,
    name: 'kminion_kafka_topic_partition_low_water_mark',
  }),
  sumOf(
    'kminion_kafka_topic_low_water_mark_sum',
    'Sum of the log start offsets of the topic; absent while one of them cannot be read',
    s => sumOfPartitions(s, s.partitions.logStart),
  ),
  renamed(TOPICS, 'kafka_topic_partition_current_offset', {
    ...facts,
    name: 'kminion_kafka_topic_partition_high_water_mark',
  }),
  sumOf(
    'kminion_kafka_topic_high_water_mark_sum',
    'Sum of the end offsets of the topic; absent while one of them cannot be read',
    s => sumOfPartitions(s, s.partitions.highWatermark),
  ),
  ...KMINION_GROUPS,
]

function brokerLabels({ id, host, port }: BrokerView): [string, string, string] {
  return [String(id), host, String(port)]
}

function* logDirSizes(s: Snapshot): Iterable<Sample> {
  for (const broker of s.brokers) {
    const dirs = s.logDirs.filter(dir => dir.node === broker.id)
    if (dirs.length === 0) continue
    yield [dirs.reduce((sum, dir) => sum + dir.bytes, 0), ...brokerLabels(broker)]
  }
}

function* topicInfo({ topology, partitions, topics }: Snapshot): Iterable<Sample> {
  for (const [t, topic] of topology.topics.entries()) {
    const first = topology.start[t] as number
    const count = (topology.start[t + 1] as number) - first
    const replicas = count === 0 ? 0 : (partitions.replicas[first] as number)
    const policy = topics.configs.get(topic)?.cleanupPolicy ?? ''
    yield [1, topic, String(count), replicas === 0 ? '' : String(replicas), policy]
  }
}

function sumOfPartitions({ topology }: Snapshot, offsets: Float64Array): Column {
  return t => {
    let sum = 0
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) {
      sum += offsets[row] as number
    }
    return sum
  }
}
