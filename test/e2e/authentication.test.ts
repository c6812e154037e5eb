import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Certificate } from '../harness/certificates.ts'
import { ownDirectory } from '../harness/owned-process.ts'
import { type EstateExporter, startEstateExporter } from './estate-exporter.ts'
import { labelsOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { type SecuredCluster, startSecuredCluster } from './secured-cluster.ts'

const USER = { name: 'alice', password: 'alice-secret' }
const WRONG = 'not-the-password'

interface Entry {
  readonly name: string
  readonly listener: string
  readonly tls?: string
  readonly sasl?: string
}

interface Failure extends Entry {
  readonly code: string
  /** What is said after the address, up to what the broker or OpenSSL said. */
  readonly says: string
  readonly remedy: string
}

let secured: SecuredCluster
let dir: string
let exporter: EstateExporter
let samples: Samples
let works: readonly Entry[]
let fails: readonly Failure[]
let secrets: readonly string[]

before(async () => {
  secured = await startSecuredCluster({ users: [USER] })
  dir = ownDirectory('authentication')
  const contents = {
    password: `${USER.password}\n`,
    token: `${secured.token({ lifeSeconds: 3_600 })}\n`,
    'expired-token': secured.token({ lifeSeconds: -3_600 }),
    'revoked-token': secured.token({ lifeSeconds: 3_600, revoked: true }),
  }
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(dir, name), content)
  secrets = [WRONG, ...Object.values(contents).map(content => content.trim())]
  works = workingEntries()
  fails = failingEntries()
  exporter = await startEstateExporter(`clusters:
${[...works, ...fails].map(clusterYaml).join('')}web: {listen_address: '127.0.0.1:0'}
`)
  let pending: readonly string[] = []
  samples = await exporter
    .until('every cluster is up, or its failure counted', s => {
      pending = [
        ...works.filter(({ name }) => valueIn(s, 'kafka_up', { kafka_cluster: name }) !== 1),
        ...fails.filter(({ name, code }) => !codesOf(s, name).includes(code)),
      ].map(({ name }) => `${name}: ${codesOf(s, name)}; ${linesOf(name).join('; ')}`)
      return pending.length === 0
    })
    .catch(error => {
      throw new Error(`${error.message}\n${pending.join('\n')}`)
    })
})
after(async () => {
  await exporter?.stop()
  await secured?.kafka.close()
})

const file = (name: string) => join(dir, name)
const ca = () => `ca_file: ${secured.certificates.caFile}`
const pair = ({ certFile, keyFile }: Certificate) => `${ca()}, cert_file: ${certFile}, key_file: ${keyFile}`

function workingEntries(): readonly Entry[] {
  const mutual = pair(secured.certificates.client)
  const password = `username: alice, password_file: ${file('password')}`
  const mechanisms = {
    plain: `mechanism: plain, ${password}`,
    'scram-sha-256': `mechanism: scram-sha-256, ${password}`,
    'scram-sha-512': `mechanism: scram-sha-512, ${password}`,
    'token-file': `mechanism: oauthbearer, token_file: ${file('token')}`,
    'token-command': `mechanism: oauthbearer, token_command: [cat, ${file('token')}]`,
  }
  return [
    { name: 'none.tls', listener: 'TLS', tls: ca() },
    { name: 'none.mtls', listener: 'MTLS', tls: mutual },
    ...Object.entries(mechanisms).flatMap(([mechanism, sasl]) => [
      { name: `${mechanism}.plaintext`, listener: 'SASL', sasl },
      { name: `${mechanism}.tls`, listener: 'SASLTLS', tls: ca(), sasl },
      { name: `${mechanism}.mtls`, listener: 'SASLMTLS', tls: mutual, sasl },
    ]),
  ]
}

function failingEntries(): readonly Failure[] {
  const { certificates } = secured
  const as = (mechanism: string, user: string, password: string) =>
    `mechanism: ${mechanism}, username: ${user}, password: ${password}`
  const shows = (token: string) => `mechanism: oauthbearer, token_file: ${file(token)}`
  return [
    {
      name: 'wrong-password.plain',
      listener: 'SASL',
      sasl: as('plain', 'alice', WRONG),
      code: 'SASL_AUTHENTICATION_FAILED',
      says: 'SASL PLAIN authentication failed: wrong user name or password',
      remedy: 'Check both: with PLAIN a broker does not say which of them is wrong.',
    },
    {
      name: 'wrong-password.scram',
      listener: 'SASLTLS',
      tls: ca(),
      sasl: as('scram-sha-512', 'alice', WRONG),
      code: 'SASL_AUTHENTICATION_FAILED',
      says: 'SASL SCRAM-SHA-512 authentication failed: wrong password',
      remedy: 'Set the password that this user has for this mechanism.',
    },
    {
      name: 'unknown-user.scram',
      listener: 'SASL',
      sasl: as('scram-sha-256', 'nobody', WRONG),
      code: 'SASL_USER_UNKNOWN',
      says: 'SASL SCRAM-SHA-256 authentication failed: there is no such user, or it has no credentials for this mechanism',
      remedy: 'Check the user name, or give this user credentials for SCRAM-SHA-256.',
    },
    {
      name: 'expired-token',
      listener: 'SASLTLS',
      tls: ca(),
      sasl: shows('expired-token'),
      code: 'SASL_TOKEN_EXPIRED',
      says: 'SASL OAUTHBEARER authentication failed: the token expired at 20',
      remedy: "Write a token that is valid now to sasl.token_file, or correct this machine's clock.",
    },
    {
      name: 'revoked-token',
      listener: 'SASL',
      sasl: shows('revoked-token'),
      code: 'SASL_TOKEN_REFUSED',
      says: 'SASL OAUTHBEARER authentication failed: the broker does not accept the token, which has not expired by what it says of itself',
      remedy:
        'It may have been revoked, or its issuer, audience, scope or key are not what the listener expects. Write a token that is valid now to sasl.token_file.',
    },
    {
      name: 'no-token',
      listener: 'SASL',
      sasl: 'mechanism: oauthbearer, token_command: [cat, /nonexistent]',
      code: 'CREDENTIALS_UNAVAILABLE',
      says: 'sasl.token_command: cat ended with exit code 1',
      remedy: 'Run it by hand as the user that the exporter runs as.',
    },
    {
      name: 'wrong-mechanism',
      listener: 'SCRAMONLY',
      sasl: as('plain', 'alice', USER.password),
      code: 'SASL_MECHANISM_UNSUPPORTED',
      says: 'the listener does not offer SASL PLAIN',
      remedy: 'Use a mechanism that the broker has in sasl.enabled.mechanisms.',
    },
    {
      name: 'sasl-to-no-sasl',
      listener: 'TLS',
      tls: ca(),
      sasl: as('plain', 'alice', USER.password),
      code: 'SASL_MECHANISM_UNSUPPORTED',
      says: 'the listener has no SASL',
      remedy: 'Use the port of a SASL listener, or remove the SASL settings.',
    },
    {
      name: 'untrusted-authority',
      listener: 'TLS',
      tls: `ca_file: ${certificates.foreign.caFile}`,
      code: 'TLS_UNTRUSTED',
      says: "the broker's certificate is not signed by a trusted authority",
      remedy: "Set the TLS CA file to the authority that signed the broker's certificate.",
    },
    {
      name: 'expired-broker',
      listener: 'EXPIRED',
      tls: ca(),
      code: 'TLS_EXPIRED',
      says: 'the certificate of the broker, or of its authority, has expired or is not yet valid',
      remedy: "Renew the broker's certificate, or correct this machine's clock.",
    },
    {
      name: 'other-host-name',
      listener: 'OTHERHOST',
      tls: ca(),
      code: 'TLS_HOST_MISMATCH',
      says: 'the certificate is for another host name',
      remedy: "Use a host name that the broker's certificate carries, or set the TLS server name.",
    },
    {
      name: 'no-client-certificate',
      listener: 'MTLS',
      tls: ca(),
      code: 'TLS_CLIENT_CERTIFICATE',
      says: 'the listener wants a client certificate, and we have none',
      remedy:
        "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
    },
    {
      name: 'strange-client-certificate',
      listener: 'SASLMTLS',
      tls: pair(certificates.foreign.client),
      sasl: as('plain', 'alice', USER.password),
      code: 'TLS_CLIENT_CERTIFICATE',
      says: 'the broker refused our client certificate',
      remedy: "Use a client certificate that an authority in the broker's truststore signed.",
    },
    {
      name: 'expired-client-certificate',
      listener: 'MTLS',
      tls: pair(certificates.expiredClient),
      code: 'TLS_CLIENT_CERTIFICATE',
      says: 'the broker refused our client certificate, which expired at 2020-02-01T00:00:00.000Z',
      remedy: 'Renew the client certificate; the files are read anew.',
    },
    {
      name: 'tls-to-plaintext',
      listener: 'SASL',
      tls: ca(),
      code: 'PLAINTEXT_PORT',
      says: 'closed without a word of TLS: the port seems to be a plaintext listener',
      remedy: 'Use the port of a TLS listener, or switch TLS off.',
    },
    {
      name: 'plaintext-to-tls',
      listener: 'TLS',
      code: 'TLS_PORT',
      says: 'the port answers with a TLS alert: it is a TLS listener',
      remedy: 'Switch TLS on, or use the port of a plaintext listener.',
    },
  ]
}

function clusterYaml({ name, listener, tls, sasl }: Entry): string {
  return `  - name: ${name}
    brokers: [${secured.kafka.listener(listener)[0]}]
    poll_interval: 2s
    request_timeout: 5s
    tls: ${tls === undefined ? '' : `{${tls}}`}
    sasl: ${sasl === undefined ? '' : `{${sasl}}`}
`.replace(/ {4}\w+: \n/g, '')
}

function codesOf(s: Samples, cluster: string): readonly string[] {
  const series = seriesOf(s, 'kafka_health_exporter_poll_errors_total', { kafka_cluster: cluster })
  return series.map(one => labelsOf(one).code!)
}

function linesOf(cluster: string): readonly string[] {
  return exporter.logged.filter(([of]) => of === cluster).map(([, line]) => line)
}

test('every mechanism works with and without TLS and a client certificate', () => {
  assert.deepEqual(
    works.map(({ name }) => [name, codesOf(samples, name)]),
    works.map(({ name }) => [name, []]),
  )
})

test('every failure is logged in one line with its remedy', () => {
  for (const { name, listener, says, remedy } of fails) {
    const lines = linesOf(name)
    const begins = `${secured.kafka.listener(listener)[0]}: ${says}`
    const lost = `${secured.kafka.listener(listener)[0]}: closed right after the TLS handshake: it seems that ${says}`
    assert.ok(
      lines.some(line => (line.startsWith(begins) || line.startsWith(lost)) && line.endsWith(`. ${remedy}`)),
      `${name}: ${lines.join('\n')}`,
    )
    for (const line of lines) assert.equal(line.includes('\n'), false)
  }
})

test('every failure is in the API, and nothing but it, its pauses and what is slow', async () => {
  const { clusters } = JSON.parse(await exporter.get('/api/v1/clusters')) as {
    clusters: {
      cluster: string
      snapshot: { poll: { errors: { stage: string; code: string; message: string }[] } }
    }[]
  }
  for (const { name, code, says } of fails) {
    const { errors } = clusters.find(({ cluster }) => cluster === name)!.snapshot.poll
    const [metadata] = errors.filter(({ stage }) => stage === 'metadata')
    assert.ok(metadata?.message.includes(says), `${name}: ${JSON.stringify(errors)}`)
    assert.deepEqual(
      codesOf(samples, name).filter(each => ![code, 'BACKING_OFF', 'TIMEOUT'].includes(each)),
      [],
      name,
    )
  }
})

test('no secret is shown', async () => {
  const pages = await Promise.all(['/metrics', '/', '/api/v1/clusters'].map(path => exporter.get(path)))
  const shown = [...pages, ...exporter.logged.map(([, line]) => line)].join('\n')
  for (const secret of secrets) assert.equal(shown.includes(secret), false)
})
