import { DEPENDENCY } from './dependency-options.ts'
import { expectedOf, isUrlOf } from './dependency-url.ts'
import type { Environment } from './environment.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, fileLayer, firstOf } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import type { DependencySettings } from './settings.ts'
import { checkTimeoutWithin } from './timeout-within.ts'
import { tlsFiles } from './tls-files.ts'

export interface DependencySources {
  readonly scope: unknown
  /** `dependencies[0].` */
  readonly prefix: string
  readonly files: NamedFiles
  readonly env: Environment
  readonly faults: Fault[]
}

/** One dependency's settings. After a fault the result is there but means nothing. */
export function dependencySettings(sources: DependencySources): DependencySettings {
  const { prefix, faults } = sources
  const find = firstOf([fileLayer(sources.scope, prefix)], option => `${prefix}${option.path}`)
  for (const option of [DEPENDENCY.name, DEPENDENCY.kind]) {
    const found = find(option)
    if (!found.given) faults.push({ at: found.at, problem: `got nothing, expected ${option.type.expected}` })
  }
  const interval = find(DEPENDENCY.interval)
  const timeout = find(DEPENDENCY.timeout)
  checkTimeoutWithin(timeout, interval, faults)
  const kind = find(DEPENDENCY.kind).value
  const url = urlFrom(find, kind, sources)
  return {
    name: find(DEPENDENCY.name).value ?? '',
    kind: kind ?? 'postgres',
    url: url ?? '',
    tls: tlsFiles(
      { ca: find(DEPENDENCY.caFile), cert: find(DEPENDENCY.certFile), key: find(DEPENDENCY.keyFile) },
      kind === 'postgres' ? 'postgres, whose URL has them' : url === undefined ? null : plainSchemeOf(url),
      sources,
    ),
    intervalMs: interval.value ?? 0,
    timeoutMs: timeout.value ?? 0,
  }
}

function urlFrom(
  find: Find,
  kind: DependencySettings['kind'] | undefined,
  { prefix, files, env, faults }: DependencySources,
): string | undefined {
  const url = find(DEPENDENCY.url)
  const variable = find(DEPENDENCY.urlEnv)
  const file = find(DEPENDENCY.urlFile)
  const given = [url, variable, file].filter(found => found.given)
  if (given.length !== 1) {
    const got =
      given.length === 0 ? 'nothing' : given.map(found => found.at.slice(prefix.length)).join(' and ')
    faults.push({
      at: `${prefix}url`,
      problem: `got ${got}, expected exactly one of url, url_env and url_file`,
    })
    return undefined
  }
  // The URL is secret, so that only where it came from is told.
  const proved = (text: string | undefined, problem: string, at: string): string | undefined => {
    if (text === undefined || kind === undefined || isUrlOf(kind, text)) return text
    faults.push({ at, problem: `${problem} ${expectedOf(kind)}` })
    return undefined
  }
  if (url.given) return proved(url.value, 'got <secret>, expected', url.at)
  if (variable.given) {
    if (variable.value === undefined) return undefined
    const named = `got ${shown(variable.value)}`
    const text = env[variable.value]
    if (text !== undefined && text !== '') return proved(text, `${named}, expected it to hold`, variable.at)
    faults.push({ at: variable.at, problem: `${named}, expected an environment variable that is set` })
    return undefined
  }
  if (file.value === undefined) return undefined
  return proved(files.secret(file, 'the URL'), `got ${shown(file.value)}, expected it to hold`, file.at)
}

/** Null where the URL is one of TLS. */
function plainSchemeOf(url: string): string | null {
  const { protocol } = new URL(url)
  return protocol === 'https:' || protocol === 'rediss:' ? null : `${protocol}//`
}
