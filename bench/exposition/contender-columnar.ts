import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { ExporterRegistry } from '../../src/exposition/exporter-registry.ts'
import { createInstruments, registerNodeMetrics } from '../../src/exposition/instruments.ts'
import { sendChunks } from '../../src/http/send-chunks.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { groupsFromArguments, serve } from './contender-server.ts'
import { estate } from './estate.ts'

/** This exporter's own exposition, all default families, Node's metrics included. */
const families = selectFamilies(CATALOG, { include: [], exclude: [] })
const pollOf = estate(groupsFromArguments())
let poll = 0
let snapshot: Snapshot | null = null
const cluster = { name: 'kafka-prod-eu-west-1', labels: {}, snapshot: () => snapshot }
const registry = new ExporterRegistry({ clusters: () => [cluster], families })
createInstruments(registry, families)
registerNodeMetrics(registry)

serve({
  next() {
    snapshot = pollOf(++poll)
  },
  metrics(response, gzip) {
    const { body, contentEncoding, release } = registry.scrape({ gzip })
    if (contentEncoding !== null) response.setHeader('Content-Encoding', contentEncoding)
    sendChunks(body, response, new AbortController().signal, release).catch(error => response.destroy(error))
  },
})
