import { type AlertCase, series } from '../promtool/alert-case.ts'
import { absent, growing, stages, steady, type Timeline } from '../promtool/timeline.ts'

const build = (timeline: Timeline) =>
  series('kafka_health_exporter_build_info', { version: '0.1.0', node_version: 'v20.20.2' }, timeline)
const errors = (timeline: Timeline) =>
  series(
    'kafka_health_exporter_poll_errors_total',
    { stage: 'groups', code: 'GROUP_AUTHORIZATION_FAILED' },
    timeline,
  )
const reloaded = (timeline: Timeline) =>
  series('kafka_health_exporter_config_last_reload_successful', {}, timeline)
const phases = (seconds: number) =>
  ['topology', 'offsets'].map(phase =>
    series('kafka_health_exporter_poll_duration_seconds', { phase }, steady(seconds / 2)),
  )
const interval = series('kafka_health_exporter_poll_interval_seconds', {}, steady(15))
const ofA = { instance: 'a' }
const pair = 'it is about one exporter, and each of a pair has an alert of its own'

export const EXPORTER: readonly AlertCase[] = [
  {
    name: 'an exporter that cannot be scraped, until it is back',
    until: '45m',
    series: [
      build(stages(steady(1), ['10m', absent], ['30m', steady(1)])),
      series('up', {}, stages(steady(1), ['10m', steady(0)], ['30m', steady(1)])),
      series('kafka_up', {}, stages(steady(1), ['10m', absent], ['30m', steady(1)])),
    ],
    fires: [
      {
        alert: 'KafkaHealthExporterAbsent',
        labels: { job: '' },
        notAt: '14m30s',
        at: '15m',
        stillAt: '29m30s',
        overAt: '31m',
        summary: 'No Kafka health exporter is scraped',
        description:
          'Prometheus has no exporter to scrape: nothing is known of Kafka, and no other alert can fire.',
      },
      {
        alert: 'KafkaHealthExporterTargetDown',
        labels: ofA,
        notAt: '14m30s',
        at: '15m',
        stillAt: '34m30s',
        overAt: '36m',
        summary: 'a cannot be scraped',
        description: 'Prometheus cannot scrape a, which was an exporter of Kafka within the day.',
      },
    ],
    silent: ['KafkaHealthExporterClusterUnobserved'],
    without: {
      'one scrape in ten missing': 'it is about missing scrapes',
      'a pair of exporters': pair,
    },
  },
  {
    name: 'an exporter that is restarted, with other targets of the job down for long',
    until: '30m',
    series: [
      build(stages(steady(1), ['10m', absent], ['13m', steady(1)])),
      series('up', {}, stages(steady(1), ['10m', steady(0)], ['13m', steady(1)])),
      series('kafka_up', {}, stages(steady(1), ['10m', absent], ['14m', steady(1)])),
      series('up', { instance: 'other', job: 'node' }, steady(0)),
    ],
    fires: [],
    silent: [
      'KafkaHealthExporterAbsent',
      'KafkaHealthExporterTargetDown',
      'KafkaHealthExporterClusterUnobserved',
    ],
  },
  {
    name: 'KafkaHealthExporterClusterUnobserved: a poll that hangs, of one cluster of two',
    until: '50m',
    series: [
      series('kafka_up', { kafka_cluster: 'east' }, stages(steady(1), ['10m', absent], ['30m', steady(1)])),
      series('kafka_up', { kafka_cluster: 'west' }, steady(1)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterClusterUnobserved',
        labels: { kafka_cluster: 'east' },
        // Held over for 3 minutes, then for 5.
        notAt: '17m30s',
        at: '18m',
        stillAt: '29m30s',
        overAt: '31m',
        summary: 'Kafka cluster east is no longer observed',
        description:
          'No exporter tells of the cluster any more: its polls hang, it cannot be scraped, or it was configured without the cluster. No other alert about the cluster can fire.',
      },
    ],
  },
  {
    name: 'KafkaHealthExporterClusterUnobserved: its exporter is gone with its job, another is there',
    until: '7h',
    series: [
      series('kafka_up', { job: 'east' }, stages(steady(1), ['10m', absent])),
      series('kafka_up', { job: 'west' }, steady(1)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterClusterUnobserved',
        labels: { job: 'east' },
        notAt: '17m30s',
        at: '18m',
        stillAt: '6h9m',
        overAt: '6h11m',
        summary: 'Kafka is no longer observed',
        description:
          'No exporter tells of the cluster any more: its polls hang, it cannot be scraped, or it was configured without the cluster. No other alert about the cluster can fire.',
      },
    ],
  },
  {
    name: 'KafkaHealthExporterClusterUnobserved: an exporter that is deployed anew in another namespace',
    until: '40m',
    series: [
      series('kafka_up', { namespace: 'old' }, stages(steady(1), ['10m', absent])),
      series('kafka_up', { namespace: 'new' }, stages(absent, ['10m', steady(1)])),
    ],
    fires: [],
    silent: ['KafkaHealthExporterClusterUnobserved'],
  },
  {
    name: 'KafkaHealthExporterPollFailing: for 20 minutes, by reason',
    until: '70m',
    series: [
      errors(stages(steady(0), ['10m', growing(1 / 15)], ['40m', steady(120)])),
      series('kafka_broker_up', { id: '1' }, steady(1)),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterPollFailing',
        labels: { ...ofA, stage: 'groups', code: 'GROUP_AUTHORIZATION_FAILED' },
        notAt: '30m',
        at: '31m30s',
        stillAt: '55m',
        overAt: '61m',
        summary: 'a cannot read everything',
        description:
          'About 40 reads of stage groups failed with GROUP_AUTHORIZATION_FAILED in 10 minutes. What they would have told is missing.',
      },
    ],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterPollFailing: three in ten minutes, and while a broker is down',
    until: '60m',
    series: [
      errors(t => Math.floor(t / 200)),
      series(
        'kafka_health_exporter_poll_errors_total',
        { stage: 'offsets', code: 'CONNECTION_REFUSED', kafka_cluster: 'east' },
        growing(1 / 15),
      ),
      series('kafka_broker_up', { id: '2', kafka_cluster: 'east' }, t => (t % 300 < 60 ? 0 : 1)),
      series('kafka_broker_up', { id: '1' }, steady(1)),
    ],
    fires: [],
    silent: ['KafkaHealthExporterPollFailing'],
  },
  {
    name: 'KafkaHealthExporterPollSlow: polls that take nearly their interval',
    until: '40m',
    series: [...phases(12.5), interval],
    fires: [
      {
        alert: 'KafkaHealthExporterPollSlow',
        labels: ofA,
        notAt: '14m30s',
        at: '15m',
        summary: 'Polls of a take nearly their whole interval',
        description: 'A poll takes 12.5s: clocks and alerts come later than they should.',
      },
    ],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterPollSlow: it ends',
    until: '60m',
    series: [
      series(
        'kafka_health_exporter_poll_duration_seconds',
        { phase: 'offsets' },
        stages(steady(14), ['20m', steady(1)]),
      ),
      interval,
    ],
    fires: [{ alert: 'KafkaHealthExporterPollSlow', labels: ofA, at: '15m', stillAt: '30m', overAt: '36m' }],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterPollSlow: at the edge, and a slow one now and then',
    until: '40m',
    series: [
      ...phases(12),
      interval,
      series('kafka_health_exporter_poll_duration_seconds', { phase: 'offsets', kafka_cluster: 'east' }, t =>
        t % 300 < 30 ? 15 : 2,
      ),
      series('kafka_health_exporter_poll_interval_seconds', { kafka_cluster: 'east' }, steady(15)),
    ],
    fires: [],
    silent: ['KafkaHealthExporterPollSlow'],
  },
  {
    name: 'KafkaHealthExporterStateNotSaved: a full disk',
    until: '60m',
    series: [
      series(
        'kafka_health_exporter_state_write_errors_total',
        {},
        stages(steady(0), ['10m', growing(1 / 15)], ['30m', steady(80)]),
      ),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterStateNotSaved',
        labels: ofA,
        notAt: '19m30s',
        at: '21m',
        stillAt: '45m',
        overAt: '51m',
        summary: 'a cannot save its state',
        description:
          'About 40 polls in 10 minutes could not be made durable: a restart would set clocks and counters back.',
      },
    ],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterStateNotSaved: one write that failed',
    until: '40m',
    series: [
      series('kafka_health_exporter_state_write_errors_total', {}, stages(steady(0), ['10m', steady(1)])),
    ],
    fires: [],
    silent: ['KafkaHealthExporterStateNotSaved'],
  },
  {
    name: 'KafkaHealthExporterConfigReloadFailed: a configuration that is refused, until it is mended',
    until: '40m',
    series: [reloaded(stages(steady(1), ['10m', steady(0)], ['25m', steady(1)]))],
    fires: [
      {
        alert: 'KafkaHealthExporterConfigReloadFailed',
        labels: ofA,
        notAt: '14m30s',
        at: '15m',
        stillAt: '24m30s',
        overAt: '25m30s',
        summary: 'a cannot reload its configuration',
        description:
          'The configuration was refused when it was last read: an older one is in force, and a restart would fail.',
      },
    ],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterConfigReloadFailed: through scrapes that are missed, until the exporter is gone',
    until: '40m',
    series: [
      reloaded(stages(steady(1), ['10m', steady(0)], ['12m', absent], ['14m', steady(0)], ['20m', absent])),
    ],
    fires: [
      {
        alert: 'KafkaHealthExporterConfigReloadFailed',
        labels: ofA,
        notAt: '14m30s',
        at: '15m',
        stillAt: '22m30s',
        overAt: '23m30s',
      },
    ],
    without: { 'a pair of exporters': pair, 'one scrape in ten missing': 'it is about missing scrapes' },
  },
  {
    name: 'KafkaHealthExporterConfigReloadFailed: mended within five minutes',
    until: '40m',
    series: [reloaded(stages(steady(1), ['10m', steady(0)], ['14m', steady(1)]))],
    fires: [],
    silent: ['KafkaHealthExporterConfigReloadFailed'],
  },
  {
    name: 'KafkaHealthExporterProbesDeferred: in every poll',
    until: '70m',
    series: [
      series(
        'kafka_health_exporter_probes_deferred',
        {},
        stages(steady(0), ['10m', steady(500)], ['45m', steady(0)]),
      ),
    ],
    slack: '2m',
    fires: [
      {
        alert: 'KafkaHealthExporterProbesDeferred',
        labels: ofA,
        notAt: '39m30s',
        at: '40m',
        stillAt: '54m30s',
        overAt: '56m',
        summary: 'a cannot look at all records in time',
        description:
          '500 look-ups were left for later: lag in time is bounded rather than read. Raise probe.max_bytes_per_second.',
      },
    ],
    without: { 'a pair of exporters': pair },
  },
  {
    name: 'KafkaHealthExporterProbesDeferred: after a start',
    until: '60m',
    series: [series('kafka_health_exporter_probes_deferred', {}, stages(steady(9000), ['15m', steady(0)]))],
    fires: [],
    silent: ['KafkaHealthExporterProbesDeferred'],
  },
]
