import { isDeepStrictEqual } from 'node:util'
import type { Mapping } from './config-file.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, fileLayer, firstOf } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import type { AnyOption } from './option.ts'
import { registryName } from './registry-url.ts'
import { SCHEMA } from './schema-options.ts'
import type { RegistrySettings, SchemaSettings } from './settings.ts'
import { checkTimeoutWithin } from './timeout-within.ts'
import { tlsFiles } from './tls-files.ts'

interface Sources {
  readonly files: NamedFiles
  readonly faults: Fault[]
}

/** Settings of every schema watch. After a fault the result is there but means nothing. */
export function schemaSettings(
  scopes: readonly (Mapping | null)[],
  clusters: readonly (string | null)[],
  sources: Sources,
): readonly SchemaSettings[] {
  const found = scopes.flatMap((scope, i) =>
    scope === null ? [] : [{ prefix: `schemas[${i}].`, ...oneSchema(scope, i, clusters, sources) }],
  )
  checkRegistries(found, sources.faults)
  return found.map(({ prefix, ...settings }) => settings)
}

function oneSchema(
  scope: Mapping,
  i: number,
  clusters: readonly (string | null)[],
  { files, faults }: Sources,
): SchemaSettings {
  const prefix = `schemas[${i}].`
  const find = firstOf([fileLayer(scope, prefix)], option => `${prefix}${option.path}`)
  const topics = find(SCHEMA.topics)
  if (!topics.given) {
    faults.push({ at: topics.at, problem: `got nothing, expected ${SCHEMA.topics.type.expected}` })
  }
  const registry = registryOf(find, { files, faults })
  const file = find(SCHEMA.schemaFile)
  if (file.given && find(SCHEMA.registry).given) {
    faults.push({ at: file.at, problem: 'got both, expected either this or registry' })
  }
  return {
    cluster: clusterOf(find, clusters, faults),
    topics: topics.value ?? [],
    recordsPerSecond: find(SCHEMA.sample).value ?? 0,
    target: find(SCHEMA.target).value ?? 'none',
    largestRecordBytes: find(SCHEMA.largestRecord).value ?? 0,
    registry,
    schemaFile: schemaFileOf(find, { files, faults }),
  }
}

function clusterOf(find: Find, clusters: readonly (string | null)[], faults: Fault[]): string | null {
  const cluster = find(SCHEMA.cluster)
  const names = clusters.filter(name => name !== null)
  if (!cluster.given) {
    if (clusters.length > 1) {
      faults.push({ at: cluster.at, problem: `got nothing, expected ${oneOf(names)}` })
    }
    return clusters[0] ?? null
  }
  if (cluster.value === undefined || names.includes(cluster.value)) return cluster.value ?? null
  const expected = names.length === 0 ? 'none: the cluster has no name' : oneOf(names)
  faults.push({ at: cluster.at, problem: `got ${shown(cluster.value)}, expected ${expected}` })
  return null
}

function oneOf(names: readonly string[]): string {
  return `the name of a cluster: ${names.join(', ')}`
}

function registryOf(find: Find, { files, faults }: Sources): RegistrySettings | null {
  const url = find(SCHEMA.registry)
  const ofRegistry: readonly AnyOption[] = [
    SCHEMA.username,
    SCHEMA.passwordFile,
    SCHEMA.tokenFile,
    SCHEMA.caFile,
    SCHEMA.certFile,
    SCHEMA.keyFile,
    SCHEMA.timeout,
    SCHEMA.interval,
  ]
  if (!url.given) {
    for (const option of ofRegistry) {
      const { given, at } = find(option)
      if (given) faults.push({ at, problem: 'got a value, expected none without registry' })
    }
    return null
  }
  const isPlain = url.value !== undefined && !/^https:/i.test(url.value)
  const tls = { ca: find(SCHEMA.caFile), cert: find(SCHEMA.certFile), key: find(SCHEMA.keyFile) }
  const timeout = find(SCHEMA.timeout)
  const interval = find(SCHEMA.interval)
  checkTimeoutWithin(timeout, interval, faults)
  return {
    name: url.value === undefined ? '' : registryName(url.value),
    url: url.value ?? '',
    login: loginOf(find, { files, faults }),
    tls: tlsFiles(tls, isPlain ? 'a registry of http://' : null, { files, faults }),
    timeoutMs: timeout.value ?? 0,
    intervalMs: interval.value ?? 0,
  }
}

function loginOf(find: Find, { files, faults }: Sources): RegistrySettings['login'] {
  const username = find(SCHEMA.username)
  const password = find(SCHEMA.passwordFile)
  const token = find(SCHEMA.tokenFile)
  if (token.given) {
    for (const { given, at } of [username, password]) {
      if (given) faults.push({ at, problem: 'got a value, expected none beside auth.token_file' })
    }
    return { kind: 'bearer', tokenFile: files.secretPath(token, 'the token') ?? '' }
  }
  if (!username.given && !password.given) return null
  if (!username.given) faults.push({ at: username.at, problem: 'got nothing, expected a user name' })
  if (!password.given) {
    faults.push({ at: password.at, problem: 'got nothing, expected a file that holds the password' })
    return null
  }
  return {
    kind: 'basic',
    username: username.value ?? '',
    passwordFile: files.secretPath(password, 'the password') ?? '',
  }
}

function schemaFileOf(find: Find, { files, faults }: Sources): SchemaSettings['schemaFile'] {
  const file = find(SCHEMA.schemaFile)
  if (!file.given || file.value === undefined) return null
  const text = files.text(file)
  if (text === undefined) return null
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
      return { path: file.value, document }
    }
  } catch {
    // Said below.
  }
  faults.push({ at: file.at, problem: `got ${shown(file.value)}, expected a file with a JSON Schema` })
  return null
}

/** One registry is one dependency, and asked one way. */
function checkRegistries(
  found: readonly (SchemaSettings & { readonly prefix: string })[],
  faults: Fault[],
): void {
  const first = new Map<string, { readonly prefix: string; readonly registry: RegistrySettings }>()
  for (const { prefix, registry } of found) {
    if (registry === null || registry.name === '') continue
    const earlier = first.get(registry.name)
    if (earlier === undefined) first.set(registry.name, { prefix, registry })
    else if (!isDeepStrictEqual(earlier.registry, registry)) {
      const problem = `got other settings of ${shown(registry.url)}, expected those of ${earlier.prefix.slice(0, -1)}`
      faults.push({ at: `${prefix}registry`, problem })
    }
  }
}
