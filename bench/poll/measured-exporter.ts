// The exporter as the benchmark measures it: its own pipeline, registry and HTTP server, polled on command and on a
// clock that moves one interval per poll, so that its slow clocks turn as in production.
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { ExporterRegistry } from '../../src/exposition/exporter-registry.ts'
import { createHttpApp } from '../../src/http/app.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { pipelineFrom, pipelineSpecOf } from '../../src/run/create-pipeline.ts'
import { recordWatchFrom } from '../../src/run/create-record-watch.ts'
import { recordWatchersOf } from '../../src/run/record-watchers.ts'
import { benchSettings, quietLog } from './bench-settings.ts'
import { watchLoop } from './loop-block.ts'
import { serveMeasurements } from './measured-process.ts'

const INTERVAL_MS = 15_000
const [brokers = '', folder = '.', probes = 'on', records = 'not watched'] = process.argv.slice(2)

const start = Date.now()
let polls = 0
let polledAt = performance.now()
const clock = () => start + polls * INTERVAL_MS + Math.floor(performance.now() - polledAt)

const settings = benchSettings(brokers, {
  stateFile: join(folder, 'state'),
  pollIntervalMs: INTERVAL_MS,
  probes: probes === 'on',
  watchesRecords: records === 'watched',
})
const families = selectFamilies(CATALOG, settings.metrics.families)
const spec = pipelineSpecOf(settings.clusters[0]!, settings)
const surroundings = { log: quietLog, clock }
const { watchers, views } = recordWatchersOf(spec, surroundings)
const pipeline = pipelineFrom(spec, surroundings, views)
const watch = recordWatchFrom(spec, watchers, pipeline.handle.snapshot, surroundings)
const clusters = () => [pipeline.handle]
const registry = new ExporterRegistry({ clusters, families })
const app = createHttpApp({
  estate: { clusters, dependencies: () => [], services: () => [] },
  scrape: request => registry.scrape(request),
  log: quietLog,
  telemetryPath: settings.web.telemetryPath,
  version: 'bench',
  now: clock,
})
const server = createHttpServer(app)
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${settings.web.telemetryPath}`

let requestsBefore = new Map<string, number>()
let probeBytesBefore = 0
serveMeasurements(
  {
    url,
    async poll() {
      polls++
      polledAt = performance.now()
      const { poll, up } = await pipeline.poll()
      await watch?.pass()
      const sent = [...poll.requests].map(
        ([api, count]) => [api, count - (requestsBefore.get(api) ?? 0)] as const,
      )
      requestsBefore = new Map(poll.requests)
      const errors = poll.lastErrors.map(({ stage, code, message }) => `${stage} ${code}: ${message}`)
      if (!up) errors.unshift('no broker gave metadata')
      const probeBytes = poll.probeBytes - probeBytesBefore
      probeBytesBefore = poll.probeBytes
      const requests = Object.fromEntries(sent.filter(([, count]) => count > 0))
      return { requests, errors, probeBytes, deferred: poll.probesDeferred }
    },
  },
  watchLoop,
)
