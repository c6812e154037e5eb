import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { ServicesAnswer } from '../../src/http/api-routes.ts'
import { freePorts } from '../harness/free-port.ts'
import { type HealthBehaviour, listenWith, startHealthServer } from '../harness/health-server.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type ReloadableExporter, startReloadable } from './reloadable-exporter.ts'

const STATUS = 'kafka_health_service_status'
const CPU = 'kafka_health_service_cpu_ratio'
const MEMORY = 'kafka_health_service_memory_bytes'

/** No Kafka listens there, which is nothing to the services. */
const CLUSTERS = `clusters: [{brokers: ['127.0.0.1:1']}]\n`

async function answerOf({ url }: ReloadableExporter): Promise<ServicesAnswer> {
  return (await (await fetch(`${url}/api/v1/services?limit=1000`)).json()) as ServicesAnswer
}

/** What the API tells once the condition holds. */
function answerWhen(exporter: ReloadableExporter, what: string, holds: (answer: ServicesAnswer) => boolean) {
  return waitUntil(what, async () => {
    const answer = await answerOf(exporter)
    return holds(answer) && answer
  })
}

const service = (name: string, port: number, more = '') =>
  `  - {name: ${name}, address: '127.0.0.1:${port}'${more}}\n`

/** Answers nothing that it is asked over gRPC. */
async function hanging(t: TestContext, isSilentServer: boolean): Promise<number> {
  if (!isSilentServer) return listenWith(t, () => {})
  return (await startHealthServer(t, { health: { '': 'silent' } })).port
}

test('of 200 services 50 hang, and all are checked within one interval and one deadline', async t => {
  const answering: readonly (readonly [string, HealthBehaviour])[] = [
    ['serving', 'SERVING'],
    ['not_serving', 'NOT_SERVING'],
    ['unknown', 'UNKNOWN'],
  ]
  const servers = await Promise.all(
    Array.from({ length: 130 }, (_, i) =>
      startHealthServer(t, { health: { '': answering[i % 10 < 8 ? 0 : (i % 10) - 7]![1] } }),
    ),
  )
  const hung = await Promise.all(Array.from({ length: 50 }, (_, i) => hanging(t, i % 2 === 0)))
  const closed = await freePorts(20)
  const names = servers.map(({ health }) => answering.find(([, each]) => each === health[''])![0])
  const services = [
    ...servers.map(({ port }, i) => service(`${names[i]}-${i}`, port)),
    ...hung.map((port, i) => service(`unhealthy-${i}`, port)),
    ...closed.map((port, i) => service(`offline-${i}`, port)),
  ]
  const exporter = await startReloadable(t, `${CLUSTERS}services:\n${services.join('')}`)
  const { counts, services: found } = await answerWhen(
    exporter,
    'all are checked',
    answer => answer.total === 200 && answer.counts.unchecked === 0,
  )
  // The defaults: every 10 s, and 2 s for each. Nobody has been asked a second time when all have been asked once.
  assert.deepEqual(
    servers.map(server => server.checks()).filter(checks => checks !== 1),
    [],
  )
  assert.deepEqual(
    found
      .filter(({ name, status }) => !name.startsWith(`${status}-`))
      .map(({ name, status, failure }) => ({ name, status, failure })),
    [],
  )
  assert.deepEqual(counts, {
    offline: 20,
    unhealthy: 50,
    not_serving: 13,
    unknown: 13,
    serving: 104,
    unchecked: 0,
  })
  const metrics = await exporter.scrape()
  assert.equal(metrics.value(STATUS, { service: 'serving-0', status: 'serving' }), 1)
  assert.equal(metrics.value(STATUS, { service: 'serving-0', status: 'offline' }), 0)
  assert.equal(metrics.value(STATUS, { service: 'offline-19', status: 'offline' }), 1)
})

test('services come and go with the configuration, and the others are not touched', async t => {
  const [kept, changed, added] = await Promise.all([1, 2, 3].map(() => startHealthServer(t)))
  const every = ', interval: 1s, timeout: 1s'
  const exporter = await startReloadable(
    t,
    `${CLUSTERS}services:\n${service('kept', kept!.port, every)}${service('changed', changed!.port, every)}${service('removed', changed!.port, every)}`,
  )
  await answerWhen(exporter, 'three serve', ({ counts }) => counts.serving === 3)

  changed!.health[''] = 'NOT_SERVING'
  exporter.write(
    `${CLUSTERS}services:\n${service('added', added!.port, every)}${service('kept', kept!.port, every)}${service('changed', changed!.port, ', interval: 2s, timeout: 1s')}`,
  )
  const outcome = await exporter.reload('test')
  assert.deepEqual(outcome.isApplied && outcome.changes.services, {
    added: ['added'],
    removed: ['removed'],
    changed: ['changed'],
    kept: ['kept'],
  })
  const metrics = await exporter.scrapeUntil(
    'all three are checked',
    m =>
      m.value(STATUS, { service: 'added', status: 'serving' }) === 1 &&
      m.value(STATUS, { service: 'kept', status: 'serving' }) === 1 &&
      m.value(STATUS, { service: 'changed', status: 'not_serving' }) === 1,
  )
  assert.deepEqual(metrics.all(STATUS, { service: 'removed' }), [])
  const asked = kept!.checks()
  await waitUntil('it is asked on', () => kept!.checks() > asked)
  assert.equal(kept!.peers.size, 1)

  exporter.write(CLUSTERS)
  await exporter.reload('test')
  assert.deepEqual((await exporter.scrape()).all(STATUS), [])
  assert.equal((await answerOf(exporter)).total, 0)
})

test('CPU and memory come from the metrics of the service, and go with them', async t => {
  let isBroken = false
  let cpu = 1
  const web = createServer((_, response) => {
    if (isBroken) response.writeHead(500).end()
    else response.end(`process_cpu_seconds_total ${cpu++}\nprocess_resident_memory_bytes 4096\n`)
  }).listen(0, '127.0.0.1')
  t.after(() => {
    web.close()
    web.closeAllConnections()
  })
  await new Promise(resolve => web.once('listening', resolve))
  const { port } = await startHealthServer(t)
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/metrics`
  const exporter = await startReloadable(
    t,
    `${CLUSTERS}services:\n${service('bff', port, `, metrics_url: '${url}', interval: 1s, timeout: 1s`)}`,
  )
  const metrics = await exporter.scrapeUntil('CPU is known', m =>
    m.has('kafka_health_service_cpu_ratio{service="bff"}'),
  )
  assert.ok(metrics.value(CPU, { service: 'bff' })! > 0)
  assert.equal(metrics.value(MEMORY, { service: 'bff' }), 4_096)

  isBroken = true
  const without = await exporter.scrapeUntil(
    'neither is known',
    m => m.all(CPU).length + m.all(MEMORY).length === 0,
  )
  assert.equal(without.value(STATUS, { service: 'bff', status: 'serving' }), 1)
  const { services } = await answerOf(exporter)
  assert.deepEqual(services[0]?.resources, {
    cpuRatio: null,
    memoryBytes: null,
    failure: { code: 'HTTP_ERROR', message: 'metrics_url answered HTTP 500' },
  })
})

test('the exporter stops at once while services hang', async t => {
  const port = await hanging(t, false)
  const exporter = await startReloadable(
    t,
    `${CLUSTERS}services:\n${service('hung', port, ', interval: 1h, timeout: 1m')}`,
  )
  await answerWhen(exporter, 'it is listed', ({ counts }) => counts.unchecked === 1)
  await exporter.stop()
})
