import { ofAllProcesses } from '../../signals/all-processes.ts'
import {
  CLIENT_ALERTS,
  CLIENT_DEAD_LETTER_FAILURES,
  CLIENT_DEAD_LETTERS,
  CLIENT_DROPPED_FIELDS,
  CLIENT_RETRIES,
} from '../../signals/consumer-client.ts'
import type { Query } from '../../signals/query.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, GROUP, TOPIC } from '../words.ts'

/** By how much a counter grew in all processes together. */
const grew = (q: Query, series: string, window: string, ...labels: readonly string[]) =>
  `${ofAllProcesses(q, `increase(${series}[${window}])`, ...labels)} > 0`

export const CLIENT_RECORDS: RuleGroup = {
  name: 'kafka-client-records',
  meaning:
    'What becomes of records that consumers with the kit cannot process, and of what they say themselves.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaClientRetrying',
      severity: 'warning',
      signal: CLIENT_RETRIES,
      // Ten minutes of growth and the twenty of the window: a record that fails at first is none.
      expression: q => grew(q, q.series('kafka_consumer_client_retries_total'), '10m'),
      for: '20m',
      keepFiringFor: '10m',
      summary: `${GROUP} fails at records of ${TOPIC}, over and over`,
      description: `Consumers of ${GROUP} had to try records of ${TOPIC} again about ${COUNT} times in 10 minutes, and have for half an hour.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientDeadLetters',
      severity: 'warning',
      signal: CLIENT_DEAD_LETTERS,
      expression: (q, t) =>
        grew(q, q.series('kafka_consumer_client_dead_letters_total'), t['client-dead-letters-window']),
      for: '0m',
      keepFiringFor: '5m',
      summary: `${GROUP} parks records of ${TOPIC}`,
      description: `Consumers of ${GROUP} could not process about ${COUNT} records of ${TOPIC}, and have parked them.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientDeadLettersFailing',
      severity: 'critical',
      signal: CLIENT_DEAD_LETTER_FAILURES,
      expression: q => grew(q, q.series('kafka_consumer_client_dead_letter_failures_total'), '5m'),
      for: '5m',
      keepFiringFor: '5m',
      summary: `${GROUP} cannot park records of ${TOPIC}`,
      description: `Consumers of ${GROUP} could not write records of ${TOPIC} to its dead-letter topic, about ${COUNT} times in 5 minutes. Nothing is lost: their partitions wait.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientFieldsDropped',
      severity: 'warning',
      signal: CLIENT_DROPPED_FIELDS,
      expression: q => grew(q, q.series('kafka_consumer_client_dropped_fields_total'), '10m'),
      for: '20m',
      keepFiringFor: '10m',
      summary: `${GROUP} drops fields of ${TOPIC}`,
      description: `Consumers of ${GROUP} have dropped about ${COUNT} fields of records of ${TOPIC} in 10 minutes: {{ $labels.reason }}.`,
      dashboard: 'consumer',
    },
    {
      name: 'KafkaClientAlertsFailing',
      severity: 'warning',
      signal: CLIENT_ALERTS,
      // Its own severity would stand in the way of that of the alert.
      expression: q =>
        grew(
          q,
          q.series('kafka_consumer_client_alerts_total', 'outcome="failed"'),
          '15m',
          'severity',
          'outcome',
        ),
      for: '0m',
      keepFiringFor: '5m',
      summary: 'Alerts of a service reach nobody',
      description:
        'About {{ printf "%.0f" $value }} alerts that {{ $labels.job }} sent by itself failed at every sink.',
      dashboard: 'consumer',
    },
  ],
}
