import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Gauge, Registry } from 'prom-client'
import { CATALOG, selectFamilies } from '../../src/catalog/catalog.ts'
import { SERIES, SERIES_DROPPED } from '../../src/catalog/exporter.ts'
import { createInstruments, registerNodeMetrics } from '../../src/exposition/instruments.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'
import { ordersSnapshot, unreachableSnapshot } from '../fakes/orders-estate.ts'
import { buildSnapshot } from '../fakes/snapshots.ts'
import { asPromClient, cluster, familiesNamed, registryOf, textOf } from './exposed.ts'
import { wideSnapshot } from './wide-snapshot.ts'

const LAG = 'kafka_consumergroup_lag'
const lagOnly = familiesNamed(LAG)

test('one unnamed cluster has no label of its own', async () => {
  const registry = registryOf([cluster(wideSnapshot(1, 7))], lagOnly)
  assert.equal(
    await textOf(registry),
    `# HELP ${LAG} Messages between the committed offset and the end of the partition, never below 0
# TYPE ${LAG} gauge
${LAG}{consumergroup="a-group-with-a-name-that-is-not-short",topic="wide",partition="0"} 7
`,
  )
})

test('the head of a family stands once, before the samples of all clusters', async () => {
  const registry = registryOf(
    [cluster(unreachableSnapshot(), 'a', { env: 'x' }), cluster(unreachableSnapshot(), 'b')],
    familiesNamed('kafka_up', 'kafka_brokers'),
  )
  assert.equal(
    await textOf(registry),
    `# HELP kafka_up 1 if the last poll got metadata from at least one broker
# TYPE kafka_up gauge
kafka_up{kafka_cluster="a",env="x"} 0
kafka_up{kafka_cluster="b"} 0

# HELP kafka_brokers Number of brokers in the cluster metadata
# TYPE kafka_brokers gauge
`,
  )
})

test('a cluster whose snapshot was withdrawn has no series at all', async () => {
  const registry = registryOf([cluster(null, 'old'), cluster(ordersSnapshot(), 'orders')])
  const text = await textOf(registry)
  assert.match(text, /kafka_cluster="orders"/)
  assert.doesNotMatch(text, /kafka_cluster="old"/)
})

test('a name may be claimed once only, by whichever side', () => {
  const registry = registryOf([])
  assert.throws(() => new Gauge({ name: LAG, help: 'x', registers: [registry] }), {
    message: `A metric with the name ${LAG} has already been registered.`,
  })
  assert.throws(() => registryOf([], [...lagOnly, ...lagOnly]), /has already been registered/)
})

test('metrics() gives the whole exposition', async () => {
  const registry = registryOf([cluster(ordersSnapshot())])
  assert.equal(await registry.metrics(), await textOf(registry))
  assert.match(await registry.metrics(), /^kafka_consumergroup_lag\{.*topic="orders",partition="0"\} 100$/m)
})

test('merged into a plain Registry, the families still have their samples', async () => {
  const registry = registryOf([cluster(ordersSnapshot())], lagOnly)
  assert.equal(await Registry.merge([registry, new Registry()]).metrics(), await textOf(registry))
  const [json] = await registry.getMetricsAsJSON()
  assert.equal(json?.values.length, 4)
})

test('without clusters the families have heads and no samples', async () => {
  const registry = registryOf([])
  registry.removeSingleMetric(SERIES_DROPPED.name)
  const text = await textOf(registry)
  assert.equal(text, await asPromClient(registry).then(t => t.replace(/\n$/, `\n${seriesLines(text)}`)))
  assert.match(text, /^kafka_health_exporter_series\{family="kafka_up"\} 0$/m)
})

function seriesLines(text: string): string {
  return text
    .split('\n')
    .filter(line => line.startsWith(`${SERIES.name}{`))
    .map(line => `${line}\n`)
    .join('')
}

test('families that are switched off are not computed and not there', async () => {
  let computed = 0
  const counting = lagOnly.map(family =>
    family.kind === 'column'
      ? {
          ...family,
          column(s: Snapshot) {
            computed++
            return family.column(s)
          },
        }
      : family,
  )
  const off = selectFamilies(counting, { include: [], exclude: [LAG] })
  assert.equal(await textOf(registryOf([cluster(ordersSnapshot())], off)), '')
  assert.equal(computed, 0)
  await textOf(registryOf([cluster(ordersSnapshot())], counting))
  assert.equal(computed, 1)
})

test('each family can be switched off, and all of them', async () => {
  const clusters = [cluster(ordersSnapshot(), 'orders'), cluster(unreachableSnapshot(), 'north')]
  const textWithout = (...exclude: string[]) => {
    const families = selectFamilies(CATALOG, { include: ['.*'], exclude })
    const registry = registryOf(clusters, families)
    createInstruments(registry, families)
    return textOf(registry)
  }
  const namesIn = (text: string) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(match => match[1] ?? '')
  const all = namesIn(await textWithout())
  assert.deepEqual(all.toSorted(), CATALOG.map(family => family.name).sort())
  for (const name of all) {
    assert.deepEqual(
      namesIn(await textWithout(name)),
      all.filter(other => other !== name),
    )
  }
  assert.equal(await textWithout('.*'), '')
})

test('name[] gives those families alone, a histogram also by the names of its samples', async () => {
  const registry = registryOf([cluster(ordersSnapshot())])
  const { dependencyPingDurationSeconds } = createInstruments(registry, CATALOG)
  dependencyPingDurationSeconds.observe({ dependency: 'db', kind: 'postgres' }, 1)
  const familiesOf = async (...names: string[]) =>
    [...(await textOf(registry, { names: new Set(names) })).matchAll(/^# TYPE (\S+)/gm)].map(m => m[1])
  assert.deepEqual(await familiesOf('kafka_up', LAG), ['kafka_up', LAG])
  assert.deepEqual(await familiesOf('kafka_health_dependency_ping_duration_seconds_bucket'), [
    'kafka_health_dependency_ping_duration_seconds',
  ])
  assert.deepEqual(await familiesOf('no_such_family'), [])
  assert.deepEqual(await familiesOf(), [])
})

test('the count of series is that of the answer that it stands in', async () => {
  const registry = registryOf([cluster(ordersSnapshot(), 'orders'), cluster(unreachableSnapshot(), 'north')])
  createInstruments(registry, CATALOG).dependencyUp.set({ dependency: 'db', kind: 'postgres' }, 1)
  registerNodeMetrics(registry)
  const text = await textOf(registry)
  const counted = new Map<string, number>()
  let family = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('# TYPE ')) {
      family = line.split(' ')[2] ?? ''
      counted.set(family, 0)
    } else if (line !== '' && !line.startsWith('#')) counted.set(family, (counted.get(family) ?? 0) + 1)
  }
  const said = [...text.matchAll(/^kafka_health_exporter_series\{family="(.*)"\} (\d+)$/gm)]
  assert.deepEqual(new Map(said.map(([, name = '', count]) => [name, Number(count)])), counted)
  assert.equal(counted.get(LAG), 4)
  assert.ok((counted.get('nodejs_gc_duration_seconds') ?? 0) > 0)
})

test('a filtered answer counts what it has, and leaves the next whole one alone', async () => {
  const registry = registryOf([cluster(ordersSnapshot())])
  const filtered = await textOf(registry, { names: new Set([SERIES.name, 'kafka_up']) })
  assert.deepEqual(seriesLines(filtered).trim().split('\n'), [
    `${SERIES.name}{family="kafka_up"} 1`,
    `${SERIES.name}{family="${SERIES.name}"} 2`,
  ])
  assert.match(await textOf(registry), /^kafka_health_exporter_series\{family="kafka_brokers"\} 1$/m)
})

test('a snapshot that is swapped during a scrape does not mix two generations', async () => {
  const generations = [wideSnapshot(5_000, 1), wideSnapshot(5_000, 2)]
  let poll = 0
  const registry = registryOf([cluster(() => generations[poll] ?? null)], lagOnly, 0)
  const { body } = registry.scrape({ gzip: false })
  const chunks: Buffer[] = []
  for await (const chunk of body) {
    chunks.push(chunk)
    poll = 1
  }
  const values = (text: string) => new Set([...text.matchAll(/\} (\d+)$/gm)].map(m => m[1]))
  assert.ok(chunks.length > 3, 'the scrape went on after the swap')
  assert.deepEqual(values(Buffer.concat(chunks).toString()), new Set(['1']))
  assert.deepEqual(values(await textOf(registry)), new Set(['2']))
})

test('ordinary metrics are as fresh as the scrape, however old the generation is', async () => {
  const registry = registryOf([cluster(ordersSnapshot())])
  const gauge = new Gauge({ name: 'fresh', help: 'x', registers: [registry] })
  gauge.set(1)
  assert.match(await textOf(registry), /^fresh 1$/m)
  gauge.set(2)
  assert.match(await textOf(registry), /^fresh 2$/m)
})

test('names longer than a page are written whole', async () => {
  const id = '"'.repeat(100_000)
  const snapshot = buildSnapshot({
    topics: [{ name: 't', partitions: [{}] }],
    groups: [{ id, commits: { t: { 0: { committed: 1, lag: 3 } } } }],
  })
  const registry = registryOf([cluster(snapshot)], familiesNamed(LAG, 'kafka_consumergroup_members'))
  const escaped = '\\"'.repeat(100_000)
  assert.ok(
    (await textOf(registry)).includes(`\n${LAG}{consumergroup="${escaped}",topic="t",partition="0"} 3\n`),
  )
})

test('labels for all series and other formats are refused, not half supported', () => {
  const registry = registryOf([])
  assert.throws(() => registry.setDefaultLabels({ a: '1' }), /clusters\[\]\.labels/)
  assert.throws(
    () =>
      (registry as { setContentType(type: string): void }).setContentType(Registry.OPENMETRICS_CONTENT_TYPE),
    { message: 'The exporter speaks text format 0.0.4 only' },
  )
})

test('a scrape says what it is', async () => {
  const scrape = registryOf([]).scrape({ gzip: true })
  assert.equal(scrape.contentType, 'text/plain; version=0.0.4; charset=utf-8')
  assert.equal(scrape.contentEncoding, 'gzip')
  scrape.body.destroy()
})
