import type { DependencySettings } from '../config/settings.ts'
import type { Instruments } from '../exposition/instruments.ts'
import { postgresProbe } from '../sources/postgres.ts'
import { WatchedDependency } from '../sources/watched-dependency.ts'
import type { Surroundings } from './surroundings.ts'

/** A dependency whose checks are published. */
export function watchDependency(
  dependency: DependencySettings,
  instruments: Instruments,
  { log, clock }: Surroundings,
): WatchedDependency {
  const { name, kind, url, intervalMs, timeoutMs } = dependency
  const labels = { dependency: name, kind }
  return new WatchedDependency({
    name,
    kind,
    intervalMs,
    probe: postgresProbe(url, timeoutMs),
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
export function announceDependency({ name, kind }: DependencySettings, instruments: Instruments): void {
  instruments.dependencyPingDurationSeconds.zero({ dependency: name, kind })
}

/** Nothing is told of a dependency any more. */
export function forgetDependency({ name, kind }: DependencySettings, instruments: Instruments): void {
  const labels = { dependency: name, kind }
  instruments.dependencyUp.remove(labels)
  instruments.dependencyPingSeconds.remove(labels)
  instruments.dependencyPingDurationSeconds.remove(labels)
}
