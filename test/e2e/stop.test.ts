import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, get, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { addWorkload } from '../fakes/simulated-cluster/workload.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand, type ServingCommand, startServing } from './command.ts'
import { scrape } from './metrics-text.ts'
import { hasPolled } from './running-exporter.ts'

let cluster: SimulatedCluster
let brokers: string

before(async () => {
  cluster = await startSimulatedCluster({ keepRequests: 0, keepBodies: false })
  // Enough that a scraper who does not read is in the middle of it.
  addWorkload(cluster.state, { topics: 40, partitions: 25, groups: 50, commits: 200, hasRecords: true })
  brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`).join(',')
})
after(() => cluster?.close())

async function polled(exporter: ServingCommand): Promise<void> {
  await waitUntil('the first poll', async () => hasPolled(await scrape(exporter.url)))
}

/** Its exit, which a stop that hangs would only come to by force after ten seconds. */
async function ending(exporter: ServingCommand) {
  const deadline = setTimeout(() => exporter.signal('SIGKILL'), 9_000)
  exporter.child.ref()
  const exit = await exporter.exited
  clearTimeout(deadline)
  return exit
}

function logged(exporter: ServingCommand): { level: string; msg: string }[] {
  return exporter
    .stderr()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it with 0 and closes every connection, whoever holds one`, async () => {
    const exporter = await startServing([`--kafka.brokers=${brokers}`, '--poll.interval=1s'])
    await polled(exporter)
    const port = Number(new URL(exporter.url).port)
    // One that idles on a kept connection, one that has stopped reading in the middle, one that never asked.
    const agent = new Agent({ keepAlive: true })
    const [answer] = (await once(get(`${exporter.url}/-/healthy`, { agent }), 'response')) as [
      IncomingMessage,
    ]
    answer.resume()
    const [slow, silent] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    const closed = [slow, silent].map(socket => {
      socket.on('error', () => {})
      return once(socket, 'close')
    })
    await Promise.all([once(slow, 'connect'), once(silent, 'connect')])
    slow.write('GET /metrics HTTP/1.1\r\nHost: exporter\r\n\r\n')
    await once(slow, 'readable')

    exporter.signal(signal)
    assert.deepEqual(await ending(exporter), { code: 0, signal: null })
    slow.resume()
    silent.resume()
    await Promise.all(closed)
    agent.destroy()
    await waitUntil('the brokers see no connection', () => cluster.connections === 0)
    await assert.rejects(fetch(exporter.url), 'nobody listens any more')
    const said = logged(exporter).map(({ level, msg }) => `${level} ${msg}`)
    assert.deepEqual(said, [`info listening on ${exporter.url}`, 'info stopping', 'info stopped'])
  })
}

test('it stops in the middle of a poll that brokers do not answer', async () => {
  for (const { id } of cluster.state.nodes.values()) cluster.broker(id).freeze()
  try {
    const exporter = await startServing([`--kafka.brokers=${brokers}`, '--kafka.request-timeout=5m'])
    await waitUntil('it has connected', () => cluster.connections > 0)
    exporter.signal('SIGTERM')
    assert.deepEqual(await ending(exporter), { code: 0, signal: null })
  } finally {
    for (const { id } of cluster.state.nodes.values()) cluster.broker(id).thaw()
  }
})

test('a second signal ends it at once, whatever the first one waits for', async t => {
  const dir = ownDirectory('stop')
  const mute = createServer(socket => {
    socket.on('error', () => {})
    asked = true
  })
  let asked = false
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  t.after(() => {
    mute.close()
    removeOwnDirectory(dir)
  })
  const { port } = mute.address() as AddressInfo
  const config = join(dir, 'config.yml')
  writeFileSync(
    config,
    `clusters: [{brokers: [${brokers}]}]
dependencies: [{name: db, kind: postgres, url: "postgres://u@127.0.0.1:${port}/db", interval: 1m, timeout: 1m}]
`,
  )
  const exporter = await startServing([`--config=${config}`])
  await waitUntil('the check hangs', () => asked)
  exporter.signal('SIGTERM')
  await waitUntil('it is stopping', () => exporter.stderr().includes('"stopping"'))
  exporter.signal('SIGTERM')
  assert.deepEqual(await ending(exporter), { code: 1, signal: null })
  assert.equal(logged(exporter).at(-1)?.msg, 'stopping')
})

test('a port in use is one line and exit 1', async t => {
  const taken = createServer()
  taken.listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const { code, stdout, stderr } = await runCommand([
    'serve',
    `--kafka.brokers=${brokers}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  assert.deepEqual([code, stdout], [1, ''])
  const [line, ...more] = stderr.trim().split('\n')
  assert.deepEqual(more, [])
  assert.deepEqual(
    [JSON.parse(line!).level, JSON.parse(line!).code, JSON.parse(line!).msg],
    [
      'error',
      'LISTEN_FAILED',
      `--web.listen-address: cannot listen on 127.0.0.1:${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    ],
  )
})
