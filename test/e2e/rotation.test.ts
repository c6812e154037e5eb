import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Certificate } from '../harness/certificates.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { ownDirectory } from '../harness/owned-process.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type EstateExporter, startEstateExporter } from './estate-exporter.ts'
import { labelsOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { type SecuredCluster, startSecuredCluster } from './secured-cluster.ts'

const CLUSTERS = ['password', 'token', 'command', 'certificate'] as const
type Name = (typeof CLUSTERS)[number]

let secured: SecuredCluster
let lab: Lab
let dir: string
let exporter: EstateExporter
let stopIssuing: () => Promise<void>
let mayIssue = true

/** Sessions end after 5 s, so that each is authenticated anew about every 2 s; what is idle for 3 s is closed. */
before(async () => {
  secured = await startSecuredCluster({
    users: [{ name: 'alice', password: 'old-secret' }],
    properties: { 'connections.max.reauth.ms': '5000', 'connections.max.idle.ms': '3000' },
  })
  lab = await startLab(secured.kafka)
  dir = ownDirectory('rotation')
  writeFileSync(file('password'), 'old-secret\n')
  install(secured.certificates.client)
  stopIssuing = startIssuing()
  const ca = `ca_file: ${secured.certificates.caFile}`
  const pair = `${ca}, cert_file: ${file('cert')}, key_file: ${file('key')}`
  const entry = (name: Name, listener: string, interval: string, more: string) => `  - name: ${name}
    brokers: [${secured.kafka.listener(listener)[0]}]
    poll_interval: ${interval}
    ${more}
`
  const token = 'sasl: {mechanism: oauthbearer, '
  exporter = await startEstateExporter(`clusters:
${entry('password', 'SASLTLS', '1s', `tls: {${ca}}\n    sasl: {mechanism: scram-sha-512, username: alice, password_file: ${file('password')}}`)}
${entry('token', 'SASLMTLS', '1s', `tls: {${pair}}\n    ${token}token_file: ${file('token')}}`)}
${entry('command', 'SASL', '1s', `${token}token_command: [cat, ${file('token')}]}`)}
${entry('certificate', 'MTLS', '6s', `tls: {${pair}}`)}
web: {listen_address: '127.0.0.1:0'}
`)
  await exporter.until('all are up', s => CLUSTERS.every(name => isUp(s, name)))
})
after(async () => {
  await stopIssuing?.()
  await exporter?.stop()
  await lab?.close()
  await secured?.kafka.close()
})

const file = (name: string) => join(dir, name)

function install({ certFile, keyFile }: Certificate): void {
  writeFileSync(file('cert'), readFileSync(certFile))
  writeFileSync(file('key'), readFileSync(keyFile))
}

/** A token that lives for 8 s, and another one every second. */
function startIssuing(): () => Promise<void> {
  const issue = () => writeFileSync(file('token'), secured.token({ lifeSeconds: 8 }))
  let isOn = true
  issue()
  const issuing = (async () => {
    while (isOn) {
      // The pace of the issuer.
      await pause(1_000)
      if (mayIssue) issue()
    }
  })()
  return async () => {
    isOn = false
    await issuing
  }
}

const isUp = (s: Samples, cluster: Name) => valueIn(s, 'kafka_up', { kafka_cluster: cluster }) === 1

/** What is wrong with files and commands, as of the last poll. */
async function troubles(
  cluster: Name,
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  const { clusters } = JSON.parse(await exporter.get(`/api/v1/clusters?cluster=${cluster}`)) as {
    clusters: { snapshot: { poll: { errors: { stage: string; code: string; message: string }[] } } }[]
  }
  return clusters[0]!.snapshot.poll.errors.filter(({ stage }) => stage === 'credentials')
}

const untilTold = (cluster: Name, says: string) =>
  waitUntil(`${cluster}: ${says}`, async () => (await troubles(cluster)).some(t => t.message.includes(says)))

/** Until no trouble stands, and every session and every idle connection has had its end since. */
async function untilMended(cluster: Name): Promise<void> {
  await waitUntil(`${cluster} is mended`, async () => (await troubles(cluster)).length === 0)
  const since = Date.now() / 1000
  await exporter.until(`${cluster} was asked on`, s => lastPollOf(s, cluster) > since + 7)
}

function lastPollOf(s: Samples, cluster: Name): number {
  return valueIn(s, 'kafka_health_exporter_last_poll_timestamp_seconds', { kafka_cluster: cluster }) ?? 0
}

/** Failures of polls, those apart that only tell of a file or a command. */
async function failures(): Promise<readonly string[]> {
  const s = await exporter.until('a scrape', () => true)
  assert.deepEqual(
    CLUSTERS.filter(name => !isUp(s, name)),
    [],
  )
  const series = seriesOf(s, 'kafka_health_exporter_poll_errors_total')
  return series.filter(one => labelsOf(one).stage !== 'credentials')
}

test('a password: into the file, then to the broker', async () => {
  writeFileSync(file('password'), 'new-secret\n')
  await untilTold(
    'password',
    'what sasl.password_file holds: a broker refused it; what was accepted before is used on',
  )
  await lab.alterScram('alice', 'new-secret')
  await untilMended('password')
  assert.deepEqual(await failures(), [])
})

test('a certificate and its key, one after the other, the first one half-written', async () => {
  const { certFile, keyFile } = secured.certificates.renewedClient
  const certificate = readFileSync(certFile, 'utf8')
  writeFileSync(file('cert'), certificate.slice(0, -50))
  await untilTold('certificate', `${file('cert')} holds a certificate that is damaged or cut short`)
  writeFileSync(file('cert'), certificate)
  await untilTold('certificate', `${file('key')} is not the key of ${file('cert')}`)
  writeFileSync(file('key'), readFileSync(keyFile))
  await untilMended('certificate')
  assert.deepEqual(await failures(), [])
})

test('tokens that live for seconds, and none for a while', async () => {
  mayIssue = false
  writeFileSync(file('token'), '')
  await untilTold('token', 'empty, expected a token; what was read before is used on')
  mayIssue = true
  await Promise.all([untilMended('token'), untilMended('command')])
  assert.deepEqual(await failures(), [])
})

test('each trouble was logged once', () => {
  const logged = exporter.logged.filter(([, line]) => /sasl\.password_file|is not the key of/.test(line))
  assert.deepEqual(
    logged.map(([cluster]) => cluster).sort(),
    [...new Set(logged.map(([cluster]) => cluster))].sort(),
  )
})
