import { GROUP_EXISTS } from '../../signals/consumer-groups.ts'
import { LAG_MESSAGES } from '../../signals/consumer-lag.ts'
import { NO_CONSUMER } from '../../signals/consumer-states.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, spelt, TOPIC } from '../words.ts'
import { NO_REPLAY } from './no-replay.ts'

export const CONSUMERS: RuleGroup = {
  name: 'kafka-exporter-consumers',
  meaning: 'What members and the lag of whole topics tell.',
  interval: '1m',
  recordings: [],
  alerts: [
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
