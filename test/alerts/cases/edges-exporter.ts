import { type AlertCase, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const ofA = { instance: 'a' }
const without = {
  'one scrape in ten missing': 'what windows add up is another sum then',
  'a pair of exporters': 'it is about one exporter',
}
const failed = { stage: 'groups', code: 'GROUP_AUTHORIZATION_FAILED' }
const poll = (seconds: Timeline, interval: Timeline) => [
  series('kafka_health_exporter_poll_duration_seconds', { phase: 'offsets' }, seconds),
  series('kafka_health_exporter_poll_interval_seconds', {}, interval),
]

export const EXPORTER_EDGES: readonly AlertCase[] = [
  {
    name: 'KafkaHealthExporterPollFailing: ten minutes after a broker was down',
    until: '40m',
    series: [
      series('kafka_health_exporter_poll_errors_total', failed, growing(1 / 15)),
      series('kafka_broker_up', { id: '1' }, stages(steady(1), ['5m', steady(0)], ['6m', steady(1)])),
    ],
    fires: [
      { alert: 'KafkaHealthExporterPollFailing', labels: { ...ofA, ...failed }, notAt: '35m30s', at: '36m' },
    ],
    without,
  },
  {
    name: 'KafkaHealthExporterPollSlow: when it is on average of ten minutes',
    until: '50m',
    series: poll(stages(steady(1), ['20m', steady(14)]), steady(15)),
    // 14 for eight and a half of ten minutes, and 15 more.
    fires: [{ alert: 'KafkaHealthExporterPollSlow', labels: ofA, notAt: '42m30s', at: '44m' }],
    without,
  },
  {
    name: 'KafkaHealthExporterPollSlow: for ten minutes after the exporter is gone, and ten in which it keeps firing',
    until: '50m',
    series: poll(stages(steady(14), ['20m', absent]), stages(steady(15), ['20m', absent])),
    fires: [{ alert: 'KafkaHealthExporterPollSlow', labels: ofA, at: '16m', stillAt: '39m', overAt: '41m' }],
    without,
  },
  {
    name: 'KafkaHealthExporterStateNotSaved: one write in ten minutes',
    until: '45m',
    series: [series('kafka_health_exporter_state_write_errors_total', {}, t => Math.floor(t / 600))],
    fires: [{ alert: 'KafkaHealthExporterStateNotSaved', labels: ofA, notAt: '19m30s', at: '20m' }],
    without,
  },
  {
    name: 'KafkaHealthExporterProbesDeferred: a single one, for long',
    until: '30m',
    series: [series('kafka_health_exporter_probes_deferred', {}, steady(1))],
    fires: [{ alert: 'KafkaHealthExporterProbesDeferred', labels: ofA, notAt: '19m30s', at: '20m' }],
    without,
  },
]
