import {
  COMMITS_BEYOND_END,
  GROUP_EXISTS,
  GROUP_READABLE,
  REBALANCES,
  REWINDS,
} from '../../signals/consumer-groups.ts'
import {
  ABANDONED,
  HUNG_TRANSACTION,
  NEVER_COMMITTED,
  NO_CONSUMER,
  STALLED,
} from '../../signals/consumer-states.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, DURATION, GROUP, IN_CLUSTER, PARTITION, TOPIC } from '../words.ts'
import { grown } from './grown.ts'
import { unlessUnreachable } from './unless-unreachable.ts'

/** Clocks are the patience already, hence `for: 0m`. */
export const CONSUMER_PROGRESS: RuleGroup = {
  name: 'kafka-consumer-progress',
  meaning: 'Whether consumers do their work, or stand, are gone or not set up for it.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaConsumerPartitionStuck',
      severity: 'critical',
      signal: STALLED,
      expression: q => `${STALLED.expression(q)} > 0`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} is stuck on ${PARTITION}${IN_CLUSTER}`,
      description: `${GROUP} has work on ${PARTITION} and has not advanced for ${DURATION}: longer than it ever takes there.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerGroupMissing',
      severity: 'critical',
      signal: GROUP_EXISTS,
      expression: q => `${GROUP_EXISTS.expression(q)} == 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `Consumer group ${GROUP} is missing${IN_CLUSTER}`,
      description: `${GROUP} is expected by the configuration, and its coordinator does not know it: it was never started, was deleted, or its commits have expired.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerGroupWithoutConsumer',
      severity: 'warning',
      signal: NO_CONSUMER,
      expression: q => `${NO_CONSUMER.expression(q)} > 0`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} has a backlog on ${TOPIC} and no consumer${IN_CLUSTER}`,
      description: `Nobody has worked on the backlog of ${GROUP} on ${TOPIC} for ${DURATION}: the group has no members.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerNeverCommits',
      severity: 'warning',
      signal: NEVER_COMMITTED,
      expression: q => `${NEVER_COMMITTED.expression(q)} > 0`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} reads ${TOPIC} and never commits${IN_CLUSTER}`,
      description: `${TOPIC} has been assigned to members of ${GROUP} and has held data for ${DURATION}, without a first commit: a restart begins anew, or skips what was not read.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerTopicAbandoned',
      severity: 'warning',
      signal: ABANDONED,
      expression: (q, t) => `${ABANDONED.expression(q)} > ${t['abandoned-for']}`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} no longer reads ${TOPIC}${IN_CLUSTER}`,
      description: `${GROUP} has commits on ${TOPIC}, but for ${DURATION} none of its members has read it. If that is meant, delete its offsets there.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaHungTransaction',
      severity: 'critical',
      signal: HUNG_TRANSACTION,
      expression: q => `${HUNG_TRANSACTION.expression(q)} > 0`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `A transaction on ${TOPIC} holds ${GROUP} up${IN_CLUSTER}`,
      description: `${GROUP} has waited at a transaction on ${TOPIC} for ${DURATION}: it was never ended, and nobody who reads committed data gets past it.`,
      dashboard: 'topic',
    },
    {
      name: 'KafkaConsumerRewound',
      severity: 'warning',
      signal: REWINDS,
      expression: (q, t) => grown(q, 'kafka_consumergroup_rewinds_total', t['rewind-window']),
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} went back on ${TOPIC}${IN_CLUSTER}`,
      description: `About ${COUNT} commits of ${GROUP} on ${TOPIC} went back: what lies between is read a second time.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerCommitBeyondEnd',
      severity: 'warning',
      signal: COMMITS_BEYOND_END,
      expression: q => `${COMMITS_BEYOND_END.expression(q)} > 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `${GROUP} has committed beyond the end of ${TOPIC}${IN_CLUSTER}`,
      description: `On ${COUNT} partitions of ${TOPIC} the commit of ${GROUP} lies beyond the end: the log was truncated or made anew, or the commit is wrong.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerRebalanceStorm',
      severity: 'warning',
      signal: REBALANCES,
      expression: (q, t) => {
        const rebalances = q.series('kafka_consumergroup_rebalances_total')
        const short = q.merged(`increase(${rebalances}[10m])`)
        const long = q.merged(`increase(${rebalances}[30m])`)
        return `${long} > ${t['rebalances-long']} and ${short} > ${t['rebalances-short']}`
      },
      for: '30m',
      keepFiringFor: '10m',
      summary: `${GROUP} rebalances again and again${IN_CLUSTER}`,
      description: `${GROUP} has rebalanced about ${COUNT} times in 30 minutes, for longer than a deploy takes. Its members come and go, or take longer than max.poll.interval.ms.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerGroupUnreadable',
      severity: 'warning',
      signal: GROUP_READABLE,
      expression: q => `${GROUP_READABLE.expression(q)} == 0 ${unlessUnreachable(q, 'consumergroup')}`,
      for: '10m',
      // Not for as long as that of a broker that is down, which inhibits it.
      keepFiringFor: '2m',
      summary: `${GROUP} cannot be read${IN_CLUSTER}`,
      description: `The exporter cannot read ${GROUP}, so that nothing else can be said about it. The label code of kafka_consumergroup_read_errors_total says why.`,
      dashboard: 'group',
    },
  ],
}
