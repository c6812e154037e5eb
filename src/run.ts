import { familiesNamed, selectFamilies } from './catalog/catalog.ts'
import { readTextFile } from './config/read-file.ts'
import type { Settings } from './config/settings.ts'
import { ExporterRegistry } from './exposition/exporter-registry.ts'
import { createInstruments, publishInstruments, registerNodeMetrics } from './exposition/instruments.ts'
import { type BudgetOptions, SeriesBudget } from './exposition/series-budget.ts'
import { createHttpApp } from './http/app.ts'
import { createHttpServer } from './http/server.ts'
import type { Clock, Log } from './model/ports.ts'
import type { Reload } from './model/reload.ts'
import { listen } from './run/listen.ts'
import { LiveWebConfig } from './run/live-web-config.ts'
import { Reloader } from './run/reloader.ts'
import { restartFaults } from './run/restart-faults.ts'
import { serveSecurely } from './run/serve-securely.ts'
import { WatchedParts } from './run/watched-parts.ts'

export { createPipeline } from './run/create-pipeline.ts'

export interface RunOptions {
  readonly log: Log
  readonly version: string
  readonly clock?: Clock
  /** The configuration, read anew from where the first one came from; throws ConfigError. Without it, that one stays. */
  readonly load?: () => Settings
  /** Told of settings that have been put in force by a reload. */
  readonly onReload?: (settings: Settings) => void
}

export interface RunningExporter {
  /** http://host:port, or https, that it listens on. */
  readonly url: string
  /** Reads the configuration anew; the cause is for the log. */
  readonly reload: Reload
  /** Stops taking requests, ends what is under way, closes every connection. */
  stop(): Promise<void>
}

/** Builds the parts, starts them in the order in which they depend on each other, stops them in reverse. */
export async function startExporter(settings: Settings, options: RunOptions): Promise<RunningExporter> {
  const { log, version, clock = Date.now, load = () => settings, onReload = () => {} } = options
  const budget = new SeriesBudget(budgetOf(settings.metrics), log)
  const { families } = budgetOf(settings.metrics)
  const registry = new ExporterRegistry({
    clusters: () => parts.clusters(),
    families,
    detailOf: snapshot => budget.detailOf(snapshot),
  })
  const instruments = createInstruments(registry, families)
  const parts = new WatchedParts(instruments, {
    log,
    clock,
    beforePublication: (cluster, snapshot) => budget.weigh(cluster, snapshot),
  })
  parts.create(settings)
  registerNodeMetrics(registry)
  instruments.buildInfo.set({ version, node_version: process.version }, 1)

  // A web file that is taken again does not heal a reload that was refused, nor the other way round.
  const isValid = { reload: true, web: true }
  const noteReading = (of: keyof typeof isValid, valid: boolean) => {
    isValid[of] = valid
    instruments.lastReloadSuccessful.set(isValid.reload && isValid.web ? 1 : 0)
    if (of === 'reload' && valid) instruments.lastReloadSuccessTimestampSeconds.set(clock() / 1000)
  }
  noteReading('reload', true)
  const { configFile } = settings.web
  const web =
    configFile === null
      ? null
      : new LiveWebConfig(configFile, readTextFile, log, isTaken => noteReading('web', isTaken))
  const reloader = new Reloader({
    load,
    refuse: wanted => [...restartFaults(settings.web, wanted.web), ...(web?.faults() ?? [])],
    async apply(wanted) {
      const changes = await parts.change(wanted)
      for (const name of changes.clusters.removed) budget.forget(name ?? '')
      const chosen = budgetOf(wanted.metrics)
      budget.use(chosen)
      registry.publish(chosen.families)
      publishInstruments(registry, instruments, chosen.families)
      onReload(wanted)
      return changes
    },
    note: isTaken => noteReading('reload', isTaken),
    log,
  })

  const app = createHttpApp({
    estate: parts,
    scrape: request => registry.scrape(request),
    reload: reloader.reload,
    ...(web === null ? {} : { access: web.current }),
    log,
    telemetryPath: settings.web.telemetryPath,
    version,
    now: clock,
  })
  const server = createHttpServer(app)
  const endHandshakes = web === null ? null : serveSecurely(server, web, log, clock)
  const scheme = endHandshakes === null ? 'http' : 'https'
  const url = await listen(server, settings.web.listenAddress, scheme, log)
  parts.start()
  const counts = {
    clusters: settings.clusters.length,
    dependencies: parts.dependencies().length,
    services: parts.services().length,
  }
  log.info({ url, ...counts, version }, `listening on ${url}`)

  return {
    url,
    reload: reloader.reload,
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      await reloader.close()
      await parts.stop()
      server.closeAllConnections()
      endHandshakes?.()
      await closed
    },
  }
}

function budgetOf({ names, families, granularity, maxSeries }: Settings['metrics']): BudgetOptions {
  return { families: selectFamilies(familiesNamed(names), families), granularity, maxSeries }
}
