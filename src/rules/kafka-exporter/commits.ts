import { REWINDS } from '../../signals/consumer-groups.ts'
import { LOST_OFFSETS } from '../../signals/consumer-loss.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, GROUP, IN_CLUSTER, TOPIC } from '../words.ts'
import { NO_REPLAY } from './no-replay.ts'

export const COMMITS: RuleGroup = {
  name: 'kafka-exporter-commits',
  meaning: 'Commits that go back, or that retention overtakes.',
  // Of every partition, over a quarter of an hour: dear where there are many.
  interval: '2m',
  recordings: [],
  alerts: [
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
  ],
}
