import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { ownDirectory } from '../harness/owned-process.ts'
import { seriesOf, valueIn } from './exposition-text.ts'
import { fetchText, type WatchedExporter, watchExporter } from './watched-exporter.ts'
import { pollErrors, report } from './world.ts'

const WRONG = 'not-the-password'
let kafka: KafkaCluster
before(async () => {
  kafka = await startKafka({ brokers: 1, listeners: 'sasl_tls' })
})
after(() => kafka?.close())

interface Credentials {
  readonly caFile: string
  readonly password: string
}

async function watch(t: TestContext, { caFile, password }: Credentials): Promise<WatchedExporter> {
  const exporter = await watchExporter(`
clusters:
  - brokers: ['${kafka.brokers[0]}']
    poll_interval: 1s
    request_timeout: 2s
    tls: {ca_file: '${caFile}'}
    sasl: {mechanism: scram-sha-512, username: alice, password: '${password}'}
    expect: {topics: [orders]}
web: {listen_address: '127.0.0.1:0'}
`)
  t.after(() => exporter.stop())
  return exporter
}

test('a wrong password is told by its name, and nowhere by its value', async t => {
  const caFile = kafka.certificates!.caFile
  const exporter = await watch(t, { caFile, password: WRONG })
  const observed = exporter.observe()
  const code = 'SASL_AUTHENTICATION_FAILED'
  const { samples } = await exporter.until('it is told', s => pollErrors(s, 'metadata').includes(code))
  assert.equal(valueIn(samples, 'kafka_up'), 0)
  assert.deepEqual(seriesOf(samples, 'kafka_topic_up'), [], 'nobody said whether it exists')
  await exporter.nextPoll()
  await exporter.nextPoll()
  assert.ok(observed.generations().every(one => (valueIn(one.samples, 'kafka_up') ?? 0) === 0))

  const bodies = await Promise.all(
    ['/metrics', '/', '/api/v1/clusters', '/-/ready'].map(path => fetchText(exporter.url + path)),
  )
  assert.deepEqual(
    bodies.map(({ status }) => status),
    [200, 200, 200, 200],
  )
  // By its code, or as the reason for a pause.
  assert.match(bodies[2]!.body, /SASL_AUTHENTICATION_FAILED|authentication failed/i)
  const told = [...bodies.map(({ body }) => body), ...exporter.logged].join('\n')
  assert.equal(told.includes(WRONG), false)
  assert.ok(exporter.logged.some(line => /authentication failed/i.test(line)))
  assert.deepEqual(observed.broken, [])
  report(t, observed)

  const right = await watch(t, { caFile, password: kafka.users[0]!.password })
  await right.until('the right one is let in', s => valueIn(s, 'kafka_up') === 1)
})

test('an untrusted certificate is told by its name; the right authority in the same file ends it', async t => {
  const { caFile, foreign } = kafka.certificates!
  const trusted = join(ownDirectory('trusted'), 'ca.pem')
  copyFileSync(foreign.caFile, trusted)
  const exporter = await watch(t, { caFile: trusted, password: kafka.users[0]!.password })
  const observed = exporter.observe()
  const { samples } = await exporter.until('it is told', s =>
    pollErrors(s, 'metadata').includes('TLS_UNTRUSTED'),
  )
  assert.equal(valueIn(samples, 'kafka_up'), 0)
  assert.ok(exporter.logged.some(line => /certificate/.test(line)))

  copyFileSync(caFile, trusted)
  const mended = await exporter.nextPoll()
  assert.equal(valueIn(mended.samples, 'kafka_up'), 1)
  assert.equal(valueIn(mended.samples, 'kafka_topic_up', { topic: 'orders' }), 0, 'a broker said so')
  assert.deepEqual(observed.broken, [])
  report(t, observed)
})
