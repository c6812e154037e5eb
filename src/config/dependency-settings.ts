import type { Environment } from './environment.ts'
import { DEPENDENCY } from './exporter-options.ts'
import { type Fault, shown } from './fault.ts'
import { type Find, fileLayer, firstOf } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import { isPostgresUrl, postgresUrl } from './postgres-url.ts'
import type { DependencySettings } from './settings.ts'
import { checkTimeoutWithin } from './timeout-within.ts'

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
  return {
    name: find(DEPENDENCY.name).value ?? '',
    kind: find(DEPENDENCY.kind).value ?? 'postgres',
    url: urlFrom(find, sources) ?? '',
    intervalMs: interval.value ?? 0,
    timeoutMs: timeout.value ?? 0,
  }
}

function urlFrom(find: Find, { prefix, files, env, faults }: DependencySources): string | undefined {
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
  if (url.given) return url.value
  if (variable.given) {
    if (variable.value === undefined) return undefined
    const named = `got ${shown(variable.value)}`
    const text = env[variable.value]
    if (text !== undefined && text !== '') return proved(text, variable.at, named, faults)
    faults.push({ at: variable.at, problem: `${named}, expected an environment variable that is set` })
    return undefined
  }
  const text = file.value === undefined ? undefined : files.secret(file, 'the URL')
  return text === undefined ? undefined : proved(text, file.at, `got ${shown(file.value)}`, faults)
}

/** The URL is secret, so that only where it came from is told. */
function proved(text: string, at: string, named: string, faults: Fault[]): string | undefined {
  if (isPostgresUrl(text)) return text
  faults.push({ at, problem: `${named}, expected it to hold ${postgresUrl.expected}` })
  return undefined
}
