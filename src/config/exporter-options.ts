import { choices, familyPatterns } from './list-types.ts'
import { optionsOf } from './option.ts'
import { choice, count, filePath, listenAddress, telemetryPath, truth } from './scalar-types.ts'
import type { Settings } from './settings.ts'

const ofExporter = optionsOf<Settings>()

/** Settings of the exporter as a whole. */
export const EXPORTER = {
  config: ofExporter({
    path: null,
    flag: 'config',
    type: filePath,
    help: 'The configuration file.',
  }),
  printConfig: ofExporter({
    path: null,
    flag: 'print-config',
    fromEnvironment: false,
    type: truth,
    fallback: false,
    help: 'Print the settings in force as a configuration file, without secrets, and exit.',
  }),
  names: ofExporter({
    path: 'metrics.names',
    flag: 'metrics.names',
    type: choices(['native', 'kminion', 'kafka-lag-exporter']),
    fallback: ['native'],
    help: 'Whose names of metrics and labels are published, beside each other. See the guides to [kminion](coming-from-kminion.md) and [kafka-lag-exporter](coming-from-kafka-lag-exporter.md). `native` has those of kafka_exporter; rules and dashboards that come with this exporter need it. Metrics of the exporter itself and of dependencies are always there.',
    get: settings => settings.metrics.names,
  }),
  familiesInclude: ofExporter({
    path: 'metrics.families.include',
    flag: 'metrics.families.include',
    type: familyPatterns,
    fallback: [],
    help: 'Metric families to publish beyond those that are on by default: names, or patterns of whole names.',
    get: settings => settings.metrics.families.include,
  }),
  familiesExclude: ofExporter({
    path: 'metrics.families.exclude',
    flag: 'metrics.families.exclude',
    type: familyPatterns,
    fallback: [],
    help: 'Metric families not to publish, even where `include` matches.',
    get: settings => settings.metrics.families.exclude,
  }),
  maxSeries: ofExporter({
    path: 'metrics.max_series',
    flag: 'metrics.max-series',
    type: count(1_000, 100_000_000),
    fallback: 500_000,
    help: 'Series of all clusters together. Over it roll-ups alone are published of the largest healthy groups; what needs attention is never left out. 0: no limit.',
    get: settings => settings.metrics.maxSeries,
  }),
  stateFile: ofExporter({
    path: 'state_file',
    flag: 'state.file',
    type: filePath,
    fallbackText: 'none: clocks and counters start anew with each start',
    help: 'File in which clocks and counters outlive a restart.',
    get: settings => settings.stateFile,
  }),
  listenAddress: ofExporter({
    path: 'web.listen_address',
    flag: 'web.listen-address',
    type: listenAddress,
    fallback: { host: null, port: 9308 },
    help: 'Address that metrics, page and API are served on. Port 0 takes one that is free.',
    get: settings => settings.web.listenAddress,
  }),
  telemetryPath: ofExporter({
    path: 'web.telemetry_path',
    flag: 'web.telemetry-path',
    type: telemetryPath,
    fallback: '/metrics',
    help: 'Path of the metrics.',
    get: settings => settings.web.telemetryPath,
  }),
  webConfigFile: ofExporter({
    path: 'web.config_file',
    flag: 'web.config.file',
    type: filePath,
    fallbackText: 'none: plain HTTP, and everybody may ask',
    help: 'File with certificates and users of the HTTP server. See below.',
    get: settings => settings.web.configFile,
  }),
  logLevel: ofExporter({
    path: 'log.level',
    flag: 'log.level',
    type: choice(['trace', 'debug', 'info', 'warn', 'error']),
    fallback: 'info',
    help: 'Least severe level that is logged.',
    get: settings => settings.log.level,
  }),
  logFormat: ofExporter({
    path: 'log.format',
    flag: 'log.format',
    type: choice(['json', 'pretty']),
    fallback: 'json',
    help: 'One JSON object a line, or lines for people.',
    get: settings => settings.log.format,
  }),
}
