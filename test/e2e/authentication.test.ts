import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ownDirectory } from '../harness/owned-process.ts'
import { labelsOf, seriesOf, valueIn } from './exposition-text.ts'
import { type SecuredCluster, startSecuredCluster } from './secured-cluster.ts'
import { fetchText, type WatchedExporter, watchExporter } from './watched-exporter.ts'

const USER = { name: 'alice', password: 'alice-secret' }
const WRONG = 'not-the-password'

let secured: SecuredCluster
let dir: string
let token: string
let exporter: WatchedExporter

/** By cluster name: the listener, and what the exporter shows there. */
type Case = readonly [listener: string, tls: string | null, sasl: string | null]

const clusters = new Map<string, Case>()

before(async () => {
  secured = await startSecuredCluster({ users: [USER] })
  const { certificates } = secured
  dir = ownDirectory('authentication')
  token = secured.token({ lifeSeconds: 3_600 })
  writeFileSync(join(dir, 'password'), `${USER.password}\n`)
  writeFileSync(join(dir, 'token'), `${token}\n`)
  writeFileSync(join(dir, 'expired-token'), secured.token({ lifeSeconds: -3_600 }))
  writeFileSync(join(dir, 'revoked-token'), secured.token({ lifeSeconds: 3_600, revoked: true }))

  const ca = `ca_file: ${certificates.caFile}`
  const pair = ({ certFile, keyFile }: { certFile: string; keyFile: string }) =>
    `${ca}, cert_file: ${certFile}, key_file: ${keyFile}`
  const modes: readonly (readonly [name: string, listener: string, tls: string | null])[] = [
    ['plaintext', 'SASL', null],
    ['tls', 'SASLTLS', ca],
    ['mtls', 'SASLMTLS', pair(certificates.client)],
  ]
  const password = `username: alice, password_file: ${join(dir, 'password')}`
  const mechanisms = {
    plain: `mechanism: plain, ${password}`,
    'scram-sha-256': `mechanism: scram-sha-256, ${password}`,
    'scram-sha-512': `mechanism: scram-sha-512, ${password}`,
    'oauthbearer-file': `mechanism: oauthbearer, token_file: ${join(dir, 'token')}`,
    'oauthbearer-command': `mechanism: oauthbearer, token_command: [cat, ${join(dir, 'token')}]`,
  }
  for (const [mode, listener, tls] of modes) {
    for (const [name, sasl] of Object.entries(mechanisms))
      clusters.set(`${name}.${mode}`, [listener, tls, sasl])
  }
  clusters.set('none.tls', ['TLS', ca, null])
  clusters.set('none.mtls', ['MTLS', pair(certificates.client), null])

  const plain = (user: string, word: string) => `mechanism: plain, username: ${user}, password: ${word}`
  const scram = (user: string, word: string) =>
    `mechanism: scram-sha-512, username: ${user}, password: ${word}`
  const oauth = (file: string) => `mechanism: oauthbearer, token_file: ${join(dir, file)}`
  clusters.set('bad.plain-password', ['SASL', null, plain('alice', WRONG)])
  clusters.set('bad.scram-password', ['SASLTLS', ca, scram('alice', WRONG)])
  clusters.set('bad.scram-user', ['SASL', null, scram('nobody', WRONG)])
  clusters.set('bad.token-expired', ['SASLTLS', ca, oauth('expired-token')])
  clusters.set('bad.token-revoked', ['SASL', null, oauth('revoked-token')])
  clusters.set('bad.token-command', [
    'SASL',
    null,
    'mechanism: oauthbearer, token_command: [cat, /nonexistent]',
  ])
  clusters.set('bad.mechanism', ['SCRAMONLY', null, plain('alice', USER.password)])
  clusters.set('bad.no-sasl-there', ['TLS', ca, plain('alice', USER.password)])
  clusters.set('bad.authority', ['TLS', `ca_file: ${certificates.foreign.caFile}`, null])
  clusters.set('bad.expired-broker', ['EXPIRED', ca, null])
  clusters.set('bad.host-name', ['OTHERHOST', ca, null])
  clusters.set('bad.no-client-certificate', ['MTLS', ca, null])
  clusters.set('bad.strange-client-certificate', ['MTLS', pair(certificates.foreign.client), null])
  clusters.set('bad.expired-client-certificate', ['MTLS', pair(certificates.expiredClient), null])
  clusters.set('bad.tls-to-plaintext', ['SASL', ca, null])
  clusters.set('bad.plaintext-to-tls', ['TLS', null, null])

  const entries = [...clusters].map(
    ([name, [listener, tls, sasl]]) => `  - name: ${name}
    brokers: [${secured.kafka.listener(listener)[0]}]
    poll_interval: 2s
    request_timeout: 4s
    connect_timeout: 8s${tls === null ? '' : `\n    tls: {${tls}}`}${sasl === null ? '' : `\n    sasl: {${sasl}}`}`,
  )
  exporter = await watchExporter(`clusters:\n${entries.join('\n')}\nweb: {listen_address: '127.0.0.1:0'}\n`)
})
after(async () => {
  await exporter?.stop()
  await secured?.kafka.close()
})

test('debug', async () => {
  await exporter.until('all polled', s => seriesOf(s, 'kafka_up').length === clusters.size)
  await exporter
    .until('good', s =>
      [...clusters.keys()]
        .filter(n => !n.startsWith('bad'))
        .every(n => valueIn(s, 'kafka_up', { kafka_cluster: n }) === 1),
    )
    .catch(e => console.log(String(e)))
  const s = exporter.now()
  for (const series of seriesOf(s, 'kafka_up')) console.log(series, s.get(series))
  for (const series of seriesOf(s, 'kafka_health_exporter_poll_errors_total'))
    console.log(series, s.get(series))
  console.log(exporter.logged.join('\n'))
  const { body } = await fetchText(`${exporter.url}/api/v1/clusters`)
  for (const c of JSON.parse(body).clusters) console.log(c.name, JSON.stringify(c.poll.errors))
})
