import { CLUSTER } from './cluster-options.ts'
import type { Mapping } from './config-file.ts'
import { formatDuration } from './duration.ts'
import type { Environment } from './environment.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, firstOf, type Layer } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import { objectiveSettings } from './objective-settings.ts'
import type { AnyOption, Option } from './option.ts'
import type { ClusterSettings, SaslSettings, TlsSettings } from './settings.ts'

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

/** Whether TLS or SASL is in force: as its switch says, or else where the file or a flag has a setting of it. */
function isEnabled(find: Find, toggle: Option<boolean, ClusterSettings>, given: boolean): boolean {
  const enabled = find(toggle)
  return enabled.given ? enabled.value === true : given
}

function tlsSettings(find: Find, { files, faults, inFile }: ClusterSources): TlsSettings | null {
  const ca = find(CLUSTER.tlsCaFile)
  const certificate = find(CLUSTER.tlsCertFile)
  const key = find(CLUSTER.tlsKeyFile)
  const serverName = find(CLUSTER.tlsServerName)
  const insecure = find(CLUSTER.tlsInsecureSkipVerify)
  const given = [ca, certificate, key, serverName].some(found => found.given) || insecure.value === true
  if (!isEnabled(find, CLUSTER.tlsEnabled, inFile.tls || given)) return null
  if (certificate.given !== key.given) {
    const [missing, other] = certificate.given ? [key, certificate] : [certificate, key]
    faults.push({ at: missing.at, problem: `got nothing, expected a file path beside ${other.at}` })
  }
  return {
    caFile: files.pem(ca, 'CERTIFICATE'),
    certFile: files.pem(certificate, 'CERTIFICATE'),
    keyFile: files.pem(key, 'PRIVATE KEY'),
    serverName: serverName.value ?? null,
    insecureSkipVerify: insecure.value ?? false,
  }
}

function saslSettings(find: Find, sources: ClusterSources): SaslSettings | null {
  const { faults, inFile } = sources
  const handshake = find(CLUSTER.saslHandshake)
  if (handshake.value === false) {
    faults.push({
      at: handshake.at,
      problem: "got false, expected true: SASL without Kafka's handshake is not supported",
    })
  }
  const username = find(CLUSTER.saslUsername)
  const mechanism = find(CLUSTER.saslMechanism)
  const passwords = [find(CLUSTER.saslPassword), find(CLUSTER.saslPasswordFile)]
  const given = [username, mechanism, ...passwords].some(found => found.given)
  if (!isEnabled(find, CLUSTER.saslEnabled, inFile.sasl || given)) return null
  if (!username.given) faults.push({ at: username.at, problem: 'got nothing, expected a user name' })
  return {
    mechanism: mechanism.value ?? 'plain',
    username: username.value ?? '',
    password: passwordFrom(find, sources) ?? '',
  }
}

/** The password of the highest place that has one, in whichever of its two forms. */
function passwordFrom(find: Find, { layers, files, env, faults }: ClusterSources): string | undefined {
  for (const layer of layers) {
    const password = layer(CLUSTER.saslPassword)
    const file = layer(CLUSTER.saslPasswordFile)
    if (password !== null && file !== null) {
      faults.push({ at: file.at, problem: `got both, expected either this or ${password.at}` })
      return undefined
    }
    if (password !== null) return password.value
    if (file !== null) return file.value === undefined ? undefined : files.secret(file, 'the password')
  }
  // kafka_exporter's variable counts last: it carries no prefix, so it may be there for something else.
  if (env.SASL_USER_PASSWORD) return env.SASL_USER_PASSWORD
  const { at } = find(CLUSTER.saslPassword)
  faults.push({ at, problem: 'got nothing, expected a password, or a file that holds it' })
  return undefined
}
