import { RECORDS_AFFECTED, RECORDS_UNDECODABLE, RECORDS_UNSAMPLED } from '../../signals/schema.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, IN_CLUSTER, TOPIC } from '../words.ts'
import { grown } from './grown.ts'

const REASON = '{{ $labels.reason }}'

export const SCHEMA: RuleGroup = {
  name: 'kafka-schema',
  meaning: 'Whether the records of watched topics are what their schemas say.',
  interval: '1m',
  recordings: [],
  alerts: [
    {
      name: 'KafkaSchemaDrops',
      severity: 'warning',
      signal: RECORDS_AFFECTED,
      // Ten minutes of growth and the ten of the window: a batch of bad records is none.
      expression: q => `${q.merged(`increase(${q.series('kafka_schema_affected_records_total')}[10m])`)} > 0`,
      for: '20m',
      keepFiringFor: '10m',
      summary: `Records of ${TOPIC} lose fields${IN_CLUSTER}`,
      description: `About ${COUNT} records of ${TOPIC} that were checked within 10 minutes would lose fields, or be refused, at a consumer that holds to their schema: ${REASON}.`,
      dashboard: 'schema',
    },
    {
      name: 'KafkaSchemaRecordsUndecodable',
      severity: 'warning',
      signal: RECORDS_UNDECODABLE,
      // While a registry is away nobody can say what an id means: that has an alert of its own.
      expression: (q, t) => {
        const window = t['undecodable-window']
        const up = q.series('kafka_health_dependency_up', 'kind="schema_registry"')
        const counter = 'kafka_schema_undecodable_records_total'
        const ids = q.merged(`last_over_time(${q.series(counter, 'reason="unknown_schema_id"')}[${window}])`)
        return [
          `(${grown(q, counter, window)})`,
          `unless (${ids} and on (job) ${q.merged(`min_over_time(${up}[${window}])`)} == 0)`,
        ].join('\n')
      },
      for: '0m',
      keepFiringFor: '5m',
      summary: `Records of ${TOPIC} cannot be decoded${IN_CLUSTER}`,
      description: `About ${COUNT} records of ${TOPIC} cannot be decoded: ${REASON}. A consumer that decodes them fails as well.`,
      dashboard: 'schema',
    },
    {
      name: 'KafkaSchemaWatchBlind',
      severity: 'warning',
      signal: RECORDS_UNSAMPLED,
      // By the offsets of the topic: where it may not be read, nothing is passed over either. Where they are published
      // for the topic as a whole, what was passed over tells that something came.
      expression: q => {
        const grew = (name: string) => `${q.merged(`increase(${q.series(name)}[15m])`)} > 0`
        const written = q.merged(`delta(${q.series('kafka_topic_partition_current_offset')}[15m])`)
        return [
          `(sum without (partition) (${written} > 0) and ${q.held('kafka_schema_records_checked_total')}`,
          `or ${grew('kafka_schema_records_unsampled_total')})`,
          `unless ${grew('kafka_schema_records_checked_total')}`,
          `unless ${grew('kafka_schema_fallback_decodes_total')}`,
          `unless ignoring (reason) ${grew('kafka_schema_undecodable_records_total')}`,
        ].join('\n')
      },
      for: '15m',
      keepFiringFor: '5m',
      summary: `No record of ${TOPIC} is checked${IN_CLUSTER}`,
      description: `About ${COUNT} records have come to ${TOPIC} in 15 minutes, and not one was looked at: what its schema is worth is not known.`,
      dashboard: 'schema',
    },
  ],
}
