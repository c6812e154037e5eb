import { ofAllProcesses } from '../../src/signals/all-processes.ts'
import {
  CLIENT_ALERTS,
  CLIENT_CRASHES,
  CLIENT_DEAD_LETTER_FAILURES,
  CLIENT_DEAD_LETTERS,
  CLIENT_DROPPED_FIELDS,
  CLIENT_LAG,
  CLIENT_LIVE,
  CLIENT_PROCESSED,
  CLIENT_PROCESSING,
  CLIENT_READY,
  CLIENT_REBALANCES,
  CLIENT_RETRIES,
  CLIENT_STALLED,
} from '../../src/signals/consumer-client.ts'
import type { Signal } from '../../src/signals/signal.ts'
import type { DashboardSpec, PanelSpec } from './panel-spec.ts'
import { atEnd, number, onLabelsOf, ups, worstLines } from './panels.ts'
import { q } from './query.ts'

/** By how much a counter of services grew, in all processes together. */
const grewIn = (window: '$__rate_interval' | '$__range', name: string, ...labels: readonly string[]) =>
  ofAllProcesses(q, `increase(${q.series(`kafka_consumer_client_${name}`)}[${window}])`, ...labels)
const grew = (name: string, ...labels: readonly string[]) => grewIn('$__rate_interval', name, ...labels)
const meanwhile = (name: string) => `round(sum(${grewIn('$__range', name)})) or vector(0)`

const OF_TOPIC = '{{consumergroup}}: {{topic}}'

/** A row for each process, as many as `$limit` says, those first whose probe fails. */
const probes = (signal: Signal): PanelSpec => {
  const answer = signal.expression(q)
  const expression = `${answer}\nand on (${onLabelsOf(signal)}) bottomk($limit, ${atEnd(answer)})`
  return ups(signal, '', { targets: [{ expression, legend: '{{consumergroup}}: {{instance}}' }] })
}

const failing = (signal: Signal, title: string): PanelSpec =>
  number(signal, `count(${signal.expression(q)} == 0) or vector(0)`, {
    title,
    unit: 'short',
    meaning: 'bad-above-0',
  })

export const CONSUMER: DashboardSpec = {
  name: 'consumer',
  title: 'Kafka health / Consumer',
  description:
    'What consumers with the kit tell of themselves: probes, progress, retries and parked records.',
  text: 'Which process is stuck, and what do consumers do with records that they cannot process? It is what the processes tell themselves; what is seen from outside is on Group.',
  variables: ['kafka_cluster', 'service_job', 'consumergroup', 'topic', 'limit'],
  rows: [
    {
      title: 'Now',
      text: 'All consumers in six numbers.',
      panels: [
        failing(CLIENT_LIVE, 'Not live'),
        failing(CLIENT_READY, 'Not ready'),
        number(CLIENT_LAG, `sum(${CLIENT_LAG.expression(q)})`),
        number(CLIENT_DEAD_LETTERS, meanwhile('dead_letters_total'), {
          title: 'Records parked meanwhile',
          meaning: 'bad-above-0',
        }),
        number(CLIENT_RETRIES, meanwhile('retries_total'), { title: 'Retries meanwhile' }),
        number(CLIENT_CRASHES, meanwhile('crashes_total'), {
          title: 'Crashes meanwhile',
          meaning: 'bad-above-0',
        }),
      ],
    },
    {
      title: 'Probes',
      text: 'What each process answers to its probes. One that is not live is restarted by Kubernetes, if it is asked.',
      panels: [probes(CLIENT_LIVE), probes(CLIENT_READY)],
    },
    {
      title: 'Progress',
      text: 'Whether the work gets on, and how long it takes. A stall clock that starts again and again is a process that is restarted and stops at the same record.',
      panels: [
        worstLines(CLIENT_STALLED, '{{consumergroup}}: {{topic}}/{{partition}}'),
        worstLines(CLIENT_LAG, OF_TOPIC),
        worstLines(CLIENT_PROCESSED, OF_TOPIC),
        worstLines(CLIENT_PROCESSING, OF_TOPIC),
      ],
    },
    {
      title: 'Records',
      text: 'What consumers cannot process: tried again, parked, or stripped of fields. What lies in dead-letter topics is on Dead letters.',
      panels: [
        worstLines(CLIENT_RETRIES, OF_TOPIC, { expression: grew('retries_total') }),
        worstLines(CLIENT_DEAD_LETTERS, OF_TOPIC, { expression: grew('dead_letters_total') }),
        worstLines(CLIENT_DEAD_LETTER_FAILURES, OF_TOPIC, { expression: grew('dead_letter_failures_total') }),
        worstLines(CLIENT_DROPPED_FIELDS, `${OF_TOPIC}: {{reason}}`, {
          expression: grew('dropped_fields_total'),
        }),
      ],
    },
    {
      title: 'Processes',
      text: 'What interrupts the work, and what services report by themselves.',
      panels: [
        worstLines(CLIENT_REBALANCES, '{{consumergroup}}', {
          width: 8,
          expression: q.merged(
            `increase(${q.series('kafka_consumer_client_rebalances_total')}[$__rate_interval])`,
          ),
        }),
        worstLines(CLIENT_CRASHES, '{{consumergroup}}', { width: 8, expression: grew('crashes_total') }),
        worstLines(CLIENT_ALERTS, '{{outcome}}', {
          width: 8,
          expression: grew('alerts_total', 'severity'),
        }),
      ],
    },
  ],
}
