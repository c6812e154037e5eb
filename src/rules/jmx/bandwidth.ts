import type { Query, Queryable } from '../../signals/query.ts'
import type { Signal } from '../../signals/signal.ts'
import type { RuleGroup } from '../rule.ts'
import { IN_CLUSTER, TOPIC } from '../words.ts'

/** As the examples of jmx_exporter (kafka-2_0_0.yml) name them: counters of each broker. */
export const JMX_FAMILIES: ReadonlyMap<string, Queryable> = new Map([
  ['kafka_server_brokertopicmetrics_bytesin_total', { type: 'counter', labels: ['topic'] }],
  ['kafka_server_brokertopicmetrics_bytesout_total', { type: 'counter', labels: ['topic'] }],
])

export const UNKNOWN_READERS: Signal = {
  id: 'unknown-readers',
  title: 'Reads that no group explains',
  description:
    'Bytes a second that consumers read of a topic, beyond what is written to it once for each group that commits on it.',
  unit: 'Bps',
  labels: ['topic'],
  expression: q => {
    const rate = (direction: 'in' | 'out') =>
      `sum by (kafka_cluster, topic) (rate(${q.series(`kafka_server_brokertopicmetrics_bytes${direction}_total`)}[15m]))`
    const groups = `max by (kafka_cluster, topic) (last_over_time(${q.series('kafka_topic_consumergroups')}[3m]))`
    return `${rate('out')} - ${rate('in')} * ${groups}`
  },
}

/**
 * The most that each group was behind on the topic. Where its partitions are not published, the most that it was behind
 * on any; the counter is there at each granularity and says which topics it reads.
 */
function lagOnTopic(q: Query): string {
  const most = (name: string) => `max_over_time(${q.series(name)}[15m])`
  const ofGroup = `max by (kafka_cluster, consumergroup) (${most('kafka_consumergroup_lag_seconds_max')})`
  const reads = `max by (kafka_cluster, consumergroup, topic) (${q.series('kafka_consumergroup_rewinds_total')})`
  return [
    `max by (kafka_cluster, consumergroup, topic) (${most('kafka_consumergroup_lag_seconds')})`,
    `or 0 * ${reads} + on (kafka_cluster, consumergroup) group_left () ${ofGroup}`,
  ].join('\n')
}

/**
 * Reads from the brokers' own counters, beside the groups that are known. Who reads without committing is in no group;
 * who catches up reads more than is written, and is no stranger.
 */
export const BANDWIDTH: RuleGroup = {
  name: 'kafka-unknown-readers',
  meaning:
    'Who reads without a group, from what the brokers send. The targets of jmx_exporter need the label `kafka_cluster` of the exporter where clusters have names.',
  interval: '1m',
  recordings: [],
  alerts: [
    {
      name: 'KafkaTopicReadByUnknown',
      severity: 'info',
      signal: UNKNOWN_READERS,
      expression: (q, t) =>
        [
          `${UNKNOWN_READERS.expression(q)} > ${t['unknown-reader']}`,
          `unless max by (kafka_cluster, topic) (${lagOnTopic(q)}) > 300`,
        ].join('\n'),
      for: '15m',
      keepFiringFor: '15m',
      summary: `Something reads ${TOPIC} without a group${IN_CLUSTER}`,
      description: `{{ $value | humanize1024 }}B/s are read of ${TOPIC} beyond what its groups explain, and none of them is catching up.`,
      dashboard: 'topic',
    },
  ],
}
