import { GROUP_EXISTS, REWINDS } from '../../signals/consumer-groups.ts'
import { LAG_MESSAGES } from '../../signals/consumer-lag.ts'
import { LOST_OFFSETS } from '../../signals/consumer-loss.ts'
import { NO_CONSUMER, STALLED } from '../../signals/consumer-states.ts'
import { HELD } from '../../signals/query.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, PARTITION, spelt, TOPIC } from '../words.ts'

/** Nobody joins the groups that keep the positions of `dlq replay`: they lag until the next one. */
const NO_REPLAY = 'consumergroup!~"kafka-health-exporter[.]replay:.*"'

export const CONSUMERS: RuleGroup = {
  name: 'kafka-exporter-consumers',
  meaning:
    'What offsets alone can tell: no time stamps, no transactions, and one patience for all. A job that commits less often than `offsets-stuck-after` counts as stuck.',
  interval: '1m',
  recordings: [],
  alerts: [
    {
      name: 'KafkaConsumerPartitionStuck',
      severity: 'critical',
      signal: STALLED,
      // Who has not moved and had work then has had work ever since. changes() sees nothing between the series of an
      // exporter and that of its successor, so both ends are compared as well, once few are left. One message of lag
      // may be the marker of a transaction, which nobody ever commits. No commit is -1, and its lag too.
      expression: (q, t) => {
        const after = t['offsets-stuck-after']
        const committed = q.series('kafka_consumergroup_current_offset')
        const lag = q.series('kafka_consumergroup_lag')
        return [
          q.merged(`last_over_time(${lag}[${HELD}]) > 1`),
          `and ${q.merged(`last_over_time(${committed}[${HELD}] offset ${after})`)} == (`,
          `  ${q.held('kafka_consumergroup_current_offset')}`,
          `  and (`,
          `    ${q.merged(`changes(${committed}[${after}])`)} == 0`,
          `    and ${q.merged(`last_over_time(${lag}[${HELD}] offset ${after}) > 1`)}`,
          `  )`,
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
    {
      name: 'KafkaConsumerGroupMissing',
      severity: 'critical',
      signal: GROUP_EXISTS,
      // The names that are expected are not known: those of the last six hours are. Its series vanish with a group.
      expression: q => {
        // A console consumer is gone as soon as it ends.
        const members = q.series('kafka_consumergroup_members', 'consumergroup!~"console-consumer-.*"')
        return [
          `${q.merged(`max_over_time(${members}[6h])`)} > 0`,
          // Other labels than these change when the exporter is deployed anew.
          `unless on (job, kafka_cluster, consumergroup) last_over_time(${q.series('kafka_consumergroup_members')}[3m])`,
          // Not when everything vanishes: that is the exporter.
          `and on (job) group by (job) (${q.series('kafka_brokers')})`,
        ].join('\n')
      },
      for: '10m',
      keepFiringFor: '5m',
      summary: `Consumer group ${GROUP} is missing${IN_CLUSTER}`,
      description: `${GROUP} had members within the last six hours and is no longer there: it was deleted, or its commits have expired.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerGroupWithoutConsumer',
      severity: 'warning',
      signal: NO_CONSUMER,
      expression: (q, t) => {
        const after = t['offsets-no-consumer-after']
        const members = q.series('kafka_consumergroup_members')
        const lag = q.series('kafka_consumergroup_lag_sum', NO_REPLAY)
        return [
          `${q.merged(`min_over_time(${lag}[${after}])`)} > 1`,
          `and ignoring (topic) ${q.merged(`max_over_time(${members}[${after}])`)} == 0`,
        ].join('\n')
      },
      for: '5m',
      keepFiringFor: '5m',
      summary: `${GROUP} has a backlog on ${TOPIC} and no consumer${IN_CLUSTER}`,
      description: t =>
        `${GROUP} has had at least ${COUNT} messages to read on ${TOPIC} for ${spelt(t['offsets-no-consumer-after'])}, and no members.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerRewound',
      severity: 'warning',
      signal: REWINDS,
      // -1 is no commit at all: coming from there, or going there, is no way back.
      expression: (q, t) => {
        const committed = `${q.series('kafka_consumergroup_current_offset')}[${t['rewind-window']}]`
        // `unless` a few, rather than `and` nearly all: that would match every partition.
        const back = `resets(${committed}) > 0 unless min_over_time(${committed}) < 0`
        return `sum without (partition) (${q.merged(back)})`
      },
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} went back on ${TOPIC}${IN_CLUSTER}`,
      description: `${COUNT} commits of ${GROUP} on ${TOPIC} went back: what lies between is read a second time.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerOffsetsLost',
      severity: 'critical',
      signal: LOST_OFFSETS,
      // When it happens: a group that nobody needs any more lags behind the log for as long as its commits are kept. What
      // was deleted while nothing was scraped is told by the last sample before, up to an hour older.
      expression: (q, t) => {
        const committed = `(${q.held('kafka_consumergroup_current_offset', NO_REPLAY)} >= 0)`
        const oldest = q.held('kafka_topic_partition_oldest_offset')
        const series = q.series('kafka_topic_partition_oldest_offset')
        const before = q.merged(`last_over_time(${series}[1h] offset ${t['loss-window']})`)
        return [
          `sum without (partition) (`,
          `  (${oldest} > ${before}) - ignoring (consumergroup) group_right () ${committed} > 0`,
          `)`,
        ].join('\n')
      },
      for: '1m',
      keepFiringFor: '5m',
      summary: `${GROUP} has lost records of ${TOPIC}${IN_CLUSTER}`,
      description: `${COUNT} offsets of ${TOPIC} were deleted before ${GROUP} had committed them.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerFallingBehind',
      severity: 'warning',
      signal: LAG_MESSAGES,
      // In messages there is no telling how late: only that it has grown and grows still, other than a batch that is
      // worked off. That nobody is there is told by an alert of its own.
      expression: (q, t) => {
        const lag = q.series('kafka_consumergroup_lag_sum')
        const window = t['falling-behind-window']
        return [
          `${q.merged(`deriv(${lag}[${window}])`)} > 0.1`,
          `and ${q.merged(`deriv(${lag}[30m])`)} > 0`,
          `and (${q.merged(`min_over_time(${lag}[30m])`)} > 1.2 * ${q.merged(`max_over_time(${lag}[30m] offset 90m)`)}) > 1000`,
          `unless ignoring (topic) ${q.held('kafka_consumergroup_members')} == 0`,
        ].join('\n')
      },
      for: '15m',
      keepFiringFor: '15m',
      summary: `${GROUP} is falling behind on ${TOPIC}${IN_CLUSTER}`,
      description: `The lag of ${GROUP} on ${TOPIC} grows by {{ printf "%.1f" $value }} messages a second.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerLagHigh',
      severity: 'warning',
      signal: LAG_MESSAGES,
      expression: (q, t) =>
        `sum without (topic) (${q.held('kafka_consumergroup_lag_sum', NO_REPLAY)}) > ${t['lag-messages']}`,
      for: '15m',
      keepFiringFor: '5m',
      summary: `${GROUP} is many messages behind${IN_CLUSTER}`,
      description: `${GROUP} has ${COUNT} messages to go.`,
      dashboard: 'group',
    },
  ],
}
