import { CLUSTER } from './cluster-options.ts'
import { type ClusterSources, clusterSettings, longestGap } from './cluster-settings.ts'
import { type ConfigFile, isMapping, type Mapping, mappingsIn, readConfigFile } from './config-file.ts'
import { DEPENDENCY } from './dependency-options.ts'
import { dependencySettings } from './dependency-settings.ts'
import { formatDuration } from './duration.ts'
import { type Environment, environmentLayer, unknownVariables } from './environment.ts'
import { EXPORTER } from './exporter-options.ts'
import { checkFamilies } from './families.ts'
import { ConfigError, type Fault, shown } from './fault.ts'
import { type FlagValues, flagLayer } from './flags.ts'
import { granularitySettings } from './granularity-settings.ts'
import { type Find, fileLayer, firstOf, type Layer } from './layers.ts'
import { namedFiles } from './named-files.ts'
import { DEFAULT_OBJECTIVE } from './objective-settings.ts'
import type { AnyOption, Option } from './option.ts'
import { CLUSTER_OPTIONS } from './options.ts'
import { mayBacktrackForever } from './pattern.ts'
import type { ReadFile } from './read-file.ts'
import { schemaSettings } from './schema-settings.ts'
import { SERVICE } from './service-options.ts'
import { serviceSettings } from './service-settings.ts'
import type { ClusterSettings, GranularitySettings, Settings } from './settings.ts'
import { checkTakenLabels } from './taken-labels.ts'
import { readWebConfig } from './web/read-web-config.ts'

export interface SettingsSources {
  readonly argvFlags: FlagValues
  readonly env: Environment
  readonly readFile: ReadFile
  /** Names of all metric families that `metrics.families` may speak of. */
  readonly knownFamilies: readonly string[]
  /** Told of what is accepted but does nothing, or is risky; one line each, no secrets. */
  readonly notice?: (line: string) => void
}

/**
 * The settings in force: a flag before the environment before the file before the default.
 *
 * Flags and variables of a cluster speak of the only cluster: the file's, where it has one, or an unnamed one. No
 * I/O but `readFile`, with which the files that settings name are read, too.
 *
 * @throws ConfigError with every fault of all sources at once
 */
export function loadSettings(sources: SettingsSources): Settings {
  const { env } = sources
  const notice = sources.notice ?? (() => {})
  const faults: Fault[] = []
  const flags = flagLayer(sources.argvFlags, faults, notice)
  const environment = environmentLayer(env, faults)
  const overrides = [flags, environment]
  const configFile = firstOf(overrides, flagName)(EXPORTER.config).value
  const file = readConfigFile(configFile, sources.readFile, faults)
  faults.push(...unknownVariables(env, variablesUsedBy(file)))

  const common = { files: namedFiles(sources.readFile, faults), env, faults }
  const find = firstOf([...overrides, fileLayer(file.root, '')], flagName)
  const clusters = clustersOf(file, overrides, common, configFile !== undefined)
  const settings: Settings = {
    clusters,
    dependencies: file.dependencies.flatMap((scope, i) =>
      scope === null ? [] : dependencySettings({ ...common, scope, prefix: `dependencies[${i}].` }),
    ),
    services: serviceSettings(file.services, common),
    schemas: schemaSettings(
      file.schemas,
      clusters.map(({ name }) => name),
      common,
    ),
    ...exporterSettings(find, granularityOf(file, clusters, faults)),
  }
  if (file.clusters.length > 1) refuseClusterFlags(overrides, file.clusters.length, faults)
  checkNames('clusters', file.clusters, CLUSTER.name, faults)
  checkNames('dependencies', file.dependencies, DEPENDENCY.name, faults)
  checkNames('services', file.services, SERVICE.name, faults)
  for (const option of [EXPORTER.familiesInclude, EXPORTER.familiesExclude]) {
    const fromFile = overrides.every(layer => layer(option) === null)
    checkFamilies(find(option), sources.knownFamilies, fromFile, faults)
  }
  const givenLabels = firstOf(overrides, flagName)(CLUSTER.labels)
  checkTakenLabels(settings, i => (givenLabels.given ? givenLabels.at : `clusters[${i}].labels`), faults)
  if (settings.web.configFile !== null) faults.push(...webFaults(settings.web.configFile, sources.readFile))
  if (faults.length > 0) throw new ConfigError(faults)
  noteRiskyPatterns(settings, notice)
  noteShortReadingAges(settings.clusters, notice)
  noteShortPatience(settings.clusters, notice)
  return settings
}

/** The file is read again by whoever serves, and whenever it changes. */
function webFaults(path: string, readFile: ReadFile): readonly Fault[] {
  try {
    readWebConfig(path, readFile)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const flagName = (option: AnyOption) => `--${option.flag}`

function granularityOf(
  { root }: ConfigFile,
  clusters: readonly ClusterSettings[],
  faults: Fault[],
): readonly GranularitySettings[] {
  const list = isMapping(root.metrics) ? mappingsIn(root.metrics.granularity) : []
  const names = clusters.map(({ name }) => name ?? '')
  return list.flatMap((scope, i) =>
    scope === null ? [] : granularitySettings(scope, `metrics.granularity[${i}].`, names, faults),
  )
}

function exporterSettings(
  find: Find,
  granularity: readonly GranularitySettings[],
): Omit<Settings, 'clusters' | 'dependencies' | 'services' | 'schemas'> {
  const value = <Value>(option: Option<Value, Settings>): Value => find(option).value ?? option.fallback!
  return {
    metrics: {
      names: value(EXPORTER.names),
      families: { include: value(EXPORTER.familiesInclude), exclude: value(EXPORTER.familiesExclude) },
      granularity,
      maxSeries: value(EXPORTER.maxSeries),
    },
    web: {
      listenAddress: value(EXPORTER.listenAddress),
      telemetryPath: value(EXPORTER.telemetryPath),
      configFile: find(EXPORTER.webConfigFile).value ?? null,
    },
    log: { level: value(EXPORTER.logLevel), format: value(EXPORTER.logFormat) },
    stateFile: find(EXPORTER.stateFile).value ?? null,
  }
}

/** Clusters of the file, or the one that flags and variables describe. */
function clustersOf(
  file: ConfigFile,
  overrides: readonly Layer[],
  common: Pick<ClusterSources, 'files' | 'env' | 'faults'>,
  hasFile: boolean,
): readonly ClusterSettings[] {
  if (file.clusters.length === 0) {
    const noBrokers = hasFile
      ? { at: 'clusters', problem: 'got nothing, expected at least one cluster, here or by --kafka.brokers' }
      : { at: '--kafka.brokers', problem: 'got nothing, expected at least one HOST:PORT' }
    const sections = { tls: false, sasl: false }
    return [
      clusterSettings({
        ...common,
        layers: overrides,
        absentAt: flagName,
        inFile: sections,
        objectives: [],
        prefix: '',
        nameRequired: false,
        noBrokers: file.clustersKnown ? noBrokers : null,
      }),
    ]
  }
  const several = file.clusters.length > 1
  return file.clusters.flatMap((scope, i) => {
    if (scope === null) return []
    const prefix = `clusters[${i}].`
    return clusterSettings({
      ...common,
      layers: several ? [fileLayer(scope, prefix)] : [...overrides, fileLayer(scope, prefix)],
      absentAt: option => prefix + option.path,
      inFile: { tls: isMapping(scope.tls), sasl: isMapping(scope.sasl) },
      objectives: mappingsIn(scope.objectives),
      prefix,
      nameRequired: several,
      noBrokers: { at: `${prefix}brokers`, problem: 'got nothing, expected a list of HOST:PORT' },
    })
  })
}

function variablesUsedBy(file: ConfigFile): ReadonlySet<string> {
  const layers = file.dependencies.map(scope => fileLayer(scope, ''))
  return new Set(layers.map(layer => layer(DEPENDENCY.urlEnv)?.value ?? ''))
}

function refuseClusterFlags(overrides: readonly Layer[], count: number, faults: Fault[]): void {
  for (const option of CLUSTER_OPTIONS) {
    for (const layer of overrides) {
      const found = layer(option)
      if (found === null) continue
      faults.push({
        at: found.at,
        problem: `got a setting of one cluster, expected none beside a file with ${count} clusters`,
      })
    }
  }
}

function checkNames<Scope>(
  list: string,
  scopes: readonly (Mapping | null)[],
  option: Option<string, Scope>,
  faults: Fault[],
): void {
  const names = scopes.map(scope => fileLayer(scope, '')(option)?.value)
  names.forEach((name, i) => {
    const earlier = names.indexOf(name)
    if (earlier === i || name === undefined) return
    const problem = `got ${shown(name)}, expected another name than that of ${list}[${earlier}]`
    faults.push({ at: `${list}[${i}].name`, problem })
  })
}

function noteRiskyPatterns({ clusters, metrics, schemas }: Settings, notice: (line: string) => void): void {
  const ofClusters = clusters.flatMap(({ groups, topics, objectives }) => [
    ...[...groups.include, ...groups.exclude, ...topics.include, ...topics.exclude],
    ...objectives.flatMap(objective => objective.groups),
  ])
  const ofMetrics = metrics.granularity.flatMap(({ groups, topics }) => [
    ...(groups ?? []),
    ...(topics ?? []),
  ])
  const ofSchemas = schemas.flatMap(({ topics }) => topics)
  for (const pattern of [...ofClusters, ...ofMetrics, ...ofSchemas]) {
    if (!mayBacktrackForever(pattern.source)) continue
    notice(`the pattern ${shown(pattern.source)} repeats a repetition: on some names it may take very long`)
  }
}

function noteShortReadingAges(clusters: readonly ClusterSettings[], notice: (line: string) => void): void {
  for (const { pollIntervalMs, requestTimeoutMs, maxReadingAgeMs } of clusters) {
    const least = longestGap(pollIntervalMs, requestTimeoutMs)
    if (maxReadingAgeMs >= least) continue
    const given = `max_reading_age (${formatDuration(maxReadingAgeMs)})`
    const sum = `poll_interval + 2 × request_timeout (${formatDuration(least)})`
    notice(`${given} is below ${sum}: one broker that hangs can withdraw the readings of all others`)
  }
}

/** An advance is seen at a poll, so that between two of them nobody can tell a stall from a pause. */
function noteShortPatience(clusters: readonly ClusterSettings[], notice: (line: string) => void): void {
  for (const { pollIntervalMs, objectives } of clusters) {
    const inForce = objectives.length === 0 ? [DEFAULT_OBJECTIVE] : objectives.map(each => each.objective)
    const shortest = Math.min(...inForce.map(objective => objective.stalledAfterMs))
    if (shortest >= 2 * pollIntervalMs) continue
    const given = `stalled_after (${formatDuration(shortest)})`
    const least = `2 × poll_interval (${formatDuration(2 * pollIntervalMs)})`
    notice(
      `${given} is below ${least}: a consumer that moves between two polls may be taken for a stalled one`,
    )
  }
}
