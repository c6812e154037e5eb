import {
  CONFIG_RELOADED,
  EXPORTER_BUILD,
  POLL_ERRORS,
  POLL_SECONDS,
  PROBES_DEFERRED,
  STATE_WRITE_ERRORS,
} from '../../signals/exporter.ts'
import { HELD } from '../../signals/query.ts'
import { CLUSTER_UP } from '../../signals/reachability.ts'
import type { RuleGroup } from '../rule.ts'
import { COUNT, DURATION, IN_CLUSTER } from '../words.ts'

const EXPORTER = '{{ with $labels.instance }}{{ . }}{{ else }}kafka-health-exporter{{ end }}'

/** Replicas are told apart: each is a process of its own. */
export const EXPORTER_HEALTH: RuleGroup = {
  name: 'kafka-health-exporter',
  meaning: 'Whether all the others can be believed.',
  interval: '30s',
  recordings: [],
  alerts: [
    {
      name: 'KafkaHealthExporterAbsent',
      severity: 'critical',
      signal: EXPORTER_BUILD,
      expression: q => `absent(${EXPORTER_BUILD.expression(q)})`,
      for: '5m',
      keepFiringFor: '0m',
      summary: 'No Kafka health exporter is scraped',
      description:
        'Prometheus has no exporter to scrape: nothing is known of Kafka, and no other alert can fire.',
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterTargetDown',
      severity: 'warning',
      signal: EXPORTER_BUILD,
      // The targets of other exporters are none of our business: only what has been one of ours within the day.
      expression: q =>
        `${q.target('up')} == 0 and on (job, instance) last_over_time(${EXPORTER_BUILD.expression(q)}[1d])`,
      for: '5m',
      keepFiringFor: '5m',
      summary: `${EXPORTER} cannot be scraped`,
      description: `Prometheus cannot scrape ${EXPORTER}, which was an exporter of Kafka within the day.`,
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterClusterUnobserved',
      severity: 'critical',
      signal: CLUSTER_UP,
      // A poll that hangs ends nothing, and after max_reading_age all series of the cluster are withdrawn. Or its
      // exporter is gone, while others are there. Other labels than these change when an exporter is deployed anew.
      expression: q =>
        [
          `${q.merged(`last_over_time(${q.series('kafka_up')}[6h])`)}`,
          `unless on (job, kafka_cluster) ${q.held('kafka_up')}`,
          `and on () group (last_over_time(${EXPORTER_BUILD.expression(q)}[${HELD}]))`,
        ].join('\n'),
      for: '5m',
      keepFiringFor: '0m',
      summary: `Kafka{{ with $labels.kafka_cluster }} cluster {{ . }}{{ end }} is no longer observed`,
      description:
        'No exporter tells of the cluster any more: its polls hang, it cannot be scraped, or it was configured without the cluster. No other alert about the cluster can fire.',
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterPollFailing',
      severity: 'warning',
      signal: POLL_ERRORS,
      // A broker that is down, or was a moment ago, has an alert of its own.
      expression: q =>
        [
          `increase(${POLL_ERRORS.expression(q)}[10m]) > 3`,
          `unless ignoring (stage, code, id) min without (id) (min_over_time(${q.series('kafka_broker_up')}[10m])) == 0`,
        ].join('\n'),
      for: '20m',
      keepFiringFor: '10m',
      summary: `${EXPORTER} cannot read everything${IN_CLUSTER}`,
      description: `About ${COUNT} reads of stage {{ $labels.stage }} failed with {{ $labels.code }} in 10 minutes. What they would have told is missing.`,
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterPollSlow',
      severity: 'warning',
      signal: POLL_SECONDS,
      expression: (q, t) => {
        const took = `sum without (phase) (avg_over_time(${q.series('kafka_health_exporter_poll_duration_seconds')}[10m]))`
        const interval = `last_over_time(${q.series('kafka_health_exporter_poll_interval_seconds')}[10m])`
        return `${took} > ${t['poll-share']} * ${interval}`
      },
      for: '15m',
      keepFiringFor: '10m',
      summary: `Polls of ${EXPORTER} take nearly their whole interval${IN_CLUSTER}`,
      description: `A poll takes ${DURATION}: clocks and alerts come later than they should.`,
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterStateNotSaved',
      severity: 'warning',
      signal: STATE_WRITE_ERRORS,
      expression: q => `increase(${STATE_WRITE_ERRORS.expression(q)}[10m]) > 0`,
      for: '10m',
      keepFiringFor: '10m',
      summary: `${EXPORTER} cannot save its state${IN_CLUSTER}`,
      description: `About ${COUNT} polls in 10 minutes could not be made durable: a restart would set clocks and counters back.`,
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterConfigReloadFailed',
      severity: 'warning',
      signal: CONFIG_RELOADED,
      expression: q => `last_over_time(${CONFIG_RELOADED.expression(q)}[${HELD}]) == 0`,
      for: '5m',
      keepFiringFor: '0m',
      summary: `${EXPORTER} cannot reload its configuration`,
      description:
        'The configuration was refused when it was last read: an older one is in force, and a restart would fail.',
      dashboard: 'exporter',
    },
    {
      name: 'KafkaHealthExporterProbesDeferred',
      severity: 'info',
      signal: PROBES_DEFERRED,
      expression: q => `min_over_time(${PROBES_DEFERRED.expression(q)}[10m]) > 0`,
      for: '20m',
      keepFiringFor: '10m',
      summary: `${EXPORTER} cannot look at all records in time${IN_CLUSTER}`,
      description: `${COUNT} look-ups were left for later: lag in time is bounded rather than read. Raise probe.max_bytes_per_second.`,
      dashboard: 'exporter',
    },
  ],
}
