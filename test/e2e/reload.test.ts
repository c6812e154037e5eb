import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { startLab } from '../harness/lab.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { startReloadable } from '../run/reloadable-exporter.ts'
import { startServing } from './command.ts'
import { scrape } from './metrics-text.ts'

const LAST_RELOAD = 'kafka_health_exporter_config_last_reload_successful'

test('SIGHUP: a valid file is put in force, an invalid one is refused, and the log changes with it', async t => {
  const cluster = await startSimulatedCluster({ brokers: 1, topics: [{ name: 'orders' }] })
  const dir = ownDirectory('sighup')
  const file = join(dir, 'exporter.yml')
  const [{ host, port }] = cluster.bootstrap as [{ host: string; port: number }]
  const clusters = (...names: string[]) =>
    `clusters: [${names.map(name => `{name: ${name}, poll_interval: 1s, brokers: ['${host}:${port}']}`).join(', ')}]\n`
  writeFileSync(file, clusters('east'))
  const exporter = await startServing([`--config=${file}`])
  t.after(async () => {
    await exporter.end()
    await cluster.close()
    await removeOwnDirectory(dir)
  })
  const names = async () =>
    (await scrape(exporter.url))
      .all('kafka_up')
      .map(sample => sample.labels.kafka_cluster)
      .join()
  await waitUntil('east is polled', async () => (await names()) === 'east')

  writeFileSync(file, `${clusters('east', 'west')}log: {level: debug, format: pretty}\n`)
  exporter.signal('SIGHUP')
  await waitUntil('west is polled', async () => (await names()) === 'east,west')
  await waitUntil('it is logged, for people now', () =>
    / INFO: configuration reloaded/.test(exporter.stderr()),
  )
  assert.match(exporter.stderr(), /cause: "SIGHUP"/)

  writeFileSync(file, `${clusters('east', 'west')}log: {level: loud}\n`)
  exporter.signal('SIGHUP')
  await waitUntil('it is refused', async () => (await scrape(exporter.url)).value(LAST_RELOAD) === 0)
  assert.match(
    exporter.stderr(),
    / ERROR: log\.level: got "loud", expected trace, debug, info, warn or error\n/,
  )
  assert.equal(await names(), 'east,west')

  writeFileSync(file, clusters('west'))
  const answer = await fetch(`${exporter.url}/-/reload`, { method: 'POST' })
  assert.deepEqual(await answer.json(), {
    clusters: { added: [], removed: ['east'], changed: [], kept: ['west'] },
    dependencies: { added: [], removed: [], changed: [], kept: [] },
    services: { added: [], removed: [], changed: [], kept: [] },
  })
  assert.equal(await names(), 'west')
  exporter.signal('SIGTERM')
  exporter.child.ref()
  assert.deepEqual(await exporter.exited, { code: 0, signal: null })
})

test('a real cluster is added and removed while another one goes on', async t => {
  const kafka: KafkaCluster = await startKafka({ brokers: 1 })
  t.after(() => kafka.close())
  const lab = await startLab(kafka)
  t.after(() => lab.close())
  await lab.createTopics([{ name: 'orders', partitions: 2 }])
  await lab.produce([{ topic: 'orders', partition: 0, count: 5 }])
  await lab.commitOffsets([{ group: 'billing', offsets: [['orders', 0, 2]] }])

  const cluster = (name: string, more = '') =>
    `  - {name: ${name}, poll_interval: 1s, brokers: ['${kafka.brokers.join("', '")}']${more}}\n`
  const exporter = await startReloadable(t, `clusters:\n${cluster('east')}`)
  const lag = (name: string) => ({ kafka_cluster: name, consumergroup: 'billing', partition: '0' })
  await exporter.scrapeUntil('the lag of east', m => m.value('kafka_consumergroup_lag', lag('east')) === 3)
  const polledAt = 'kafka_health_exporter_last_poll_timestamp_seconds'
  const polls = async (name: string) =>
    (await exporter.scrape()).value(polledAt, { kafka_cluster: name }) as number

  exporter.write(`clusters:\n${cluster('east')}${cluster('west')}`)
  await exporter.reload('test')
  const both = await exporter.scrapeUntil(
    'the lag of west',
    m => m.value('kafka_consumergroup_lag', lag('west')) === 3,
  )
  assert.equal(both.value('kafka_consumergroup_lag', lag('east')), 3)

  exporter.write(`clusters:\n${cluster('east')}${cluster('west', ", groups: {exclude: ['billing']}")}`)
  await exporter.reload('test')
  await exporter.scrapeUntil(
    'the group is left out of west',
    m => m.value('kafka_consumergroup_lag', lag('west')) === undefined,
  )
  exporter.write(`clusters:\n${cluster('east')}`)
  await exporter.reload('test')
  const before = await polls('east')
  const after = await exporter.scrapeUntil('east is polled on', m => (m.value(polledAt) ?? 0) > before)
  assert.deepEqual(
    after.series.filter(series => series.includes('kafka_cluster="west"')),
    [],
  )
  assert.equal(after.value('kafka_consumergroup_lag', lag('east')), 3)
  assert.deepEqual(
    exporter.logged.filter(line => !line.startsWith('info ')),
    [],
  )
})
