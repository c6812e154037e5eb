import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { CATALOG, EVERY_FAMILY, familiesNamed, type NameSet } from '../../src/catalog/catalog.ts'
import { SERIES } from '../../src/catalog/exporter.ts'
import { ordersSnapshot, unreachableSnapshot } from '../fakes/orders-estate.ts'
import { asPromClient, cluster, registryOf, textOf } from './exposed.ts'

const GOLDEN = new URL('../golden/other-names.txt', import.meta.url)
const OWN = /^kafka_health_/

function registryNamed(names: readonly NameSet[]) {
  const families = familiesNamed(names).filter(family => family.kind !== 'instrument')
  return registryOf(
    [cluster(ordersSnapshot(), 'orders', { env: 'prod' }), cluster(unreachableSnapshot(), 'north')],
    families,
  )
}

const namesOf = (text: string) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)

test('the same numbers under the names of other exporters are the golden file', async () => {
  const registry = registryNamed(['kminion', 'kafka-lag-exporter'])
  for (const { name } of CATALOG) registry.removeSingleMetric(name)
  const text = await textOf(registry)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(GOLDEN, text)
  assert.equal(text, await readFile(GOLDEN, 'utf8'))
})

test('they are what prom-client makes of the same samples, byte for byte', async () => {
  const registry = registryNamed(['native', 'kminion', 'kafka-lag-exporter'])
  registry.removeSingleMetric(SERIES.name)
  assert.equal(await textOf(registry), await asPromClient(registry))
})

test('with native alone nothing else is published, and with the others alone nothing native', async () => {
  assert.deepEqual(
    familiesNamed(['native']).map(family => family.name),
    CATALOG.map(family => family.name),
  )
  const kminion = namesOf(await textOf(registryNamed(['kminion'])))
  assert.deepEqual(
    kminion.filter(name => !OWN.test(name) && !name.startsWith('kminion_')),
    [],
  )
  assert.ok(kminion.includes('kminion_kafka_consumer_group_topic_partition_lag'))
  assert.ok(kminion.includes('kafka_health_exporter_poll_interval_seconds'))
  const lagExporter = namesOf(await textOf(registryNamed(['kafka-lag-exporter'])))
  assert.deepEqual(
    lagExporter.filter(name => !OWN.test(name) && CATALOG.some(family => family.name === name)),
    [],
  )
})

test('all names together have each family and each series once', async () => {
  assert.equal(new Set(EVERY_FAMILY.map(family => family.name)).size, EVERY_FAMILY.length)
  const seen = new Set<string>()
  for (const line of (await textOf(registryNamed(['native', 'kminion', 'kafka-lag-exporter']))).split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const series = line.slice(0, line.lastIndexOf(' '))
    assert.equal(seen.has(series), false, `${series} stands twice`)
    seen.add(series)
  }
})

/** What the other exporters called their metrics. */
const FORCED = [
  'kafka_consumergroup_current_offset_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kafka_consumergroup_lag_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kafka_consumergroup_poll_time_ms metric names should not contain abbreviated units',
  'kminion_kafka_consumer_group_topic_offset_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kminion_kafka_topic_high_water_mark_sum non-histogram and non-summary metrics should not have "_sum" suffix',
  'kminion_kafka_topic_low_water_mark_sum non-histogram and non-summary metrics should not have "_sum" suffix',
]

test('promtool finds nothing but names that the other exporters force', async () => {
  const { stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: await textOf(registryNamed(['native', 'kminion', 'kafka-lag-exporter'])),
    encoding: 'utf8',
    timeout: 30_000,
  })
  assert.equal(error, undefined, 'promtool has to be installed: Debian package prometheus')
  assert.deepEqual(`${stdout}${stderr}`.trim().split('\n').sort(), FORCED)
})
