import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { SERIES, SERIES_DROPPED } from '../../src/catalog/exporter.ts'
import type { ExporterRegistry } from '../../src/exposition/exporter-registry.ts'
import { createInstruments, registerNodeMetrics } from '../../src/exposition/instruments.ts'
import { SERVICE_STATUSES } from '../../src/model/service-status.ts'
import { ordersSnapshot, unreachableSnapshot } from '../fakes/orders-estate.ts'
import { asPromClient, cluster, registryOf, textOf } from './exposed.ts'

const GOLDEN = new URL('../golden/metrics.txt', import.meta.url)

/** Three clusters, one of them withdrawn, and the instruments with something in each. */
function estateRegistry(): ExporterRegistry {
  const registry = registryOf([
    cluster(ordersSnapshot(), 'orders', { env: 'pr"od' }),
    cluster(null, 'withdrawn'),
    cluster(unreachableSnapshot(), 'north'),
  ])
  const instruments = createInstruments(registry, CATALOG)
  instruments.buildInfo.set({ version: '1.2.3', node_version: 'v20.19.0' }, 1)
  const orders = { dependency: 'orders-db', kind: 'postgres' }
  instruments.dependencyUp.set(orders, 1)
  instruments.dependencyPingSeconds.set(orders, 0.0015)
  instruments.dependencyPingDurationSeconds.observe(orders, 0.0015)
  instruments.lastReloadSuccessful.set(1)
  instruments.lastReloadSuccessTimestampSeconds.set(1_772_366_400.25)
  instruments.dependencyUp.set({ dependency: 'ledger "db"', kind: 'postgres' }, 0)
  for (const status of SERVICE_STATUSES) {
    instruments.serviceStatus.set({ service: 'bff', status }, status === 'not_serving' ? 1 : 0)
  }
  instruments.serviceCheckDurationSeconds.set({ service: 'bff' }, 0.0021)
  instruments.serviceCpuRatio.set({ service: 'bff' }, 0.25)
  instruments.serviceMemoryBytes.set({ service: 'bff' }, 73_400_320)
  return registry
}

test('the whole exposition of a rich estate is the golden file', async () => {
  const text = await textOf(estateRegistry())
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(GOLDEN, text)
  assert.equal(text, await readFile(GOLDEN, 'utf8'))
})

test('it is what prom-client makes of the same samples, byte for byte', async () => {
  const registry = estateRegistry()
  // They are about the answer that they stand in, which prom-client cannot know.
  registry.removeSingleMetric(SERIES.name)
  registry.removeSingleMetric(SERIES_DROPPED.name)
  assert.equal(await textOf(registry), await asPromClient(registry))
})

/** Names that dashboards written for kafka_exporter expect. */
const FORCED_BY_KAFKA_EXPORTER = [
  'kafka_consumergroup_current_offset_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kafka_consumergroup_lag_sum non-histogram and non-summary metrics should not have "_sum" suffix',
]

test('promtool finds nothing but names that kafka_exporter forces', async () => {
  const registry = estateRegistry()
  registerNodeMetrics(registry)
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: await textOf(registry),
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(error, undefined, 'promtool has to be installed: Debian package prometheus')
  assert.deepEqual(`${stdout}${stderr}`.trim().split('\n').sort(), FORCED_BY_KAFKA_EXPORTER)
})

test('no sample stands twice, and none outside its family', async () => {
  const registry = estateRegistry()
  registerNodeMetrics(registry)
  const seen = new Set<string>()
  let family = ''
  for (const line of (await textOf(registry)).split('\n')) {
    if (line.startsWith('# TYPE ')) family = line.split(' ')[2] ?? ''
    if (line === '' || line.startsWith('#')) continue
    const series = line.slice(0, line.lastIndexOf(' '))
    assert.equal(seen.has(series), false, `${series} stands twice`)
    assert.match(series, new RegExp(`^${family}(?:_bucket|_sum|_count)?(?:\\{|$)`))
    seen.add(series)
  }
  assert.ok(seen.size > 200)
})
