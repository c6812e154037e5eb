import { collectDefaultMetrics, Gauge, Histogram, type Metric, type Registry } from 'prom-client'
import {
  DEPENDENCY_PING_DURATION_SECONDS,
  DEPENDENCY_PING_SECONDS,
  DEPENDENCY_UP,
} from '../catalog/dependencies.ts'
import { BUILD_INFO, LAST_RELOAD_SUCCESS_TIMESTAMP, LAST_RELOAD_SUCCESSFUL } from '../catalog/exporter.ts'
import type { Family, InstrumentFamily } from '../catalog/family.ts'
import {
  SERVICE_CHECK_DURATION_SECONDS,
  SERVICE_CPU_RATIO,
  SERVICE_MEMORY_BYTES,
  SERVICE_STATUS,
} from '../catalog/services.ts'

type DependencyLabel = 'dependency' | 'kind'

/** The metrics that are kept up to date as things happen. */
export interface Instruments {
  readonly buildInfo: Gauge<'version' | 'node_version'>
  readonly dependencyUp: Gauge<DependencyLabel>
  /** Absent while the last check failed: `remove` it then. */
  readonly dependencyPingSeconds: Gauge<DependencyLabel>
  readonly dependencyPingDurationSeconds: Histogram<DependencyLabel>
  /** 1 for one of the statuses and 0 for the others, or none of them. */
  readonly serviceStatus: Gauge<'service' | 'status'>
  readonly serviceCheckDurationSeconds: Gauge<'service'>
  readonly serviceCpuRatio: Gauge<'service'>
  readonly serviceMemoryBytes: Gauge<'service'>
  readonly lastReloadSuccessful: Gauge
  readonly lastReloadSuccessTimestampSeconds: Gauge
}

/** Makes the instruments and publishes those that are among `families`. */
export function createInstruments(registry: Registry, families: readonly Family[]): Instruments {
  const instruments: Instruments = {
    buildInfo: new Gauge(optionsOf(BUILD_INFO)),
    dependencyUp: new Gauge(optionsOf(DEPENDENCY_UP)),
    dependencyPingSeconds: new Gauge(optionsOf(DEPENDENCY_PING_SECONDS)),
    dependencyPingDurationSeconds: new Histogram({
      ...optionsOf(DEPENDENCY_PING_DURATION_SECONDS),
      buckets: [...(DEPENDENCY_PING_DURATION_SECONDS.buckets ?? [])],
    }),
    serviceStatus: new Gauge(optionsOf(SERVICE_STATUS)),
    serviceCheckDurationSeconds: new Gauge(optionsOf(SERVICE_CHECK_DURATION_SECONDS)),
    serviceCpuRatio: new Gauge(optionsOf(SERVICE_CPU_RATIO)),
    serviceMemoryBytes: new Gauge(optionsOf(SERVICE_MEMORY_BYTES)),
    lastReloadSuccessful: new Gauge(optionsOf(LAST_RELOAD_SUCCESSFUL)),
    lastReloadSuccessTimestampSeconds: new Gauge(optionsOf(LAST_RELOAD_SUCCESS_TIMESTAMP)),
  }
  publishInstruments(registry, instruments, families)
  return instruments
}

function optionsOf({ name, help, labels }: InstrumentFamily) {
  return { name, help, labelNames: [...labels], registers: [] }
}

/** Registers those that are among `families`, and no others. They all work, so that whoever writes to them need not know. */
export function publishInstruments(
  registry: Registry,
  instruments: Instruments,
  families: readonly Family[],
): void {
  const names = new Set(families.map(family => family.name))
  for (const instrument of Object.values(instruments) as Metric[]) {
    // The typings leave out that every metric has a name.
    const { name } = instrument as unknown as { readonly name: string }
    if (names.has(name)) registry.registerMetric(instrument)
    else registry.removeSingleMetric(name)
  }
}

/**
 * How often the delay of the event loop is sampled, which wakes the process: at prom-client's 10 ms that is most of what
 * an idle exporter costs. Node counts the interval into each delay, so that a loop without any reads as 0.05 s.
 */
const LAG_SAMPLE_MS = 50

/**
 * Node's own metrics, less those whose labels come and go with every timer and socket; three of these are also gauges
 * named like counters, which promtool refuses.
 */
export function registerNodeMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLE_MS })
  for (const { name } of registry.getMetricsAsArray()) {
    if (name.startsWith('nodejs_active_')) registry.removeSingleMetric(name)
  }
  shareLagWindow(registry)
  const collections = registry.getSingleMetric('nodejs_gc_duration_seconds')
  if (collections instanceof Histogram) {
    // There from the start, not from the first collection of each kind on.
    for (const kind of ['major', 'minor', 'incremental', 'weakcb']) collections.zero({ kind })
  }
}

const LAG_WINDOW_MS = 1_000

/**
 * Every reading of the event loop's delays begins a new window. A second scraper a moment after the first would find
 * it empty, which reads as NaN and as a least delay of 292 years: it gets what the first one got.
 */
function shareLagWindow(registry: Registry): void {
  // The one metric that reads all of them; the typings leave `collect` out.
  const lag = registry.getSingleMetric('nodejs_eventloop_lag_seconds') as { collect?: () => void } | undefined
  const collect = lag?.collect
  if (lag === undefined || collect === undefined) return
  let readAt = Number.NEGATIVE_INFINITY
  lag.collect = () => {
    if (performance.now() - readAt < LAG_WINDOW_MS) return
    readAt = performance.now()
    collect.call(lag)
  }
}
