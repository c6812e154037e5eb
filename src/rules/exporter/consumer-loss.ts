import { LOST_OFFSETS, RETENTION_LEFT } from '../../signals/consumer-loss.ts'
import { HELD, type Query } from '../../signals/query.ts'
import type { Recording, RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, SHARE, TOPIC } from '../words.ts'
import { grown } from './grown.ts'

const held = (q: Query, name: string) => `last_over_time(${q.series(name)}[${HELD}])`

/**
 * The one join of all partitions, for both alerts. With h the headroom and l the lag the share that is left is
 * h / (h + l), but h / l is one join instead of two, and what is not small is gone before anything is grouped.
 */
const LEFT: Recording = {
  record: 'consumergroup_topic_partition:kafka_consumergroup_retention_left:ratio',
  meaning:
    'Share of the retention that is left of a partition, where it is less than `retention-low` or `loss-imminent`; nothing elsewhere.',
  labels: ['kafka_cluster', 'consumergroup', 'topic', 'partition'],
  expression: (q, t) => {
    const headroom = held(q, 'kafka_consumergroup_retention_headroom_seconds')
    const lag = held(q, 'kafka_consumergroup_lag_seconds')
    const share = Math.max(t['retention-low'], t['loss-imminent'])
    const small = `min without (${q.without()}) (${headroom} / ${lag} < ${share} / (1 - ${share}))`
    return `1 - 1 / (1 + ${small})`
  },
}

export const CONSUMER_LOSS: RuleGroup = {
  name: 'kafka-consumer-loss',
  meaning: 'Whether retention takes what was not read.',
  // The join is the dearest of all, and retention takes its time.
  interval: '2m',
  recordings: [LEFT],
  alerts: [
    {
      name: 'KafkaConsumerRetentionLow',
      severity: 'warning',
      signal: RETENTION_LEFT,
      expression: (q, t) => `min without (partition) (${q.series(LEFT.record)} < ${t['retention-low']})`,
      for: '5m',
      // Not for as long as a loss that is imminent, which inhibits it.
      keepFiringFor: '5m',
      summary: `Retention comes closer to what ${GROUP} has not read of ${TOPIC}${IN_CLUSTER}`,
      description: `The oldest record of ${TOPIC} that ${GROUP} has not committed has ${SHARE} of its retention left.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerLossImminent',
      severity: 'critical',
      signal: RETENTION_LEFT,
      expression: (q, t) => {
        const headroom = held(q, 'kafka_consumergroup_retention_headroom_seconds')
        const near = `${headroom} < ${t['loss-imminent-within']}`
        const left = `${q.series(LEFT.record)} < ${t['loss-imminent']}`
        return `min without (partition) (${left} and ignoring (${q.without()}) ${near})`
      },
      for: '1m',
      keepFiringFor: '10m',
      summary: `Retention is about to delete what ${GROUP} has not read of ${TOPIC}${IN_CLUSTER}`,
      description: `The oldest record of ${TOPIC} that ${GROUP} has not committed has ${SHARE} of its retention left. What is deleted unread is lost.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerOffsetsLost',
      severity: 'critical',
      signal: LOST_OFFSETS,
      expression: (q, t) => grown(q, 'kafka_consumergroup_lost_offsets_total', t['loss-window']),
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} has lost records of ${TOPIC}${IN_CLUSTER}`,
      description: `About ${COUNT} offsets of ${TOPIC} were deleted before ${GROUP} had committed them.`,
      dashboard: 'group',
    },
  ],
}
