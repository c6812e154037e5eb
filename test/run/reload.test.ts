import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { startReloadable } from './reloadable-exporter.ts'

let east: SimulatedCluster
let west: SimulatedCluster

const orders = { name: 'orders', partitions: 2, highWatermark: 100 }
const billing = { id: 'billing', commits: { orders: [90, 95] } }

before(async () => {
  east = await startSimulatedCluster({ topics: [orders, { name: 'audit' }], groups: [billing] })
  west = await startSimulatedCluster({ topics: [{ ...orders, name: 'shop' }] })
  west.state.clusterId = 'simulated-cluster-0002'
})
after(() => Promise.all([east?.close(), west?.close()]))

const brokersOf = (cluster: SimulatedCluster) =>
  `[${cluster.bootstrap.map(({ host, port }) => `'${host}:${port}'`).join(', ')}]`

function clusterOf(name: string, cluster: SimulatedCluster, more = ''): string {
  return `  - {name: ${name}, poll_interval: 1s, brokers: ${brokersOf(cluster)}${more}}\n`
}

const none = { added: [], removed: [], changed: [], kept: [] }

test('a cluster comes and goes, and the other one is not touched', async t => {
  const alone = `clusters:\n${clusterOf('east', east)}`
  const both = `${alone}${clusterOf('west', west)}`
  const exporter = await startReloadable(t, alone)
  const stateFile = join(exporter.dir, 'state')
  exporter.write(`${alone}state_file: ${stateFile}\n`)
  await exporter.reload('test')
  await exporter.scrapeUntil('east is polled', m => m.value('kafka_up', { kafka_cluster: 'east' }) === 1)
  const connected = east.requestCounts.get('ApiVersions')

  exporter.write(`${both}state_file: ${stateFile}\n`)
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: true,
    changes: { clusters: { ...none, added: ['west'], kept: ['east'] }, dependencies: none, services: none },
  })
  const metrics = await exporter.scrapeUntil('west is polled', m =>
    m.has('kafka_topic_partition_current_offset{kafka_cluster="west",topic="shop",partition="0"}'),
  )
  assert.equal(metrics.value('kafka_up', { kafka_cluster: 'east' }), 1)

  exporter.write(`${alone}state_file: ${stateFile}\n`)
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: true,
    changes: { clusters: { ...none, removed: ['west'], kept: ['east'] }, dependencies: none, services: none },
  })
  const without = await exporter.scrape()
  assert.deepEqual(
    without.series.filter(series => series.includes('kafka_cluster="west"')),
    [],
  )
  assert.equal(without.value('kafka_up', { kafka_cluster: 'east' }), 1)
  assert.equal(west.connections, 0)
  assert.ok(existsSync(`${stateFile}.west`), 'the state of the cluster that is gone stays')
  assert.equal(east.requestCounts.get('ApiVersions'), connected, 'no connection was made anew')

  const clocks = readFileSync(`${stateFile}.west`)
  exporter.write(`${both}state_file: ${stateFile}\n`)
  await exporter.reload('test')
  const back = await exporter.scrapeUntil(
    'west is polled again',
    m => m.value('kafka_up', { kafka_cluster: 'west' }) === 1,
  )
  const startedAt = back.value('kafka_health_exporter_clock_start_timestamp_seconds', {
    kafka_cluster: 'west',
  })
  assert.ok(clocks.includes(`"clockStartAt":${Math.round((startedAt as number) * 1000)}`), 'its clocks go on')
})

test('a cluster that is watched otherwise keeps clocks and counters, and is in every scrape', async t => {
  const exporter = await startReloadable(t, `clusters:\n${clusterOf('east', east)}`)
  const first = await exporter.scrapeUntil('the first poll', m => m.value('kafka_up') === 1)
  const requests = first.value('kafka_health_exporter_requests_total', { api: 'Metadata' }) as number
  const startedAt = first.value('kafka_health_exporter_clock_start_timestamp_seconds')

  exporter.write(`clusters:\n${clusterOf('east', east, ", topics: {exclude: ['audit']}, labels: {site: a}")}`)
  const outcome = await exporter.reload('test')
  assert.deepEqual(outcome.isApplied && outcome.changes.clusters, { ...none, changed: ['east'] })
  const between = await exporter.scrape()
  assert.equal(between.value('kafka_up', { site: 'a' }), 1, 'before its first poll has ended')
  const next = await exporter.scrapeUntil(
    'its own poll',
    m => m.all('kafka_topic_up', { topic: 'audit' }).length === 0,
  )
  assert.ok((next.value('kafka_health_exporter_requests_total', { api: 'Metadata' }) as number) > requests)
  assert.equal(next.value('kafka_health_exporter_clock_start_timestamp_seconds'), startedAt)
  assert.equal(next.value('kafka_consumergroup_lag', { topic: 'orders', partition: '0' }), 10)
})

test('of other brokers under the same name nothing is shown that these did not say', async t => {
  const exporter = await startReloadable(t, `clusters:\n${clusterOf('main', east)}`)
  await exporter.scrapeUntil('the first poll', m => m.value('kafka_up') === 1)
  // Nothing is heard of them before the reload has been seen from outside.
  for (const { id } of west.state.nodes.values()) west.broker(id).freeze()
  t.after(() => {
    for (const { id } of west.state.nodes.values()) west.broker(id).thaw()
  })
  exporter.write(`clusters:\n${clusterOf('main', west)}`)
  await exporter.reload('test')
  assert.deepEqual((await exporter.scrape()).all('kafka_topic_up'), [])
  for (const { id } of west.state.nodes.values()) west.broker(id).thaw()
  const metrics = await exporter.scrapeUntil('west answers', m => m.value('kafka_up') === 1)
  assert.deepEqual(
    metrics.all('kafka_topic_up').map(sample => sample.labels.topic),
    ['shop'],
  )
})

test('an invalid configuration is refused with all its faults, and the one before goes on', async t => {
  const valid = `clusters:\n${clusterOf('east', east)}`
  const exporter = await startReloadable(t, valid)
  await exporter.scrapeUntil('the first poll', m => m.value('kafka_up') === 1)
  const successAt = 'kafka_health_exporter_config_last_reload_success_timestamp_seconds'
  const wasSuccessful = 'kafka_health_exporter_config_last_reload_successful'
  const first = await exporter.scrape()
  assert.equal(first.value(wasSuccessful), 1)

  exporter.write(
    `clusters:\n${clusterOf('east', west, ', poll_intervall: 2s')}${clusterOf('east', west, ', sasl: {mechanism: plain, username: u, password: hunter2}')}`,
  )
  const faults = [
    { at: 'clusters[0].poll_intervall', problem: 'unknown key, did you mean poll_interval?' },
    { at: 'clusters[1].name', problem: 'got "east", expected another name than that of clusters[0]' },
  ]
  assert.deepEqual(await exporter.reload('test'), { isApplied: false, faults })
  assert.deepEqual(exporter.logged.slice(-3), [
    'error clusters[0].poll_intervall: unknown key, did you mean poll_interval?',
    'error clusters[1].name: got "east", expected another name than that of clusters[0]',
    'error reload refused: the configuration before it stays',
  ])
  const refused = await exporter.scrape()
  assert.equal(refused.value(wasSuccessful), 0)
  assert.equal(refused.value(successAt), first.value(successAt))
  assert.equal(refused.value('kafka_up', { kafka_cluster: 'east' }), 1)
  assert.deepEqual(exporter.reloaded, [])

  exporter.write(valid)
  await exporter.reload('test')
  const healed = await exporter.scrape()
  assert.equal(healed.value(wasSuccessful), 1)
  assert.ok((healed.value(successAt) as number) > (first.value(successAt) as number))
  assert.equal(exporter.logged.at(-1), 'info configuration reloaded')
})

test('what needs a restart is refused as a whole', async t => {
  const exporter = await startReloadable(t, `clusters:\n${clusterOf('east', east)}`)
  exporter.write(
    `clusters:\n${clusterOf('west', west)}web: {listen_address: '127.0.0.1:1', telemetry_path: /kafka}\n`,
  )
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: false,
    faults: [
      {
        at: 'web.listen_address',
        problem: 'got "127.0.0.1:1", expected "127.0.0.1:0" until the next restart',
      },
      { at: 'web.telemetry_path', problem: 'got "/kafka", expected "/metrics" until the next restart' },
    ],
  })
})

test('families are switched on and off', async t => {
  const clusters = `clusters:\n${clusterOf('east', east)}`
  const exporter = await startReloadable(t, clusters)
  const first = await exporter.scrapeUntil('the first poll', m => m.value('kafka_up') === 1)
  assert.equal(first.type('kafka_broker_info'), 'gauge')
  assert.equal(first.type('kafka_health_exporter_build_info'), 'gauge')
  assert.equal(first.type('kafka_topic_partition_last_stable_offset'), undefined)

  const off = 'kafka_broker_info, kafka_health_exporter_build_info'
  exporter.write(`${clusters}metrics: {families: {exclude: [${off}]}}\n`)
  const outcome = await exporter.reload('test')
  assert.deepEqual(outcome.isApplied && outcome.changes.clusters, { ...none, kept: ['east'] })
  const without = await exporter.scrape()
  assert.equal(without.type('kafka_broker_info'), undefined)
  assert.equal(without.type('kafka_health_exporter_build_info'), undefined)
  assert.equal(without.value('kafka_health_exporter_config_last_reload_successful'), 1)

  exporter.write(`${clusters}metrics: {families: {include: [kafka_topic_partition_last_stable_offset]}}\n`)
  const more = await exporter.reload('test')
  assert.deepEqual(more.isApplied && more.changes.clusters, { ...none, changed: ['east'] }, 'polls read more')
  const all = await exporter.scrapeUntil(
    'last stable offsets',
    m => m.value('kafka_topic_partition_last_stable_offset', { topic: 'orders', partition: '1' }) === 100,
  )
  assert.equal(all.type('kafka_broker_info'), 'gauge')
  assert.equal(all.value('kafka_health_exporter_build_info'), 1)
})

test('dependencies come and go', async t => {
  const clusters = `clusters:\n${clusterOf('east', east)}`
  const database = (name: string, timeout: string) =>
    `{name: ${name}, kind: postgres, url: 'postgres://u:p@127.0.0.1:1/d', interval: 1s, timeout: ${timeout}}`
  const checks = 'kafka_health_dependency_ping_duration_seconds_count'
  const exporter = await startReloadable(
    t,
    `${clusters}dependencies: [${database('a', '1s')}, ${database('b', '1s')}, ${database('c', '1s')}]\n`,
  )
  const first = await exporter.scrapeUntil('each is checked', m =>
    ['a', 'b', 'c'].every(dependency => (m.value(checks, { dependency }) ?? 0) >= 1),
  )
  exporter.write(
    `${clusters}dependencies: [${database('b', '500ms')}, ${database('c', '1s')}, ${database('d', '1s')}]\n`,
  )
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: true,
    changes: {
      clusters: { ...none, kept: ['east'] },
      dependencies: { added: ['d'], removed: ['a'], changed: ['b'], kept: ['c'] },
      services: none,
    },
  })
  const next = await exporter.scrape()
  assert.deepEqual(
    next.all(checks).map(sample => sample.labels.dependency),
    ['b', 'c', 'd'],
  )
  assert.equal(next.all('kafka_health_dependency_up', { dependency: 'a' }).length, 0)
  const checked = first.value(checks, { dependency: 'b' }) as number
  assert.ok((next.value(checks, { dependency: 'b' }) as number) >= checked, 'counters do not go back')
})

test('a dependency that becomes another kind has the series of that kind alone', async t => {
  const clusters = `clusters:\n${clusterOf('east', east)}`
  const of = (kind: string, url: string) =>
    `${clusters}dependencies: [{name: a, kind: ${kind}, url: '${url}', interval: 1s, timeout: 1s}]\n`
  const server = createServer((_, response) => void response.end('fine')).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const exporter = await startReloadable(t, of('redis', 'redis://127.0.0.1:1'))
  const up = 'kafka_health_dependency_up'
  await exporter.scrapeUntil('it is down', m => m.value(up, { dependency: 'a', kind: 'redis' }) === 0)
  exporter.write(of('http', `http://127.0.0.1:${port}/`))
  assert.ok((await exporter.reload('test')).isApplied)
  const next = await exporter.scrapeUntil(
    'it is up',
    m => m.value(up, { dependency: 'a', kind: 'http' }) === 1,
  )
  for (const name of [up, 'kafka_health_dependency_ping_duration_seconds_count']) {
    assert.deepEqual(
      next.all(name).map(sample => sample.labels.kind),
      ['http'],
    )
  }
})
