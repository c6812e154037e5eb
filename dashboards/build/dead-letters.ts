import {
  DEAD_LETTER_CAUSES,
  DEAD_LETTERS_AGE,
  DEAD_LETTERS_ARRIVED,
  DEAD_LETTERS_HELD,
  DEAD_LETTERS_LAST,
  DEAD_LETTERS_MALFORMED,
  DEAD_LETTERS_UNDRAINED,
} from '../../src/signals/dead-letters.ts'
import type { Signal } from '../../src/signals/signal.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { number, worstLines } from './panels.ts'
import { grown, q } from './query.ts'

const arrived = (window?: '$__range') =>
  `sum without (partition) (${grown('kafka_dlq_records_total', window)})`
const ofThoseThatHoldMost = ({ expression }: Signal) => ({
  expression: `${expression(q)}\nand on (kafka_cluster, topic) topk($limit, ${DEAD_LETTERS_HELD.expression(q)})`,
  legend: '',
})

export const DEAD_LETTERS: DashboardSpec = {
  name: 'dead-letters',
  title: 'Kafka health / Dead letters',
  description: 'What consumers have parked in dead-letter topics, why, and whether anybody deals with it.',
  text: 'Do new ones arrive? From where, and why? Does anybody deal with them? Commands to look at them and to send them back: `kafka-health-exporter dlq --help`.',
  variables: ['kafka_cluster', 'topic', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'All dead-letter topics in six numbers.',
      panels: [
        number(DEAD_LETTERS_ARRIVED, `round(sum(${arrived('$__range')})) or vector(0)`, {
          title: 'New dead letters meanwhile',
          meaning: 'bad-above-0',
        }),
        number(DEAD_LETTERS_UNDRAINED, `sum(${DEAD_LETTERS_UNDRAINED.expression(q)})`, {
          meaning: 'bad-above-0',
        }),
        number(DEAD_LETTERS_HELD, `sum(${DEAD_LETTERS_HELD.expression(q)})`),
        number(DEAD_LETTERS_AGE, `max(${DEAD_LETTERS_AGE.expression(q)})`),
        number(DEAD_LETTERS_LAST, `min(${DEAD_LETTERS_LAST.expression(q)})`),
        number(
          DEAD_LETTERS_MALFORMED,
          `round(sum(${grown('kafka_dlq_malformed_headers_total', '$__range')})) or vector(0)`,
          { title: 'Malformed headers meanwhile' },
        ),
      ],
    },
    {
      title: 'Topics',
      text: 'The dead-letter topics that hold most. A click opens the topic, with the groups that read it.',
      panels: [
        {
          kind: 'table',
          title: 'Dead-letter topics',
          description: `${DEAD_LETTERS_HELD.description} Those that hold most.`,
          unit: 'short',
          width: 24,
          height: 9,
          targets: [DEAD_LETTERS_HELD, DEAD_LETTERS_UNDRAINED, DEAD_LETTERS_AGE, DEAD_LETTERS_LAST].map(
            ofThoseThatHoldMost,
          ),
          columns: [
            { heading: 'Held', unit: 'short' },
            { heading: 'Not drained', unit: 'short' },
            { heading: 'Oldest', unit: 's' },
            { heading: 'Newest', unit: 's' },
          ],
          labels: { kafka_cluster: 'Cluster', topic: 'Topic' },
          sortBy: 'Held',
          drill: { dashboard: 'topic', label: 'topic', variable: 'topic' },
        },
        worstLines(DEAD_LETTERS_ARRIVED, '{{topic}}', { expression: arrived() }),
        worstLines(DEAD_LETTERS_HELD, '{{topic}}'),
        worstLines(DEAD_LETTERS_UNDRAINED, '{{topic}}'),
        worstLines(DEAD_LETTERS_AGE, '{{topic}}'),
      ],
    },
    {
      title: 'Causes',
      text: 'What the headers say of those that arrived meanwhile. A cause is the name of an exception, never its text.',
      panels: [
        {
          kind: 'table',
          title: DEAD_LETTER_CAUSES.title,
          description: DEAD_LETTER_CAUSES.description,
          unit: 'short',
          width: 24,
          height: 9,
          targets: [
            {
              expression: `topk($limit, round(${grown('kafka_dlq_cause_total', '$__range')}) > 0)`,
              legend: '',
            },
          ],
          columns: [{ heading: 'Dead letters', unit: 'short' }],
          labels: {
            kafka_cluster: 'Cluster',
            topic: 'Dead-letter topic',
            source_topic: 'From',
            consumergroup: 'Group',
            cause: 'Cause',
          },
          sortBy: 'Dead letters',
        },
        worstLines(DEAD_LETTER_CAUSES, '{{cause}}', {
          title: 'By cause',
          expression: `sum by (kafka_cluster, cause) (${grown('kafka_dlq_cause_total')})`,
          width: 12,
        }),
        worstLines(DEAD_LETTERS_MALFORMED, '{{topic}}', {
          expression: grown('kafka_dlq_malformed_headers_total'),
        }),
      ],
    },
  ],
}
