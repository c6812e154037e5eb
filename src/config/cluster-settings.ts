import { CLUSTER } from './cluster-options.ts'
import type { Mapping } from './config-file.ts'
import { formatDuration } from './duration.ts'
import type { Environment } from './environment.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, firstOf, type Layer } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import { objectiveSettings } from './objective-settings.ts'
import type { AnyOption, Option } from './option.ts'
import { isEnabled, saslSettings } from './sasl-settings.ts'
import type { ClusterSettings, TlsSettings } from './settings.ts'
import { pemFiles } from './tls-files.ts'

const POLLS_A_READING_LIVES = 3

export interface ClusterSources {
  /** Highest first. */
  readonly layers: readonly Layer[]
  readonly nameRequired: boolean
  /** What is wrong where no brokers are given; null where that cannot be told. */
  readonly noBrokers: Fault | null
  readonly absentAt: (option: AnyOption) => string
  /** Whether the file has the section, be it empty. */
  readonly inFile: { readonly tls: boolean; readonly sasl: boolean }
  /** The file's `objectives`; null where one is no mapping. */
  readonly objectives: readonly (Mapping | null)[]
  /** `clusters[0].` */
  readonly prefix: string
  readonly files: NamedFiles
  readonly env: Environment
  readonly faults: Fault[]
}

/** One cluster's settings. After a fault the result is there but means nothing. */
export function clusterSettings(sources: ClusterSources): ClusterSettings {
  const find = firstOf(sources.layers, sources.absentAt)
  const { faults } = sources
  const brokers = find(CLUSTER.brokers)
  const name = find(CLUSTER.name)
  if (!brokers.given && sources.noBrokers !== null) faults.push(sources.noBrokers)
  if (!name.given && sources.nameRequired) {
    faults.push({ at: name.at, problem: 'got nothing, expected a name, since there are several clusters' })
  }
  const pollIntervalMs = settingOf(find, CLUSTER.pollInterval)
  return {
    name: name.value ?? null,
    brokers: brokers.value ?? [],
    tls: tlsSettings(find, sources),
    sasl: saslSettings(find, sources),
    pollIntervalMs,
    requestTimeoutMs: settingOf(find, CLUSTER.requestTimeout),
    connectTimeoutMs: settingOf(find, CLUSTER.connectTimeout),
    groups: {
      include: settingOf(find, CLUSTER.groupsInclude),
      exclude: settingOf(find, CLUSTER.groupsExclude),
    },
    topics: {
      include: settingOf(find, CLUSTER.topicsInclude),
      exclude: settingOf(find, CLUSTER.topicsExclude),
    },
    expect: { groups: settingOf(find, CLUSTER.expectGroups), topics: settingOf(find, CLUSTER.expectTopics) },
    labels: settingOf(find, CLUSTER.labels),
    maxReadingAgeMs: maxReadingAge(find, faults),
    brokerForgetAfterMs: settingOf(find, CLUSTER.brokerForgetAfter),
    uncommitted: settingOf(find, CLUSTER.uncommitted),
    noConsumerAfterMs: settingOf(find, CLUSTER.noConsumerAfter),
    lossHorizonMs: settingOf(find, CLUSTER.lossHorizon),
    probe: { maxBytesPerSecond: settingOf(find, CLUSTER.probeMaxBytesPerSecond) },
    dlq: {
      match: settingOf(find, CLUSTER.dlqMatch),
      include: settingOf(find, CLUSTER.dlqInclude),
      exclude: settingOf(find, CLUSTER.dlqExclude),
      drainedBy: settingOf(find, CLUSTER.dlqDrainedBy),
      readHeaders: settingOf(find, CLUSTER.dlqReadHeaders),
    },
    objectives: sources.objectives.flatMap((scope, i) =>
      scope === null ? [] : objectiveSettings(scope, `${sources.prefix}objectives[${i}].`, faults),
    ),
  }
}

function settingOf<Value>(find: Find, option: Option<Value, ClusterSettings>): Value {
  return find(option).value ?? option.fallback!
}

function maxReadingAge(find: Find, faults: Fault[]): number {
  const interval = find(CLUSTER.pollInterval)
  const age = find(CLUSTER.maxReadingAge)
  if (!age.given) {
    const pollMs = interval.value ?? 0
    return Math.max(
      POLLS_A_READING_LIVES * pollMs,
      longestGap(pollMs, settingOf(find, CLUSTER.requestTimeout)),
    )
  }
  if (age.value !== undefined && interval.value !== undefined && age.value < interval.value) {
    const least = `at least poll_interval (${formatDuration(interval.value)})`
    faults.push({ at: age.at, problem: `got ${shown(formatDuration(age.value))}, expected ${least}` })
  }
  return age.value ?? 0
}

/**
 * Between the ends of two polls when a broker hangs in the second: metadata may be asked of it first, and then its
 * part is waited for. A reading that lives less long than this is withdrawn because of a broker that it is not of.
 */
export function longestGap(pollIntervalMs: number, requestTimeoutMs: number): number {
  return pollIntervalMs + 2 * requestTimeoutMs
}

function tlsSettings(find: Find, sources: ClusterSources): TlsSettings | null {
  const ca = find(CLUSTER.tlsCaFile)
  const cert = find(CLUSTER.tlsCertFile)
  const key = find(CLUSTER.tlsKeyFile)
  const serverName = find(CLUSTER.tlsServerName)
  const insecure = find(CLUSTER.tlsInsecureSkipVerify)
  const given = [ca, cert, key, serverName].some(found => found.given) || insecure.value === true
  if (!isEnabled(find, CLUSTER.tlsEnabled, sources.inFile.tls || given)) return null
  return {
    ...pemFiles({ ca, cert, key }, sources),
    serverName: serverName.value ?? null,
    insecureSkipVerify: insecure.value ?? false,
  }
}
