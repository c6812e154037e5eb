import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CATALOG, selectFamilies } from './catalog/catalog.ts'
import { rememberedObjectives } from './config/objective-memory.ts'
import type { ClusterSettings, DependencySettings, Settings } from './config/settings.ts'
import { codeOf, ExporterError, messageOf } from './errors.ts'
import { ExporterRegistry } from './exposition/exporter-registry.ts'
import { createInstruments, type Instruments, registerNodeMetrics } from './exposition/instruments.ts'
import { SeriesBudget } from './exposition/series-budget.ts'
import { createHttpApp } from './http/app.ts'
import { createHttpServer } from './http/server.ts'
import { createClusterReader } from './kafka/cluster-reader.ts'
import { openKafkajsTransport } from './kafka/kafkajs-transport.ts'
import { tlsFromFiles } from './kafka/tls-files.ts'
import type { Clock, Estate, Log } from './model/ports.ts'
import type { Snapshot } from './model/snapshot.ts'
import type { Steps } from './model/steps.ts'
import { ClusterPipeline } from './pipeline/cluster-pipeline.ts'
import { stateFile, statePathOf } from './pipeline/state-file.ts'
import { postgresProbe } from './sources/postgres.ts'
import { WatchedDependency } from './sources/watched-dependency.ts'

/** Publication waits this long for a disk, then goes on and says so. */
const SAVE_TIMEOUT_MS = 5_000
/** Descriptions, configurations and log directories are read about this often. */
const SLOW_EVERY_MS = 60_000
/** Kafka aborts a transaction after transaction.timeout.ms, which brokers bound to 15 minutes as a rule. */
const HUNG_AFTER_MS = 900_000
const LAST_STABLE_OFFSET = 'kafka_topic_partition_last_stable_offset'

export interface RunOptions {
  readonly log: Log
  readonly version: string
  readonly clock?: Clock
}

export interface RunningExporter {
  /** http://host:port that it listens on. */
  readonly url: string
  /** Stops taking requests, ends what is under way, closes every connection. */
  stop(): Promise<void>
}

/** Builds the parts, starts them in the order in which they depend on each other, stops them in reverse. */
export async function startExporter(settings: Settings, options: RunOptions): Promise<RunningExporter> {
  const { log, version, clock = Date.now } = options
  const families = selectFamilies(CATALOG, settings.metrics.families)
  const { granularity, maxSeries } = settings.metrics
  const budget = new SeriesBudget({ families, granularity, maxSeries }, log)
  const pipelines = settings.clusters.map(cluster =>
    createPipeline(cluster, settings, {
      log,
      clock,
      beforePublication: (name, snapshot) => budget.weigh(name, snapshot),
    }),
  )
  const handles = pipelines.map(p => p.handle)
  const registry = new ExporterRegistry({
    clusters: () => handles,
    families,
    detailOf: snapshot => budget.detailOf(snapshot),
  })
  const instruments = createInstruments(registry, families)
  registerNodeMetrics(registry)
  instruments.buildInfo.set({ version, node_version: process.version }, 1)
  const dependencies = settings.dependencies.map(d => watchDependency(d, instruments, { log, clock }))
  const estate: Estate = { clusters: () => handles, dependencies: () => dependencies.map(d => d.view()) }

  const app = createHttpApp({
    estate,
    scrape: request => registry.scrape(request),
    log,
    telemetryPath: settings.web.telemetryPath,
    version,
    now: clock,
  })
  const server = createHttpServer(app)
  const url = await listen(server, settings.web.listenAddress, log)
  for (const part of [...pipelines, ...dependencies]) part.start()
  log.info(
    { url, clusters: handles.length, dependencies: dependencies.length, version },
    `listening on ${url}`,
  )

  return {
    url,
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      await Promise.allSettled([...pipelines, ...dependencies].map(part => part.stop()))
      server.closeAllConnections()
      await closed
    },
  }
}

export interface DirectLook {
  poll(): Promise<Snapshot>
  close(): Promise<void>
}

/** Looks at the first configured cluster when asked, without state and without publishing. */
export function openDirectLook(settings: Settings, log: Log): DirectLook {
  const [cluster] = settings.clusters
  if (cluster === undefined) throw new ExporterError('INTERNAL', 'no cluster is configured')
  const pipeline = createPipeline(cluster, { ...settings, stateFile: null }, { log, clock: Date.now })
  return { poll: () => pipeline.poll(), close: () => pipeline.stop() }
}

interface Surroundings {
  readonly log: Log
  readonly clock: Clock
  /** Work on a snapshot before it is published; `cluster` is '' where it has no name. */
  readonly beforePublication?: (cluster: string, snapshot: Snapshot) => Steps<void>
}

export function createPipeline(
  cluster: ClusterSettings,
  settings: Pick<Settings, 'stateFile' | 'metrics'>,
  { log, clock, beforePublication }: Surroundings,
): ClusterPipeline {
  const published = new Set(selectFamilies(CATALOG, settings.metrics.families).map(f => f.name))
  const transport = openKafkajsTransport({
    seeds: cluster.brokers,
    tls: cluster.tls === null ? null : tlsFromFiles(cluster.tls),
    sasl: cluster.sasl,
    clientId: 'kafka-health-exporter',
    requestTimeoutMs: cluster.requestTimeoutMs,
    connectTimeoutMs: cluster.connectTimeoutMs,
    // Well below the interval, or the poll after a broker's return would not ask it.
    backoff: { minMs: 250, maxMs: Math.min(10_000, cluster.pollIntervalMs / 4) },
  })
  const reader = createClusterReader({
    transport,
    clock,
    topics: name => matches(cluster.topics, name),
    groups: name => matches(cluster.groups, name),
    expect: cluster.expect,
    requestTimeoutMs: cluster.requestTimeoutMs,
    slowEveryMs: SLOW_EVERY_MS,
  })
  return new ClusterPipeline(
    {
      name: cluster.name,
      labels: cluster.labels,
      pollIntervalMs: cluster.pollIntervalMs,
      maxReadingAgeMs: cluster.maxReadingAgeMs,
      brokerForgetAfterMs: cluster.brokerForgetAfterMs,
      descriptionMaxAgeMs: 3 * SLOW_EVERY_MS + cluster.maxReadingAgeMs,
      uncommitted: cluster.uncommitted,
      configuredTopics: new Set(cluster.expect.topics),
      configuredGroups: new Set(cluster.expect.groups),
      noConsumerAfterMs: cluster.noConsumerAfterMs,
      lossHorizonMs: cluster.lossHorizonMs,
      hungAfterMs: HUNG_AFTER_MS,
      objectiveOf: rememberedObjectives(cluster.objectives, clock),
      readsAllStable: published.has(LAST_STABLE_OFFSET),
      probeBytesPerSecond: cluster.probe.maxBytesPerSecond,
      saveTimeoutMs: SAVE_TIMEOUT_MS,
    },
    {
      reader,
      store: settings.stateFile === null ? null : stateFile(statePathOf(settings.stateFile, cluster.name)),
      clock,
      log: cluster.name === null ? log : withField(log, 'kafka_cluster', cluster.name),
      ...(beforePublication && {
        beforePublication: snapshot => beforePublication(cluster.name ?? '', snapshot),
      }),
    },
  )
}

function matches(filter: ClusterSettings['topics'], name: string): boolean {
  return filter.include.some(p => p.test(name)) && !filter.exclude.some(p => p.test(name))
}

function watchDependency(
  dependency: DependencySettings,
  instruments: Instruments,
  { log, clock }: Surroundings,
): WatchedDependency {
  const { name, kind, url, intervalMs, timeoutMs } = dependency
  const labels = { dependency: name, kind }
  // There from the start: a counter that is born above 0 hides its first event.
  instruments.dependencyPingDurationSeconds.zero(labels)
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

function withField(log: Log, key: string, value: string): Log {
  return {
    debug: (fields, message) => log.debug({ [key]: value, ...fields }, message),
    info: (fields, message) => log.info({ [key]: value, ...fields }, message),
    warn: (fields, message) => log.warn({ [key]: value, ...fields }, message),
    error: (fields, message) => log.error({ [key]: value, ...fields }, message),
  }
}

async function listen(server: Server, address: Settings['web']['listenAddress'], log: Log): Promise<string> {
  const { host, port } = address
  const shown = `${host ?? ''}:${port}`
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      reject(
        new ExporterError(
          'LISTEN_FAILED',
          `--web.listen-address: cannot listen on ${shown}: ${messageOf(cause)}`,
          { cause },
        ),
      )
    })
    if (host === null) server.listen(port, resolve)
    else server.listen(port, host, resolve)
  })
  // Out of descriptors or buffers for one more connection: no reason to end.
  server.on('error', error => log.error({ code: codeOf(error) }, `HTTP server: ${messageOf(error)}`))
  const bound = server.address() as AddressInfo
  const name = host ?? 'localhost'
  return `http://${name.includes(':') ? `[${name}]` : name}:${bound.port}`
}
