import type { AlertCase } from '../promtool/alert-case.ts'
import { stages, steady } from '../promtool/timeline.ts'
import { counted, during, ofOne, ofSeveral, set, TOPIC } from './client.ts'

const flipped = { ...TOPIC, reason: 'type_flip' }
const sent = (severity: string, outcome: string) => ({ severity, outcome })

export const CLIENT_RECORDS: readonly AlertCase[] = [
  {
    name: 'KafkaClientRetrying: one a minute for forty minutes, by turns of two processes',
    set,
    until: '90m',
    series: [
      counted('retries', during(10, 50, 1 / 2), { ...TOPIC, instance: 'a' }),
      counted('retries', during(11, 51, 1 / 2), { ...TOPIC, instance: 'b' }),
    ],
    fires: [
      {
        alert: 'KafkaClientRetrying',
        labels: TOPIC,
        notAt: '31m',
        at: '33m',
        stillAt: '68m',
        overAt: '73m',
        summary: 'payments fails at records of orders, over and over',
        description:
          'Consumers of payments had to try records of orders again about 10 times in 10 minutes, and have for half an hour.',
      },
    ],
    without: ofSeveral,
  },
  {
    name: 'KafkaClientRetrying: a database that restarts for five minutes',
    set,
    until: '50m',
    series: [counted('retries', during(10, 15, 30))],
    fires: [],
    silent: ['KafkaClientRetrying'],
    without: ofOne,
  },
  {
    name: 'KafkaClientDeadLetters: three, by two processes',
    set,
    until: '40m',
    series: [
      counted('dead_letters', stages(steady(0), ['10m', steady(2)]), { ...TOPIC, instance: 'a' }),
      counted('dead_letters', stages(steady(0), ['10m', steady(1)]), { ...TOPIC, instance: 'b' }),
    ],
    fires: [
      {
        alert: 'KafkaClientDeadLetters',
        labels: TOPIC,
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
        summary: 'payments parks records of orders',
        description:
          'Consumers of payments could not process about 3 records of orders, and have parked them.',
      },
    ],
    without: ofSeveral,
  },
  {
    name: 'KafkaClientDeadLetters: a process that starts anew, and old ones',
    set,
    until: '40m',
    series: [counted('dead_letters', stages(steady(7), ['10m', steady(0)]))],
    fires: [],
    silent: ['KafkaClientDeadLetters'],
    without: ofOne,
  },
  {
    name: 'KafkaClientDeadLettersFailing: for ten minutes, by two processes',
    set,
    until: '40m',
    series: [
      counted('dead_letter_failures', during(10, 20), { ...TOPIC, instance: 'a' }),
      counted('dead_letter_failures', during(10, 20), { ...TOPIC, instance: 'b' }),
    ],
    fires: [
      {
        alert: 'KafkaClientDeadLettersFailing',
        labels: TOPIC,
        notAt: '15m',
        at: '16m',
        stillAt: '28m',
        overAt: '31m',
        summary: 'payments cannot park records of orders',
        description:
          'Consumers of payments could not write records of orders to its dead-letter topic, about 10 times in 5 minutes. Nothing is lost: their partitions wait.',
      },
    ],
    without: ofSeveral,
  },
  {
    name: 'KafkaClientDeadLettersFailing: one that succeeds at the next attempt',
    set,
    until: '30m',
    series: [counted('dead_letter_failures', stages(steady(0), ['10m', steady(1)]))],
    fires: [],
    silent: ['KafkaClientDeadLettersFailing'],
    without: ofOne,
  },
  {
    name: 'KafkaClientFieldsDropped: two a minute for forty minutes, by two processes',
    set,
    until: '90m',
    series: [
      counted('dropped_fields', during(10, 50), { ...flipped, instance: 'a' }),
      counted('dropped_fields', during(10, 50), { ...flipped, instance: 'b' }),
      counted('dropped_fields', steady(5), { ...TOPIC, reason: 'case_collision' }),
    ],
    fires: [
      {
        alert: 'KafkaClientFieldsDropped',
        labels: flipped,
        notAt: '30m30s',
        at: '31m30s',
        stillAt: '68m',
        overAt: '72m',
        summary: 'payments drops fields of orders',
        description:
          'Consumers of payments have dropped about 20 fields of records of orders in 10 minutes: type_flip.',
      },
    ],
    without: ofSeveral,
  },
  {
    name: 'KafkaClientFieldsDropped: a batch of bad records for eight minutes',
    set,
    until: '50m',
    series: [counted('dropped_fields', during(10, 18, 50), flipped)],
    fires: [],
    silent: ['KafkaClientFieldsDropped'],
    without: ofOne,
  },
  {
    name: 'KafkaClientAlertsFailing: of both severities, by two processes',
    set,
    until: '40m',
    series: [
      counted('alerts', stages(steady(0), ['10m', steady(1)]), {
        ...sent('critical', 'failed'),
        instance: 'a',
      }),
      counted('alerts', stages(steady(0), ['10m', steady(2)]), { ...sent('low', 'failed'), instance: 'b' }),
    ],
    fires: [
      {
        alert: 'KafkaClientAlertsFailing',
        labels: {},
        notAt: '9m',
        at: '10m',
        stillAt: '28m',
        overAt: '31m',
        summary: 'Alerts of a service reach nobody',
        description: 'About 3 alerts that kafka sent by itself failed at every sink.',
      },
    ],
    without: ofSeveral,
  },
  {
    name: 'KafkaClientAlertsFailing: sent and suppressed ones',
    set,
    until: '30m',
    series: [
      counted('alerts', during(5, 15), sent('critical', 'sent')),
      counted('alerts', during(5, 15, 100), sent('critical', 'suppressed')),
      counted('alerts', steady(3), sent('critical', 'failed')),
    ],
    fires: [],
    silent: ['KafkaClientAlertsFailing'],
    without: ofOne,
  },
]
