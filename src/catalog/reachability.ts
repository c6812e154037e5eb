import type { Snapshot } from '../model/snapshot.ts'
import { type Family, secondsOf } from './family.ts'

const facts = { type: 'gauge', onByDefault: true, subject: 'Reachability' } as const

export const REACHABILITY: readonly Family[] = [
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_up',
    help: '1 if the last poll got metadata from at least one broker',
    labels: [],
    samples: s => [[s.up ? 1 : 0]],
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_cluster_info',
    help: 'The cluster id that the brokers report; always 1',
    labels: ['cluster_id'],
    samples: s => (s.clusterId === null ? [] : [[1, s.clusterId]]),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_brokers',
    help: 'Number of brokers in the cluster metadata',
    labels: [],
    samples: s => (s.up ? [[s.brokers.filter(b => b.inMetadata).length]] : []),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_broker_info',
    help: 'A broker and its advertised address; always 1',
    labels: ['id', 'address'],
    samples: s => s.brokers.map(b => [1, String(b.id), addressOf(b)]),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_broker_up',
    help: '1 if the broker answered within its deadline in the last poll; remembered brokers that left the metadata are 0',
    labels: ['id'],
    samples: s => s.brokers.map(b => [b.up ? 1 : 0, String(b.id)]),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_broker_response_seconds',
    help: "Round trip of the last poll's quickest request to the broker",
    labels: ['id'],
    *samples(s) {
      for (const b of s.brokers) if (b.responseMs !== null) yield [secondsOf(b.responseMs), String(b.id)]
    },
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_broker_log_dir_size_bytes',
    help: 'Bytes of all replicas in a log directory of a broker, where DescribeLogDirs is authorised',
    labels: ['id', 'path'],
    samples: s => s.logDirs.map(d => [d.bytes, String(d.node), d.path]),
  },
  {
    ...facts,
    kind: 'sample',
    name: 'kafka_topic_up',
    help: '1 if the topic exists and every partition has a live leader; 0 only when a broker said otherwise',
    labels: ['topic'],
    samples: topicUp,
  },
  {
    ...facts,
    kind: 'sample',
    type: 'counter',
    name: 'kafka_topic_read_errors_total',
    help: 'Polls in which offsets of the topic, or a configured topic itself, could not be read, by reason',
    labels: ['topic', 'code'],
    samples: s => s.topicErrors.map(e => [e.count, e.name, e.code]),
  },
]

function addressOf(broker: { readonly host: string; readonly port: number }): string {
  return broker.host.includes(':') ? `[${broker.host}]:${broker.port}` : `${broker.host}:${broker.port}`
}

function* topicUp(s: Snapshot): Iterable<readonly [number, string]> {
  for (let t = 0; t < s.topology.topics.length; t++) {
    const up = s.topics.up[t] as number
    if (!Number.isNaN(up)) yield [up, s.topology.topics[t] as string]
  }
  for (const [topic, reason] of s.topics.missing) if (reason.kind === 'absent') yield [0, topic]
}
