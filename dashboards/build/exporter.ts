import {
  CONFIG_RELOADED,
  CPU,
  EVENT_LOOP,
  EXPORTER_BUILD,
  MEMORY,
  POLL_AGE,
  POLL_ERRORS,
  POLL_PHASES,
  POLL_SECONDS,
  PROBE_BYTES,
  PROBES_DEFERRED,
  REQUESTS,
  SCRAPE_SECONDS,
  SERIES_LEFT_OUT,
  SERIES_PUBLISHED,
  STATE_WRITE_ERRORS,
} from '../../src/signals/exporter.ts'
import type { DashboardSpec } from './panel-spec.ts'
import { lines, number } from './panels.ts'
import { q } from './query.ts'

export const EXPORTER: DashboardSpec = {
  name: 'exporter',
  title: 'Kafka health / Exporter',
  description: 'Whether the exporter can be believed, and what it costs.',
  text: 'Can the others be believed? What does it cost? Exporters of a pair are told apart by `instance`.',
  variables: ['kafka_cluster'],
  rows: [
    {
      title: 'Now',
      text: 'Is it polling, and does it read everything?',
      panels: [
        number(POLL_AGE, `max(${POLL_AGE.expression(q)})`, { width: 6 }),
        number(POLL_SECONDS, `max(${POLL_SECONDS.expression(q)})`, { width: 6 }),
        number(POLL_ERRORS, `sum(increase(${POLL_ERRORS.expression(q)}[$__range]))`, {
          title: 'Failed reads meanwhile',
          width: 6,
          meaning: 'bad-above-0',
        }),
        number(SERIES_PUBLISHED, `sum(${q.series('kafka_health_exporter_series')})`, { width: 6 }),
        {
          kind: 'table',
          title: EXPORTER_BUILD.title,
          description: EXPORTER_BUILD.description,
          unit: 'none',
          width: 24,
          height: 4,
          targets: [{ expression: EXPORTER_BUILD.expression(q), legend: '' }],
          columns: [{ heading: 'There', unit: 'none' }],
          labels: { job: 'Job', instance: 'Instance', version: 'Version', node_version: 'Node.js' },
          sortBy: 'Instance',
        },
      ],
    },
    {
      title: 'Polls',
      text: 'One poll reads everything of a cluster. It has to end well before the next begins.',
      panels: [
        lines(POLL_PHASES, '{{phase}} on {{instance}} {{kafka_cluster}}', {
          targets: [
            { expression: POLL_PHASES.expression(q), legend: '{{phase}} on {{instance}} {{kafka_cluster}}' },
            {
              expression: `min(${q.series('kafka_health_exporter_poll_interval_seconds')})`,
              legend: 'interval',
            },
          ],
        }),
        lines(POLL_ERRORS, '{{stage}}: {{code}}', {
          targets: [
            {
              expression: `sum by (stage, code) (${q.rate('kafka_health_exporter_poll_errors_total')})`,
              legend: '{{stage}}: {{code}}',
            },
          ],
          unit: 'cps',
        }),
        lines(REQUESTS, '{{api}}'),
        lines(PROBE_BYTES, '{{instance}} {{kafka_cluster}}'),
        lines(PROBES_DEFERRED, '{{instance}} {{kafka_cluster}}'),
        lines(CONFIG_RELOADED, '{{instance}}'),
        lines(STATE_WRITE_ERRORS, '{{instance}} {{kafka_cluster}}', {
          unit: 'cps',
          targets: [
            {
              expression: `sum by (instance, kafka_cluster) (${q.rate('kafka_health_exporter_state_write_errors_total')})`,
              legend: '{{instance}} {{kafka_cluster}}',
            },
          ],
        }),
      ],
    },
    {
      title: 'Cost',
      text: 'What it takes of the machine and of Prometheus.',
      panels: [
        lines(CPU, '{{instance}}', { width: 8 }),
        lines(MEMORY, '{{instance}}', { width: 8 }),
        lines(EVENT_LOOP, '{{instance}}', { width: 8 }),
        lines(SCRAPE_SECONDS, '{{instance}}', { width: 8 }),
        lines(SERIES_PUBLISHED, '{{family}}', {
          width: 8,
          targets: [{ expression: `topk(15, ${SERIES_PUBLISHED.expression(q)})`, legend: '{{family}}' }],
        }),
        lines(SERIES_LEFT_OUT, '{{family}}', {
          width: 8,
          targets: [{ expression: `topk(15, ${SERIES_LEFT_OUT.expression(q)})`, legend: '{{family}}' }],
        }),
      ],
    },
  ],
}
