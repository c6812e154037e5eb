import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { createInstruments, registerNodeMetrics } from '../../src/exposition/instruments.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { familiesNamed } from './exposed.ts'

test('instruments are what the catalogue says', async () => {
  const registry = new Registry()
  const { dependencyPingDurationSeconds, dependencyPingSeconds } = createInstruments(registry, CATALOG)
  const labels = { dependency: 'orders-db', kind: 'postgres' }
  dependencyPingDurationSeconds.observe(labels, 0.003)
  dependencyPingSeconds.set(labels, 0.003)
  const text = await registry.metrics()
  assert.match(
    text,
    /^kafka_health_dependency_ping_duration_seconds_bucket\{le="0.0025",dependency="orders-db",kind="postgres"\} 0$/m,
  )
  assert.match(
    text,
    /^kafka_health_dependency_ping_duration_seconds_bucket\{le="0.005",dependency="orders-db",kind="postgres"\} 1$/m,
  )
  assert.match(
    text,
    /^kafka_health_dependency_ping_seconds\{dependency="orders-db",kind="postgres"\} 0.003$/m,
  )
  dependencyPingSeconds.remove(labels)
  assert.doesNotMatch(await registry.metrics(), /^kafka_health_dependency_ping_seconds\{/m)
})

test('an instrument that is switched off takes values and publishes none', async () => {
  const registry = new Registry()
  const { buildInfo, dependencyUp } = createInstruments(
    registry,
    familiesNamed('kafka_health_exporter_build_info'),
  )
  buildInfo.set({ version: '1', node_version: '2' }, 1)
  dependencyUp.set({ dependency: 'db', kind: 'postgres' }, 1)
  assert.equal(
    await registry.metrics(),
    `# HELP kafka_health_exporter_build_info Version of the exporter and of Node.js; always 1
# TYPE kafka_health_exporter_build_info gauge
kafka_health_exporter_build_info{version="1",node_version="2"} 1
`,
  )
})

test("Node's metrics have the same series in every scrape", async () => {
  const registry = new Registry()
  registerNodeMetrics(registry)
  const series = async () =>
    (await registry.metrics())
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => line.slice(0, line.lastIndexOf(' ')))
  const before = await series()
  const timers = Array.from({ length: 3 }, () => setTimeout(() => {}, 60_000))
  const during = await series()
  for (const timer of timers) clearTimeout(timer)
  assert.deepEqual(during, before)
  assert.ok(before.includes('process_resident_memory_bytes'))
  assert.ok(before.includes('nodejs_gc_duration_seconds_count{kind="incremental"}'))
})

test('two scrapers at once get the same delays of the event loop', async () => {
  const registry = new Registry()
  registerNodeMetrics(registry)
  const delays = async () =>
    (await registry.metrics())
      .split('\n')
      .filter(line => /^nodejs_eventloop_lag_(?:min|max|mean|stddev|p\d+)_seconds/.test(line))
  const first = await waitUntil('a delay is measured', async () => {
    const lines = await delays()
    return !lines.some(line => line.endsWith('Nan')) && lines
  })
  assert.equal(first.length, 7)
  assert.deepEqual(await delays(), first)
})
