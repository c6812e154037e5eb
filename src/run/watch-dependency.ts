import { readTextFile } from '../config/read-file.ts'
import type { DependencySettings, RegistrySettings } from '../config/settings.ts'
import type { Instruments } from '../exposition/instruments.ts'
import { httpProbe } from '../sources/http.ts'
import { postgresProbe } from '../sources/postgres.ts'
import { redisProbe } from '../sources/redis.ts'
import type { ReadText } from '../sources/request-credentials.ts'
import { type Probe, WatchedDependency } from '../sources/watched-dependency.ts'
import { registryClient } from './create-schema-watch.ts'
import type { Surroundings } from './surroundings.ts'

export type DependencySpec = DependencySettings | (RegistrySettings & { readonly kind: 'schema_registry' })

const readAgain: ReadText = (path, maxBytes) => readTextFile(path, maxBytes, 'again')

function probeOf(dependency: DependencySpec): Probe {
  switch (dependency.kind) {
    case 'postgres':
      return postgresProbe(dependency.url, dependency.timeoutMs)
    case 'redis':
      return redisProbe(dependency, readAgain)
    case 'http':
      return httpProbe(dependency, readAgain)
    case 'schema_registry': {
      const client = registryClient(dependency)
      return { check: () => client.ping(), close: () => client.close() }
    }
  }
}

/** A dependency whose checks are published. */
export function watchDependency(
  dependency: DependencySpec,
  instruments: Instruments,
  { log, clock }: Surroundings,
): WatchedDependency {
  const { name, kind, intervalMs } = dependency
  const labels = { dependency: name, kind }
  return new WatchedDependency({
    name,
    kind,
    intervalMs,
    probe: probeOf(dependency),
    clock,
    log,
    onCheck({ view, durationMs }) {
      instruments.dependencyUp.set(labels, view.up ? 1 : 0)
      instruments.dependencyPingDurationSeconds.observe(labels, durationMs / 1000)
      if (view.pingMs === null) instruments.dependencyPingSeconds.remove(labels)
      else instruments.dependencyPingSeconds.set(labels, view.pingMs / 1000)
    },
  })
}

/** Its checks are counted from 0: a counter that is born above 0 hides its first event. */
export function announceDependency({ name, kind }: DependencySpec, instruments: Instruments): void {
  instruments.dependencyPingDurationSeconds.zero({ dependency: name, kind })
}

/** Nothing is told of a dependency any more. */
export function forgetDependency({ name, kind }: DependencySpec, instruments: Instruments): void {
  const labels = { dependency: name, kind }
  instruments.dependencyUp.remove(labels)
  instruments.dependencyPingSeconds.remove(labels)
  instruments.dependencyPingDurationSeconds.remove(labels)
}
