import { type Family, type InstrumentFamily, type SampleFamily, secondsOf } from './family.ts'

const facts = { type: 'gauge', onByDefault: true, subject: 'The exporter itself' } as const
const perCluster = { ...facts, kind: 'sample' } as const
const ofProcess = { ...facts, kind: 'instrument' } as const

export const BUILD_INFO: InstrumentFamily = {
  ...ofProcess,
  name: 'kafka_health_exporter_build_info',
  help: 'Version of the exporter and of Node.js; always 1',
  labels: ['version', 'node_version'],
}

export const SERIES: InstrumentFamily = {
  ...ofProcess,
  name: 'kafka_health_exporter_series',
  help: 'Series published by family',
  labels: ['family'],
}

export const SERIES_DROPPED: InstrumentFamily = {
  ...ofProcess,
  name: 'kafka_health_exporter_series_dropped',
  help: 'Series by family that metrics.max_series leaves out, largest healthy groups first; what stays is their roll-up',
  labels: ['family'],
}

export const LAST_RELOAD_SUCCESSFUL: InstrumentFamily = {
  ...ofProcess,
  name: 'kafka_health_exporter_config_last_reload_successful',
  help: '1 if the configuration was valid when it was last read, at start, for a reload or, the web file, when it changed; while 0 an older one is in force',
  labels: [],
}

export const LAST_RELOAD_SUCCESS_TIMESTAMP: InstrumentFamily = {
  ...ofProcess,
  name: 'kafka_health_exporter_config_last_reload_success_timestamp_seconds',
  help: 'Unix time at which the configuration in force was read',
  labels: [],
}

/** Labelled with the cluster by whoever saves its state. */
export const STATE_WRITE_ERRORS: SampleFamily = {
  ...perCluster,
  type: 'counter',
  name: 'kafka_health_exporter_state_write_errors_total',
  help: 'Polls whose clocks and counters could not be made durable',
  labels: [],
  samples: s => [[s.poll.stateWriteErrors]],
}

export const EXPORTER: readonly Family[] = [
  BUILD_INFO,
  {
    ...perCluster,
    name: 'kafka_health_exporter_poll_interval_seconds',
    help: 'Configured time between the starts of two polls',
    labels: [],
    samples: s => [[s.poll.intervalMs / 1000]],
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_poll_duration_seconds',
    help: 'Duration of each phase of the last poll',
    labels: ['phase'],
    *samples(s) {
      for (const [phase, ms] of s.poll.phases) yield [secondsOf(ms), phase]
    },
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_last_poll_timestamp_seconds',
    help: 'Unix time at which the last poll ended, whatever it found',
    labels: [],
    samples: s => [[s.poll.endedAt / 1000]],
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_last_successful_poll_timestamp_seconds',
    help: 'Unix time at which the last poll ended in which every broker of the metadata answered',
    labels: [],
    samples: s => (s.poll.lastSuccessAt === 0 ? [] : [[s.poll.lastSuccessAt / 1000]]),
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_snapshot_timestamp_seconds',
    help: 'Unix time that the ages in this exposition are counted to',
    labels: [],
    samples: s => [[s.takenAt / 1000]],
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_clock_start_timestamp_seconds',
    help: 'Unix time before which the progress clocks cannot know of an advance',
    labels: [],
    samples: s => [[s.poll.clockStartAt / 1000]],
  },
  {
    ...perCluster,
    type: 'counter',
    name: 'kafka_health_exporter_poll_errors_total',
    help: 'Failed reads by the stage of the poll and the reason',
    labels: ['stage', 'code'],
    samples: s => s.poll.errors.map(e => [e.count, e.name, e.code]),
  },
  {
    ...perCluster,
    type: 'counter',
    name: 'kafka_health_exporter_requests_total',
    help: 'Requests sent to the brokers by API, failed ones included',
    labels: ['api'],
    *samples(s) {
      for (const [api, count] of s.poll.requests) yield [count, api]
    },
  },
  {
    ...perCluster,
    type: 'counter',
    name: 'kafka_health_exporter_probe_bytes_total',
    help: 'Bytes of records that were read to learn their time stamps',
    labels: [],
    samples: s => [[s.poll.probeBytes]],
  },
  {
    ...perCluster,
    name: 'kafka_health_exporter_probes_deferred',
    help: 'Look-ups of time stamps that the last poll left for later: the budget probe.max_bytes_per_second was spent',
    labels: [],
    samples: s => [[s.poll.probesDeferred]],
  },
  STATE_WRITE_ERRORS,
  LAST_RELOAD_SUCCESSFUL,
  LAST_RELOAD_SUCCESS_TIMESTAMP,
  SERIES_DROPPED,
  SERIES,
]
