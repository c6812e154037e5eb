import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { Gauge, Registry } from 'prom-client'
import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { labelsOf } from '../../src/catalog/family.ts'
import { samplesOf } from '../../src/exposition/registered-family.ts'
import { groupsFromArguments, serve } from './contender-server.ts'
import { estate } from './estate.ts'

/** The same series as prom-client's users write them: a Gauge per family, `set` per series and poll, `metrics()`. */
const pollOf = estate(groupsFromArguments())
const registry = new Registry()
const gauges = selectFamilies(CATALOG, { include: [], exclude: [] }).flatMap(family => {
  if (family.kind === 'instrument') return []
  const labels = labelsOf(family)
  const { name, help } = family
  const gauge = new Gauge({ name, help, labelNames: ['kafka_cluster', ...labels], registers: [registry] })
  return [{ family, labels, gauge }]
})
let poll = 0

serve({
  next() {
    const snapshot = pollOf(++poll)
    for (const { family, labels, gauge } of gauges) {
      for (const [value, ...own] of samplesOf(family, snapshot)) {
        const set: Record<string, string> = { kafka_cluster: 'kafka-prod-eu-west-1' }
        for (let i = 0; i < labels.length; i++) set[labels[i] as string] = own[i] as string
        gauge.set(set, value)
      }
    }
  },
  metrics(response, gzip) {
    registry.metrics().then(text => {
      if (!gzip) return void response.end(text)
      response.setHeader('Content-Encoding', 'gzip')
      pipeline(Readable.from([Buffer.from(text)]), createGzip({ level: 1 }), response, () => {})
    })
  },
})
