import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type SimulatedCluster, startSimulatedCluster } from '../fakes/simulated-cluster/simulated-cluster.ts'
import { type Certificates, createCertificates } from '../harness/certificates.ts'
import { freePort } from '../harness/free-port.ts'
import { ownDirectory, removeOwnDirectory } from '../harness/owned-process.ts'
import { type Postgres, startPostgres } from '../harness/postgres.ts'
import { type Redis, startRedis } from '../harness/redis.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { runCommand, startServing } from './command.ts'
import { scrape } from './metrics-text.ts'

const IN_FILE = 'f1le-Pa55w0rd'
const INLINE = 'inl1ne/Pa55:w0rd@x'
const OF_POSTGRES = 'p0stgres Pa55?w0rd'
const OF_DEAD_POSTGRES = 'd3ad-p0stgres-Pa55'
const OF_QUERY = 'qu3ry-Pa55w0rd'
const OF_REDIS = 'r3dis-Pa55w0rd'
const OF_PAGE = 'pag3-Pa55w0rd'

let cluster: SimulatedCluster
let postgres: Postgres
let redis: Redis
let certificates: Certificates
let dir: string
let config: string
const env = { DEAD_DB_URL: '' }

before(async () => {
  dir = ownDirectory('secrets')
  ;[cluster, postgres, redis, certificates] = await Promise.all([
    startSimulatedCluster({ topics: [{ name: 'orders' }], groups: [{ id: 'g', commits: { orders: [0] } }] }),
    startPostgres(),
    startRedis({ password: 'another one' }),
    createCertificates(),
  ])
  const broker = `127.0.0.1:${cluster.state.node(1).port}`
  const closed = await freePort()
  env.DEAD_DB_URL = `postgres://watcher:${OF_DEAD_POSTGRES}@127.0.0.1:${closed}/db?sslpassword=${OF_QUERY}`
  writeFileSync(join(dir, 'password'), `${IN_FILE}\n`)
  config = join(dir, 'config.yml')
  // What answers and what does not: a broker without SASL, one without TLS, one that is not there, and one that works.
  writeFileSync(
    config,
    `clusters:
  - {name: works, brokers: [${broker}], poll_interval: 1s}
  - {name: refuses-sasl, brokers: [${broker}], poll_interval: 1s, sasl: {mechanism: plain, username: alice, password: "${INLINE}"}}
  - {name: refuses-scram, brokers: [${broker}], poll_interval: 1s, sasl: {mechanism: scram-sha-512, username: bob, password_file: ${join(dir, 'password')}}}
  - {name: refuses-tls, brokers: [${broker}], poll_interval: 1s, tls: {ca_file: ${certificates.caFile}, cert_file: ${certificates.client.certFile}, key_file: ${certificates.client.keyFile}}}
  - {name: dead, brokers: ["127.0.0.1:${closed}"], poll_interval: 1s, sasl: {username: carol, password: "${INLINE}"}}
dependencies:
  - {name: db, kind: postgres, interval: 2s, url: "postgres://postgres:${encodeURIComponent(OF_POSTGRES)}@127.0.0.1:${postgres.port}/postgres"}
  - {name: no-such-db, kind: postgres, interval: 2s, url: "postgres://postgres:${encodeURIComponent(OF_POSTGRES)}@127.0.0.1:${postgres.port}/nowhere"}
  - {name: dead-db, kind: postgres, interval: 2s, url_env: DEAD_DB_URL}
  - {name: cache, kind: redis, interval: 2s, url: "redis://dave:${OF_REDIS}@127.0.0.1:${redis.port}"}
  - {name: page, kind: http, interval: 2s, url: "http://erin:${OF_PAGE}@127.0.0.1:${closed}/?key=${OF_QUERY}"}
`,
  )
})
after(async () => {
  await postgres?.close()
  await redis?.close()
  await cluster?.close()
  removeOwnDirectory(dir)
})

/** As written, as meant, and as SASL PLAIN puts it on the wire. */
function secrets(): string[] {
  const key = readFileSync(certificates.client.keyFile, 'utf8').split('\n')[1]!
  const plain = ['alice', 'carol'].map(user => Buffer.from(`\0${user}\0${INLINE}`))
  const passwords = [IN_FILE, INLINE, OF_POSTGRES, OF_DEAD_POSTGRES, OF_QUERY, OF_REDIS, OF_PAGE]
  return [
    ...passwords,
    ...passwords.map(encodeURIComponent),
    ...passwords.map(password => Buffer.from(password).toString('base64').replace(/=+$/, '')),
    ...passwords.map(password => Buffer.from(password).toString('hex')),
    ...plain.flatMap(bytes => [bytes.toString('base64'), bytes.toString('hex')]),
    key.slice(0, 24),
  ]
}

function assertNoSecret(where: string, text: string): void {
  const found = secrets().filter(secret => text.includes(secret))
  assert.deepEqual(found, [], `in ${where}`)
}

const PATHS = [
  '/metrics',
  '/',
  '/api/v1/clusters',
  '/api/v1/groups',
  '/api/v1/groups/g?cluster=works',
  '/api/v1/groups/g',
  '/api/v1/groups/g?cluster=dead',
  '/api/v1/topics',
  '/api/v1/dependencies',
  '/-/ready',
  '/nowhere',
]

for (const [level, format] of [
  ['trace', 'json'],
  ['debug', 'pretty'],
] as const) {
  test(`no secret leaves a running exporter that logs ${level} as ${format}`, async () => {
    const flags = [`--config=${config}`, `--log.level=${level}`, `--log.format=${format}`]
    const exporter = await startServing(flags, env)
    const metrics = await waitUntil('every cluster and dependency has been tried', async () => {
      const seen = await scrape(exporter.url)
      const tried = seen.all('kafka_up').length + seen.all('kafka_health_dependency_up').length
      return tried === 10 && seen
    })
    const up = (name: string) =>
      metrics.all(name).flatMap(({ labels, value }) => (value === 1 ? [labels] : []))
    assert.deepEqual(up('kafka_up'), [{ kafka_cluster: 'works' }])
    assert.deepEqual(up('kafka_health_dependency_up'), [{ dependency: 'db', kind: 'postgres' }])
    for (const path of PATHS) {
      const answer = await fetch(exporter.url + path)
      assertNoSecret(path, `${await answer.text()}${JSON.stringify([...answer.headers])}`)
    }
    exporter.signal('SIGTERM')
    exporter.child.ref()
    assert.deepEqual(await exporter.exited, { code: 0, signal: null })
    const said = exporter.stdout() + exporter.stderr()
    assertNoSecret('the log', said)
    // Each of the failures is told, so there was something to leave them out of.
    for (const cause of [
      'SASL',
      'TLS',
      'ECONNREFUSED',
      'does not exist',
      'WRONGPASS',
      'connection refused',
    ]) {
      assert.ok(said.includes(cause), `${cause} is told in\n${said}`)
    }
  })
}

test('what commands print of the configuration has no secret', async () => {
  const outputs = await Promise.all([
    runCommand(['serve', `--config=${config}`, '--print-config'], env),
    runCommand(['check-config', config], env),
    runCommand(
      ['--kafka.brokers=b:1', '--sasl.username=alice', `--sasl.password=${INLINE}`, '--print-config'],
      {},
    ),
    runCommand(['--kafka.brokers=b:1', '--sasl.username=alice', '--print-config'], {
      KAFKA_HEALTH_EXPORTER_SASL_PASSWORD: INLINE,
    }),
  ])
  assert.deepEqual(
    outputs.map(({ code }) => code),
    [0, 0, 0, 0],
  )
  for (const { stdout, stderr } of outputs) assertNoSecret('the output', stdout + stderr)
  assert.match(outputs[0].stdout, /password: <secret>/)
})

test('faults beside secrets do not repeat them', async () => {
  const wrong = join(dir, 'wrong.yml')
  writeFileSync(
    wrong,
    readFileSync(config, 'utf8').replace('password_file:', 'pasword_file:').replace('db, kind', '"", kind'),
  )
  const broken = join(dir, 'broken.yml')
  writeFileSync(broken, readFileSync(config, 'utf8').replaceAll('}\n', '\n'))
  const outputs = await Promise.all([
    runCommand(['serve', `--config=${wrong}`], env),
    runCommand(['check-config', broken], env),
    runCommand(['--kafka.brokers=b:1', `--sasl.pasword=${INLINE}`], {}),
    runCommand(['--kafka.brokers=b:1', `--sasl.password=${INLINE}`, '--sasl.mechanism=none'], {}),
    runCommand(['--kafka.brokers=b:1', '--sasl.username=alice', `--sasl.password-file=${INLINE}`], {}),
  ])
  assert.deepEqual(
    outputs.map(({ code }) => code),
    [1, 1, 1, 1, 1],
  )
  // A path is not a secret: it has to be told which file cannot be read.
  for (const { stdout, stderr } of outputs.slice(0, 4)) {
    assert.ok(stderr.length > 0)
    assertNoSecret('the output', stdout + stderr)
  }
})

test('`lag` keeps the password of an address to itself', async () => {
  const nobody = createServer(
    socket => void socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'),
  )
  nobody.listen(0, '127.0.0.1')
  await once(nobody, 'listening')
  const { port } = nobody.address() as AddressInfo
  const outputs = await Promise.all([
    runCommand(['lag', `--url=http://alice:${encodeURIComponent(INLINE)}@127.0.0.1:${port}`]),
    runCommand(['lag', `--url=http://alice:${encodeURIComponent(INLINE)}@127.0.0.1:${await freePort()}`]),
    runCommand([
      'lag',
      `--kafka.brokers=127.0.0.1:${cluster.state.node(1).port}`,
      '--sasl.username=alice',
      `--sasl.password=${INLINE}`,
    ]),
  ])
  nobody.close()
  for (const { code, stdout, stderr } of outputs) {
    assert.equal(code, 1)
    assert.match(stderr, /^lag: .+\n$/)
    assertNoSecret('the output', stdout + stderr)
  }
})
