import type { Signal } from './signal.ts'

export const EXPORTER_BUILD: Signal = {
  id: 'exporter-build',
  title: 'Exporters',
  description: 'Exporters that are scraped, with their version.',
  unit: 'none',
  labels: ['version', 'node_version'],
  expression: q => q.series('kafka_health_exporter_build_info'),
}

export const POLL_SECONDS: Signal = {
  id: 'poll-seconds',
  title: 'Duration of a poll',
  description: 'How long the last poll took, all phases together. It has to stay below the poll interval.',
  unit: 's',
  labels: [],
  expression: q => `sum without (phase) (${q.series('kafka_health_exporter_poll_duration_seconds')})`,
}

export const POLL_ERRORS: Signal = {
  id: 'poll-errors',
  title: 'Failed reads',
  description:
    'Reads that failed, by stage of the poll and reason. What could not be read keeps its last value, then vanishes.',
  unit: 'short',
  labels: ['stage', 'code'],
  expression: q => q.series('kafka_health_exporter_poll_errors_total'),
}

export const PROBES_DEFERRED: Signal = {
  id: 'probes-deferred',
  title: 'Deferred look-ups',
  description:
    'Records that the last poll did not look at, because probe.max_bytes_per_second was spent: until it does, lag in time is bounded rather than read.',
  unit: 'short',
  labels: [],
  expression: q => q.series('kafka_health_exporter_probes_deferred'),
}

export const STATE_WRITE_ERRORS: Signal = {
  id: 'state-write-errors',
  title: 'State that was not saved',
  description:
    'Polls whose clocks and counters could not be made durable: a restart would begin from older ones.',
  unit: 'short',
  labels: [],
  expression: q => q.series('kafka_health_exporter_state_write_errors_total'),
}
