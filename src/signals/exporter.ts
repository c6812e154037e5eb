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

export const CONFIG_RELOADED: Signal = {
  id: 'config-reloaded',
  title: 'Configuration as on the disk',
  description:
    'Whether the configuration was valid when it was last read. While it is 0, the one before stays in force.',
  unit: 'short',
  labels: [],
  expression: q => q.series('kafka_health_exporter_config_last_reload_successful'),
}

export const POLL_AGE: Signal = {
  id: 'poll-age',
  title: 'Age of the last poll',
  description: 'Time since the last poll ended, whatever it found. More than two intervals is too much.',
  unit: 's',
  labels: [],
  expression: q => `time() - ${q.series('kafka_health_exporter_last_poll_timestamp_seconds')}`,
}

export const POLL_PHASES: Signal = {
  id: 'poll-phases',
  title: 'Phases of a poll',
  description: 'How long each phase of the last poll took, and the interval that all of them have.',
  unit: 's',
  labels: ['phase'],
  expression: q => q.series('kafka_health_exporter_poll_duration_seconds'),
}

export const REQUESTS: Signal = {
  id: 'requests',
  title: 'Requests to the brokers',
  description: 'Requests a second by API, failed ones included.',
  unit: 'cps',
  labels: ['api'],
  expression: q => `sum by (api) (${q.rate('kafka_health_exporter_requests_total')})`,
}

export const PROBE_BYTES: Signal = {
  id: 'probe-bytes',
  title: 'Bytes of records read',
  description:
    'Bytes a second of records that were read for their time stamps; bounded by probe.max_bytes_per_second.',
  unit: 'Bps',
  labels: [],
  expression: q => `sum by (instance, kafka_cluster) (${q.rate('kafka_health_exporter_probe_bytes_total')})`,
}

export const SERIES_PUBLISHED: Signal = {
  id: 'series-published',
  title: 'Series published',
  description: 'Series that the exporter publishes, by family: what Prometheus has to store.',
  unit: 'short',
  labels: ['family'],
  expression: q => `sum by (family) (${q.series('kafka_health_exporter_series')})`,
}

export const SERIES_LEFT_OUT: Signal = {
  id: 'series-left-out',
  title: 'Series left out',
  description:
    'Series by family that metrics.max_series leaves out, largest healthy groups first: their roll-ups are there instead.',
  unit: 'short',
  labels: ['family'],
  expression: q => `sum by (family) (${q.series('kafka_health_exporter_series_dropped')})`,
}

export const CPU: Signal = {
  id: 'cpu',
  title: 'CPU',
  description: 'CPU seconds a second of the exporter: 1 is a whole core.',
  unit: 'short',
  labels: [],
  expression: q => `sum by (instance) (${q.rate('process_cpu_seconds_total')})`,
}

export const MEMORY: Signal = {
  id: 'memory',
  title: 'Memory',
  description: 'Resident memory of the exporter.',
  unit: 'bytes',
  labels: [],
  expression: q => q.series('process_resident_memory_bytes'),
}

export const EVENT_LOOP: Signal = {
  id: 'event-loop',
  title: 'Event loop',
  description:
    'How late the event loop of the exporter is, 99th percentile: while it is busy, nobody is answered.',
  unit: 's',
  labels: [],
  expression: q => q.series('nodejs_eventloop_lag_p99_seconds'),
}

export const SCRAPE_SECONDS: Signal = {
  id: 'scrape-seconds',
  title: 'Duration of a scrape',
  description: 'How long Prometheus takes to scrape the exporter. A scrape never talks to Kafka.',
  unit: 's',
  labels: [],
  expression: q => q.series('scrape_duration_seconds'),
}
