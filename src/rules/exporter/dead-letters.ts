import {
  DEAD_LETTERS_AGE,
  DEAD_LETTERS_ARRIVED,
  DEAD_LETTERS_MALFORMED,
  DEAD_LETTERS_UNDRAINED,
} from '../../signals/dead-letters.ts'
import { HELD, type Query } from '../../signals/query.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, DURATION, IN_CLUSTER, spelt, TOPIC } from '../words.ts'
import { grown } from './grown.ts'

const RECORDS = 'kafka_dlq_records_total'
const UNDRAINED = 'kafka_dlq_undrained'

/**
 * The records of topics that came to be within the window, whose first dead letters no increase() can see: most
 * frameworks create the topic with the first one. The cluster was there before and the topic was not.
 */
function inNewTopics(q: Query, window: string): string {
  const topicBefore = q.merged(`${q.series('kafka_topic_partitions')} offset ${window}`)
  const clusterBefore = q.merged(`${q.series('kafka_up')} offset ${window}`)
  return [
    `${q.now(RECORDS)} > 0`,
    `unless ${q.merged(`last_over_time(${q.series(RECORDS)}[1h] offset ${window})`)}`,
    `unless ignoring (partition) ${topicBefore}`,
    `and ignoring (topic, partition) ${clusterBefore} == 1`,
  ].join('\n')
}

/**
 * What has waited for the whole window while nothing was drained. How far a partition is drained is told by what has
 * arrived less what is undrained.
 */
function standing(q: Query, window: string): string {
  const at = (name: string, offset: string) => q.merged(`last_over_time(${q.series(name)}[${HELD}]${offset})`)
  const then = ` offset ${window}`
  const drained = (offset: string) => `(${at(RECORDS, offset)} - ${at(UNDRAINED, offset)})`
  return [
    `${at(UNDRAINED, '')} > 0`,
    `and ${at(UNDRAINED, then)} > 0`,
    // A topic that was made anew has drained nothing yet.
    `and ${at(RECORDS, '')} >= ${at(RECORDS, then)}`,
    `and ${drained('')} - ${drained(then)} <= 0`,
  ].join('\n')
}

const ofTopics = (expression: string) => `sum without (partition) (\n${expression}\n)`

export const DEAD_LETTERS: RuleGroup = {
  name: 'kafka-dead-letters',
  meaning: 'Records that consumers have parked, and whether anybody deals with them.',
  interval: '1m',
  recordings: [],
  alerts: [
    {
      name: 'KafkaDeadLettersArrived',
      severity: 'warning',
      signal: DEAD_LETTERS_ARRIVED,
      expression: (q, t) => {
        const window = t['dead-letters-window']
        return ofTopics(`${inNewTopics(q, window)}\nor ${grown(q, RECORDS, window)}`)
      },
      for: '0m',
      // Not for as long as a flood, which inhibits it.
      keepFiringFor: '5m',
      summary: `New dead letters in ${TOPIC}${IN_CLUSTER}`,
      description: `About ${COUNT} records have arrived in ${TOPIC}: a consumer could not work on them and has parked them.`,
      dashboard: 'dead-letters',
    },
    {
      name: 'KafkaDeadLettersFlood',
      severity: 'critical',
      signal: DEAD_LETTERS_ARRIVED,
      // Still, not once: a batch of bad records is over before anybody is awake.
      expression: (q, t) => {
        const within = (window: string) => ofTopics(q.merged(`increase(${q.series(RECORDS)}[${window}])`))
        return `${within('10m')} > ${t['dead-letters-flood']} and ${within(HELD)} > 0`
      },
      for: '5m',
      keepFiringFor: '20m',
      summary: `Dead letters pour into ${TOPIC}${IN_CLUSTER}`,
      description: `About ${COUNT} records have arrived in ${TOPIC} in 10 minutes, and still do: whatever parks them fails at more than single records.`,
      dashboard: 'dead-letters',
    },
    {
      name: 'KafkaDeadLettersOld',
      severity: 'warning',
      signal: DEAD_LETTERS_AGE,
      // Where it is known what is drained, what stays behind is old and no matter.
      expression: (q, t) => {
        const known = `max without (${q.without('partition')}) (last_over_time(${q.series(UNDRAINED)}[1h]))`
        return `${DEAD_LETTERS_AGE.expression(q)} > ${t['dead-letters-age']} unless ${known}`
      },
      for: '5m',
      keepFiringFor: '5m',
      summary: `Dead letters grow old in ${TOPIC}${IN_CLUSTER}`,
      description: `The oldest dead letter in ${TOPIC} is ${DURATION} old, and no group is known that drains the topic.`,
      dashboard: 'dead-letters',
    },
    {
      name: 'KafkaDeadLettersUndrained',
      severity: 'warning',
      signal: DEAD_LETTERS_UNDRAINED,
      expression: (q, t) => ofTopics(standing(q, t['dead-letters-undrained'])),
      for: '0m',
      keepFiringFor: '10m',
      summary: `Nobody drains ${TOPIC}${IN_CLUSTER}`,
      description: t =>
        `${COUNT} dead letters wait in ${TOPIC}, and for ${spelt(t['dead-letters-undrained'])} its group has drained none of them.`,
      dashboard: 'dead-letters',
    },
    {
      name: 'KafkaDeadLettersMalformed',
      severity: 'info',
      signal: DEAD_LETTERS_MALFORMED,
      expression: q => `${q.merged(`increase(${q.series('kafka_dlq_malformed_headers_total')}[1h])`)} > 0`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `Headers of dead letters in ${TOPIC} make no sense${IN_CLUSTER}`,
      description: `About ${COUNT} dead letters of the last hour in ${TOPIC} have headers that cannot be read: where they come from or why may not be told.`,
      dashboard: 'dead-letters',
    },
  ],
}
