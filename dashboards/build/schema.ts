import { DEPENDENCY_UP } from '../../src/signals/dependencies.ts'
import {
  FALLBACK_DECODES,
  FIELDS_DROPPED,
  RECORDS_AFFECTED,
  RECORDS_CHECKED,
  RECORDS_UNDECODABLE,
  RECORDS_UNSAMPLED,
} from '../../src/signals/schema.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number, ups, worstLines } from './panels.ts'
import { grown, q } from './query.ts'

const meanwhile = (name: string) => `round(sum(${grown(name, '$__range')})) or vector(0)`
const perSecond = (name: string) => q.merged(q.rate(name))

/** What became of the records: each is one of these. */
const OUTCOMES: readonly (readonly [name: string, word: string])[] = [
  ['kafka_schema_records_checked_total', 'checked'],
  ['kafka_schema_fallback_decodes_total', 'read without their schema'],
  ['kafka_schema_undecodable_records_total', 'impossible to decode'],
  ['kafka_schema_records_unsampled_total', 'not looked at'],
]

export const SCHEMA: DashboardSpec = {
  name: 'schema',
  title: 'Kafka health / Schema',
  description:
    'Whether the records of watched topics are what their schemas say, and what is lost where not.',
  text: 'Are fields lost, on which topic, and why? Can the records be decoded at all? Which fields they are is in the log, and in the API under `/api/v1/schemas`.',
  variables: ['kafka_cluster', 'topic', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'All watched topics in six numbers.',
      panels: [
        number(FIELDS_DROPPED, meanwhile('kafka_schema_dropped_fields_total'), {
          title: 'Fields dropped meanwhile',
          meaning: 'bad-above-0',
        }),
        number(RECORDS_AFFECTED, meanwhile('kafka_schema_affected_records_total'), {
          title: 'Records affected meanwhile',
          meaning: 'bad-above-0',
        }),
        number(RECORDS_UNDECODABLE, meanwhile('kafka_schema_undecodable_records_total'), {
          title: 'Undecodable records meanwhile',
          meaning: 'bad-above-0',
        }),
        number(FALLBACK_DECODES, meanwhile('kafka_schema_fallback_decodes_total'), {
          title: 'Read without a schema meanwhile',
        }),
        number(RECORDS_CHECKED, meanwhile('kafka_schema_records_checked_total'), {
          title: 'Records checked meanwhile',
        }),
        number(RECORDS_UNSAMPLED, meanwhile('kafka_schema_records_unsampled_total'), {
          title: 'Not looked at meanwhile',
        }),
      ],
    },
    {
      title: 'Drops',
      text: 'What a consumer that holds to the schema drops. Reasons are explained in `docs/schema-drift.md`.',
      panels: [
        {
          kind: 'table',
          title: 'Topics that lose fields',
          description: `${FIELDS_DROPPED.description} Those that lose most in the time shown.`,
          unit: 'short',
          width: 24,
          height: 9,
          targets: [
            {
              expression: `topk($limit, round(${grown('kafka_schema_dropped_fields_total', '$__range')}) > 0)`,
              legend: '',
            },
          ],
          columns: [{ heading: 'Fields', unit: 'short' }],
          labels: { kafka_cluster: 'Cluster', topic: 'Topic', reason: 'Reason' },
          sortBy: 'Fields',
          drill: { dashboard: 'topic', label: 'topic', variable: 'topic' },
        },
        worstLines(FIELDS_DROPPED, '{{topic}}: {{reason}}', {
          expression: grown('kafka_schema_dropped_fields_total'),
        }),
        worstLines(RECORDS_AFFECTED, '{{topic}}: {{reason}}', {
          expression: grown('kafka_schema_affected_records_total'),
        }),
      ],
    },
    {
      title: 'Records',
      text: 'What became of the records, and whether the registry answers. While it does not, what is known already is used, and the rest is read as plain JSON.',
      panels: [
        lines(RECORDS_CHECKED, '', {
          title: 'Records by what became of them',
          description:
            'Records a second of the watched topics: checked, read without their schema, impossible to decode, or not looked at. Each is one of these.',
          unit: 'cps',
          targets: OUTCOMES.map(([name, word]) => ({
            expression: `sum(${perSecond(name)})`,
            legend: word,
          })),
        }),
        worstLines(RECORDS_UNDECODABLE, '{{topic}}: {{reason}}', {
          expression: grown('kafka_schema_undecodable_records_total'),
        }),
        ups(DEPENDENCY_UP, '{{dependency}}', {
          title: 'Schema registries',
          targets: [
            {
              expression: q.held('kafka_health_dependency_up', 'kind="schema_registry"'),
              legend: '{{dependency}}',
            },
          ],
        }),
        worstLines(FALLBACK_DECODES, '{{topic}}', {
          expression: grown('kafka_schema_fallback_decodes_total'),
        }),
      ],
    },
  ],
}
