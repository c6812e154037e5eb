import { isMapping, type Mapping } from './config-file.ts'
import type { Fault } from './fault.ts'
import { type Find, fileLayer, firstOf } from './layers.ts'
import type { NamedFiles } from './named-files.ts'
import type { AnyOption } from './option.ts'
import { SERVICE } from './service-options.ts'
import type { ServiceSettings } from './settings.ts'
import { checkTimeoutWithin } from './timeout-within.ts'
import { pemFiles } from './tls-files.ts'

export interface ServiceSources {
  readonly files: NamedFiles
  readonly faults: Fault[]
}

/** Settings of every service. After a fault the result is there but means nothing. */
export function serviceSettings(
  scopes: readonly (Mapping | null)[],
  sources: ServiceSources,
): readonly ServiceSettings[] {
  return scopes.flatMap((scope, i) => (scope === null ? [] : oneService(scope, `services[${i}].`, sources)))
}

function oneService(scope: Mapping, prefix: string, sources: ServiceSources): ServiceSettings {
  const { faults } = sources
  const find = firstOf([fileLayer(scope, prefix)], option => `${prefix}${option.path}`)
  const required: readonly AnyOption[] = [SERVICE.name, SERVICE.address]
  for (const option of required) {
    const found = find(option)
    if (!found.given) faults.push({ at: found.at, problem: `got nothing, expected ${option.type.expected}` })
  }
  const interval = find(SERVICE.interval)
  const timeout = find(SERVICE.timeout)
  checkTimeoutWithin(timeout, interval, faults)
  return {
    name: find(SERVICE.name).value ?? '',
    address: find(SERVICE.address).value ?? { host: '', port: 0 },
    healthName: find(SERVICE.healthName).value ?? '',
    tls: isMapping(scope.tls) ? tlsOf(find, sources) : null,
    metricsUrl: find(SERVICE.metricsUrl).value ?? null,
    intervalMs: interval.value ?? 0,
    timeoutMs: timeout.value ?? 0,
  }
}

function tlsOf(find: Find, sources: ServiceSources): ServiceSettings['tls'] {
  const found = { ca: find(SERVICE.caFile), cert: find(SERVICE.certFile), key: find(SERVICE.keyFile) }
  return { ...pemFiles(found, sources), serverName: find(SERVICE.serverName).value ?? null }
}
