import { STALLED } from '../../signals/consumer-states.ts'
import { HELD, type Query } from '../../signals/query.ts'
import type { Recording, RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, PARTITION, spelt } from '../words.ts'

/**
 * Few of all partitions, whichever way: where much is idle there is no lag, and where there is lag commits move. One
 * message of lag may be the marker of a transaction, which nobody ever commits. No commit is -1, and its lag too.
 */
const UNMOVED: Recording = {
  record: 'consumergroup_topic_partition:kafka_consumergroup_lag:unmoved',
  meaning:
    'Lag of a partition of which a group has committed nothing new for `offsets-stuck-after`; nothing elsewhere.',
  labels: ['kafka_cluster', 'consumergroup', 'topic', 'partition'],
  expression: (q, t) => {
    const committed = q.series('kafka_consumergroup_current_offset')
    const lag = `last_over_time(${q.series('kafka_consumergroup_lag')}[${HELD}]) > 1`
    return q.merged(`${lag} and changes(${committed}[${t['offsets-stuck-after']}]) == 0`)
  },
}

export const PROGRESS: RuleGroup = {
  name: 'kafka-exporter-progress',
  meaning:
    'What offsets alone can tell: no time stamps, no transactions, and one patience for all. A job that commits less often than `offsets-stuck-after` counts as stuck.',
  // Of every partition, over a quarter of an hour: dear where there are many.
  interval: '2m',
  recordings: [UNMOVED],
  alerts: [
    {
      name: 'KafkaConsumerPartitionStuck',
      severity: 'critical',
      signal: STALLED,
      // Who has not moved and had work then has had work ever since. changes() sees nothing between the series of an
      // exporter and that of its successor, so both ends are compared as well.
      expression: (q, t) => {
        const then = `[${HELD}] offset ${t['offsets-stuck-after']}`
        const committed = q.series('kafka_consumergroup_current_offset')
        const lag = q.series('kafka_consumergroup_lag')
        return [
          q.series(UNMOVED.record),
          `and ${ofUnmoved(q, `last_over_time(${committed}${then})`)} == (`,
          `  ${ofUnmoved(q, `last_over_time(${committed}[${HELD}])`)}`,
          `  and ${ofUnmoved(q, `last_over_time(${lag}${then}) > 1`)}`,
          `)`,
          `unless ignoring (topic, partition) ${q.held('kafka_consumergroup_members')} == 0`,
        ].join('\n')
      },
      for: '1m',
      keepFiringFor: '5m',
      summary: `${GROUP} is stuck on ${PARTITION}${IN_CLUSTER}`,
      description: t =>
        `${GROUP} has had at least ${COUNT} messages to read on ${PARTITION} for ${spelt(t['offsets-stuck-after'])} and has not committed.`,
      dashboard: 'group',
    },
  ],
}

/** Replicas merged, of the partitions recorded alone. */
function ofUnmoved(q: Query, expression: string): string {
  return q.merged(`${expression} and ignoring (${q.without()}) ${q.series(UNMOVED.record)}`)
}
