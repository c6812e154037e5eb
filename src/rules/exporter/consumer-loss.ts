import { LOST_OFFSETS, RETENTION_LEFT } from '../../signals/consumer-loss.ts'
import type { Recording, RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, SHARE, TOPIC } from '../words.ts'

/** The join of headroom and lag over all partitions is paid once. */
const LEFT: Recording = {
  record: 'consumergroup_topic:kafka_consumergroup_retention_left:min',
  meaning: RETENTION_LEFT.description,
  expression: RETENTION_LEFT.expression,
}

/** Whether retention takes what was not read. */
export const CONSUMER_LOSS: RuleGroup = {
  name: 'kafka-consumer-loss',
  meaning: 'Whether retention takes what was not read.',
  interval: '1m',
  recordings: [LEFT],
  alerts: [
    {
      name: 'KafkaConsumerRetentionLow',
      severity: 'warning',
      signal: RETENTION_LEFT,
      expression: (_q, t) => `last_over_time(${LEFT.record}[3m]) < ${t['retention-low']}`,
      for: '5m',
      keepFiringFor: '10m',
      summary: `Retention comes closer to what ${GROUP} has not read of ${TOPIC}${IN_CLUSTER}`,
      description: `The oldest record of ${TOPIC} that ${GROUP} has not committed has ${SHARE} of its retention left.`,
      dashboard: 'group',
    },
    {
      name: 'KafkaConsumerLossImminent',
      severity: 'critical',
      signal: RETENTION_LEFT,
      expression: (q, t) =>
        [
          `last_over_time(${LEFT.record}[3m]) < ${t['loss-imminent']}`,
          `and min without (partition) (${q.held('kafka_consumergroup_retention_headroom_seconds')}) < ${t['loss-imminent-within']}`,
        ].join('\n'),
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
      expression: (q, t) =>
        `${q.merged(`increase(${q.series('kafka_consumergroup_lost_offsets_total')}[${t['loss-window']}])`)} > 0`,
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} has lost records of ${TOPIC}${IN_CLUSTER}`,
      description: `About ${COUNT} offsets of ${TOPIC} were deleted before ${GROUP} had committed them.`,
      dashboard: 'group',
    },
  ],
}
