import { LAG_MESSAGES_BY_TOPIC } from '../../src/signals/consumer-lag.ts'
import { RETENTION_HEADROOM } from '../../src/signals/consumer-loss.ts'
import { HUNG_TRANSACTION } from '../../src/signals/consumer-states.ts'
import { FUTURE_TIMESTAMPS, TOPIC_READ_ERRORS, TOPIC_UP } from '../../src/signals/reachability.ts'
import {
  MESSAGES_KEPT,
  NOT_PREFERRED,
  PARTITION_COUNT,
  READERS,
  TOPIC_UNDER_REPLICATED,
  TOPIC_WRITE_RATE,
} from '../../src/signals/topics.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { least, number, onLabelsOf, ups, worstLines } from './panels.ts'
import { grown, q } from './query.ts'

const toGroup = { dashboard: 'group', label: 'consumergroup', variable: 'consumergroup' }

export const TOPIC: DashboardSpec = {
  name: 'topic',
  title: 'Kafka health / Topic',
  description: 'Whether a topic can be written and read, by whom it is, and how far behind its readers are.',
  text: 'Can it be written and read? Who reads it, and how far behind? Choose one topic above.',
  variables: ['kafka_cluster', 'topic', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'The topic in six numbers.',
      panels: [
        number(TOPIC_UP, `count(${TOPIC_UP.expression(q)} == 0) or vector(0)`, {
          title: 'Topics down',
          unit: 'short',
          meaning: 'bad-above-0',
        }),
        number(PARTITION_COUNT, `sum(${PARTITION_COUNT.expression(q)})`),
        number(READERS, `sum(${READERS.expression(q)})`),
        number(TOPIC_WRITE_RATE, `sum(${TOPIC_WRITE_RATE.expression(q)})`),
        number(TOPIC_UNDER_REPLICATED, `sum(${TOPIC_UNDER_REPLICATED.expression(q)})`, {
          meaning: 'bad-above-0',
        }),
        number(HUNG_TRANSACTION, `count(${HUNG_TRANSACTION.expression(q)}) or vector(0)`, {
          unit: 'short',
          meaning: 'bad-above-0',
        }),
      ],
    },
    {
      title: 'Readers',
      text: 'The groups that commit on it. A click opens the group.',
      panels: [
        {
          kind: 'table',
          title: 'Groups that read it',
          description: `${LAG_MESSAGES_BY_TOPIC.description} The groups that are furthest behind.`,
          unit: 'short',
          width: 12,
          height: 9,
          targets: [{ expression: `topk($limit, ${LAG_MESSAGES_BY_TOPIC.expression(q)})`, legend: '' }],
          columns: [{ heading: 'Lag in messages', unit: 'short' }],
          labels: { kafka_cluster: 'Cluster', topic: 'Topic', consumergroup: 'Group' },
          sortBy: 'Lag in messages',
          drill: toGroup,
        },
        worstLines(RETENTION_HEADROOM, '{{consumergroup}} on {{topic}}', { height: 9, pick: least }),
      ],
    },
    {
      title: 'Records',
      text: 'What is written, and what is kept.',
      panels: [worstLines(TOPIC_WRITE_RATE, '{{topic}}'), worstLines(MESSAGES_KEPT, '{{topic}}')],
    },
    {
      title: 'Health',
      text: 'Leaders, replicas, and what could not be read. The dashboard of the cluster says which broker it is.',
      panels: [
        ups(TOPIC_UP, '{{topic}}', {
          targets: [{ expression: least(TOPIC_UP.expression(q), onLabelsOf(TOPIC_UP)), legend: '{{topic}}' }],
        }),
        worstLines(TOPIC_UNDER_REPLICATED, '{{topic}}'),
        worstLines(NOT_PREFERRED, '{{topic}}', { width: 8 }),
        worstLines(TOPIC_READ_ERRORS, '{{topic}}: {{code}}', {
          width: 8,
          expression: grown('kafka_topic_read_errors_total'),
        }),
        worstLines(FUTURE_TIMESTAMPS, '{{topic}}', {
          width: 8,
          expression: grown('kafka_topic_future_timestamps_total'),
        }),
      ],
    },
  ],
}
