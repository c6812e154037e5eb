import type { SchemaSettings, Settings } from '../../src/config/settings.ts'
import type { Log } from '../../src/model/ports.ts'

/** Logging costs nothing here; what goes wrong is in the reports. */
export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} }

const DOCUMENTS: SchemaSettings = {
  cluster: null,
  topics: [/^documents$/],
  recordsPerSecond: Number.POSITIVE_INFINITY,
  target: 'bigquery',
  largestRecordBytes: 0,
  registry: null,
  schemaFile: null,
}

/** The defaults, for one cluster. `brokers`: host:port with commas between. */
export function benchSettings(
  brokers: string,
  options: {
    readonly stateFile: string | null
    readonly pollIntervalMs: number
    /** False: no records are read to learn their time stamps. */
    readonly probes?: boolean
    /** True: dead letters are attributed and the JSON of the topic `documents` is checked. */
    readonly watchesRecords?: boolean
  },
): Settings {
  const watchesRecords = options.watchesRecords === true
  const everything = { include: [/(?:)/], exclude: [] }
  return {
    clusters: [
      {
        name: null,
        brokers: brokers.split(',').map(address => {
          const [host = '', port = ''] = address.split(':')
          return { host, port: Number(port) }
        }),
        tls: null,
        sasl: null,
        pollIntervalMs: options.pollIntervalMs,
        requestTimeoutMs: 10_000,
        connectTimeoutMs: 5_000,
        groups: everything,
        topics: everything,
        expect: { groups: [], topics: [] },
        labels: {},
        maxReadingAgeMs: 3 * options.pollIntervalMs,
        brokerForgetAfterMs: 3_600_000,
        uncommitted: 'absent',
        noConsumerAfterMs: 900_000,
        lossHorizonMs: 604_800_000,
        probe: { maxBytesPerSecond: options.probes === false ? 0 : 4_194_304 },
        dlq: { match: 'auto', include: [], exclude: [], drainedBy: {}, readHeaders: watchesRecords },
        objectives: [],
      },
    ],
    dependencies: [],
    services: [],
    schemas: watchesRecords ? [DOCUMENTS] : [],
    metrics: {
      names: ['native'],
      families: { include: [], exclude: [] },
      granularity: [],
      maxSeries: 0,
    },
    web: { listenAddress: { host: '127.0.0.1', port: 0 }, telemetryPath: '/metrics', configFile: null },
    log: { level: 'error', format: 'json' },
    stateFile: options.stateFile,
  }
}
