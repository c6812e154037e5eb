import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { inspect } from 'node:util'
import { fixedPassword } from '../../src/kafka/credentials/sasl-credential.ts'
import { openKafkajsTransport, type TransportOptions } from '../../src/kafka/kafkajs-transport.ts'
import type { Transport, TransportError } from '../../src/kafka/transport.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import {
  frame,
  mechanisms,
  ScriptedBroker,
  type ScriptedBrokerOptions,
  type ScriptedRequest,
  signedIn,
  welcome,
} from './scripted-broker.ts'

let certificates: Certificates
before(() => {
  certificates = makeCertificates()
})
after(() => certificates.remove())

const releases: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const release of releases.splice(0).reverse()) await release()
})

const PASSWORD = 'open sesame'
const SASL = fixedPassword({ mechanism: 'plain', username: 'watcher', password: PASSWORD })

async function start(options: ScriptedBrokerOptions = {}): Promise<ScriptedBroker> {
  const broker = await ScriptedBroker.start(options)
  releases.push(() => broker.stop())
  return broker
}

function open(broker: ScriptedBroker, options: Partial<TransportOptions> = {}): Transport {
  const transport = openKafkajsTransport({
    seeds: [broker.endpoint],
    tls: null,
    sasl: null,
    clientId: 'test',
    backoff: { minMs: 0, maxMs: 0 },
    ...options,
  })
  releases.push(() => transport.close())
  transport.setNodes([{ id: 1, ...broker.endpoint }])
  return transport
}

/** The failure of connecting; asserts that no secret is in it, whichever way it is printed. */
async function failureOf(transport: Transport): Promise<TransportError> {
  const failure: TransportError = await transport.versions(1).then(
    () => assert.fail('it connected'),
    error => error,
  )
  const printed = `${inspect(failure, { depth: 20, showHidden: true })} ${JSON.stringify(failure)} ${failure.stack}`
  assert.equal(printed.includes(PASSWORD), false)
  return failure
}

const server = () => ({ cert: certificates.server.cert, key: certificates.server.key })
const trusting = () => ({ ca: certificates.ca })

test('TLS, with an authority of our own', async () => {
  const broker = await start({ tls: server() })
  const transport = open(broker, { tls: trusting })
  assert.equal((await transport.versions(1)).get(3)?.max, 13)
  assert.equal(transport.openSockets(), 1)
})

test('TLS settings are read for every connection, so that renewed files count', async () => {
  const broker = await start({ tls: server() })
  let ca = certificates.stranger.cert
  const transport = open(broker, { tls: () => ({ ca }) })
  assert.equal((await failureOf(transport)).code, 'TLS_UNTRUSTED')
  ca = certificates.ca
  assert.equal((await transport.versions(1)).get(3)?.max, 13)
})

test('TLS settings that cannot be read', async () => {
  const broker = await start({ tls: server() })
  const failure = await failureOf(
    open(broker, {
      tls: () => {
        throw new Error("ENOENT: no such file or directory, open 'ca.pem'")
      },
    }),
  )
  assert.equal(failure.code, 'TLS_FAILED')
  const said = "TLS settings: ENOENT: no such file or directory, open 'ca.pem'"
  assert.equal(failure.message, `${broker.address}: ${said}`)
  assert.equal(broker.connections, 0)
})

interface Case {
  readonly what: string
  readonly broker: () => ScriptedBrokerOptions
  readonly tls: TransportOptions['tls']
  readonly code: string
  readonly message: RegExp
  readonly remedy: string
}

const TLS_CASES: readonly Case[] = [
  {
    what: 'an untrusted authority',
    broker: () => ({ tls: server() }),
    tls: () => ({}),
    code: 'TLS_UNTRUSTED',
    message: /: the broker's certificate is not signed by a trusted authority \([A-Z_]+: .+\)$/,
    remedy: "Set the TLS CA file to the authority that signed the broker's certificate.",
  },
  {
    what: 'a self-signed certificate',
    broker: () => ({ tls: { ...certificates.stranger } }),
    tls: trusting,
    code: 'TLS_UNTRUSTED',
    message: /\(DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate\)$/,
    remedy: "Set the TLS CA file to the authority that signed the broker's certificate.",
  },
  {
    what: 'another host name',
    broker: () => ({ tls: server() }),
    tls: () => ({ ca: certificates.ca, servername: 'kafka.example.org' }),
    code: 'TLS_HOST_MISMATCH',
    message:
      /: the certificate is for another host name \(.*kafka\.example\.org\. is not in the cert's altnames.*\)$/,
    remedy: "Use a host name that the broker's certificate carries, or set the TLS server name.",
  },
  {
    what: 'an expired certificate',
    broker: () => ({ tls: { ...certificates.expired } }),
    tls: trusting,
    code: 'TLS_EXPIRED',
    message: /\(CERT_HAS_EXPIRED: certificate has expired\)$/,
    remedy: "Renew the broker's certificate, or correct this machine's clock.",
  },
  {
    what: 'no client certificate where one is wanted',
    broker: () => ({ tls: { ...server(), ca: certificates.ca, requestCert: true } }),
    tls: trusting,
    code: 'TLS_CLIENT_CERTIFICATE',
    message:
      /: the listener wants a client certificate, and we have none \([A-Z_0-9]+: tlsv13 alert certificate required\)$/,
    remedy:
      "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
  },
  {
    what: 'a client certificate of a stranger, which this listener refuses without a word,',
    broker: () => ({ tls: { ...server(), ca: certificates.ca, requestCert: true } }),
    tls: () => ({ ca: certificates.ca, ...certificates.stranger }),
    code: 'TLS_CLIENT_CERTIFICATE',
    message:
      /: closed right after the TLS handshake: it seems that the broker refused our client certificate$/,
    remedy: "Use a client certificate that an authority in the broker's truststore signed.",
  },
  {
    what: 'TLS to a port that closes what it cannot read',
    broker: () => ({ onConnection: socket => socket.once('data', () => socket.end()) }),
    tls: trusting,
    code: 'PLAINTEXT_PORT',
    message: /: closed without a word of TLS: the port seems to be a plaintext listener$/,
    remedy: 'Use the port of a TLS listener, or switch TLS off.',
  },
  {
    what: 'TLS to a port that answers in plain text',
    broker: () => ({
      onConnection: socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n')),
    }),
    tls: trusting,
    code: 'PLAINTEXT_PORT',
    message: /: the port answers without TLS: it is a plaintext listener \(.+\)$/,
    remedy: 'Use the port of a TLS listener, or switch TLS off.',
  },
  {
    what: 'TLS versions that do not meet',
    broker: () => ({ tls: { ...server(), minVersion: 'TLSv1.3' } }),
    tls: () => ({ ca: certificates.ca, maxVersion: 'TLSv1.2' }),
    code: 'TLS_FAILED',
    message: /: the TLS handshake failed \(.+\)$/,
    remedy:
      'Compare TLS versions and ciphers with those of the broker; it may also want a client certificate.',
  },
]

for (const { what, broker: options, tls, code, message, remedy } of TLS_CASES) {
  test(`${what} is ${code}`, async () => {
    const broker = await start(options())
    const transport = open(broker, { tls })
    const failure = await failureOf(transport)
    assert.equal(failure.code, code)
    assert.match(failure.message, message)
    assert.equal(failure.message.startsWith(`${broker.address}: `), true)
    assert.equal(failure.remedy, remedy)
    await transport.close()
    assert.equal(transport.openSockets(), 0)
  })
}

test('a client certificate that is asked for', async () => {
  const broker = await start({ tls: { ...server(), ca: certificates.ca, requestCert: true } })
  const transport = open(broker, { tls: () => ({ ca: certificates.ca, ...certificates.client }) })
  assert.equal((await transport.versions(1)).get(3)?.max, 13)
})

test('plaintext to a TLS listener', async () => {
  const alert = Buffer.of(0x15, 3, 3, 0, 2, 2, 80)
  const broker = await start({ onConnection: socket => socket.once('data', () => socket.end(alert)) })
  const failure = await failureOf(open(broker))
  assert.equal(failure.code, 'TLS_PORT')
  assert.equal(failure.message, `${broker.address}: the port answers with a TLS alert: it is a TLS listener`)
  assert.equal(failure.remedy, 'Switch TLS on, or use the port of a plaintext listener.')
})

test('a TLS handshake that never ends costs the connect deadline', async () => {
  const broker = await start({ onOpening: () => {} })
  const failure = await failureOf(open(broker, { tls: trusting, connectTimeoutMs: 50 }))
  assert.equal(failure.code, 'TIMEOUT')
  assert.equal(failure.message, `${broker.address}: TCP connected, but no TLS handshake within 50 ms`)
})

const atSasl =
  (key: number, answer: (one: ScriptedRequest) => Buffer | null) =>
  (one: ScriptedRequest): void => {
    const body = one.key === key ? answer(one) : null
    if (one.key !== key) welcome(one)
    else if (body !== null) one.socket.write(frame(one.correlationId, body))
  }

test('SASL PLAIN sends the credentials', async () => {
  const broker = await start()
  await open(broker, { sasl: SASL }).versions(1)
  const sent = broker.requests.find(r => r.key === 36)
  assert.equal(sent?.body.subarray(4).toString(), '\0watcher\0open sesame')
})

test('a wrong password', async () => {
  const broker = await start({
    onOpening: atSasl(36, () => signedIn(58, 'Authentication failed: Invalid username or password')),
  })
  const failure = await failureOf(open(broker, { sasl: SASL }))
  assert.equal(failure.code, 'SASL_AUTHENTICATION_FAILED')
  assert.equal(failure.canRetry, false)
  assert.equal(
    failure.message,
    `${broker.address}: SASL PLAIN authentication failed: wrong user name or password (Authentication failed: Invalid username or password)`,
  )
  assert.equal(failure.remedy, 'Check both: with PLAIN a broker does not say which of them is wrong.')
})

test('a broker that repeats the password is not quoted', async () => {
  const broker = await start({
    onOpening: atSasl(36, () => signedIn(58, `no user has the password ${PASSWORD}`)),
  })
  const failure = await failureOf(open(broker, { sasl: SASL }))
  assert.equal(failure.code, 'SASL_AUTHENTICATION_FAILED')
})

test('a mechanism that is not enabled', async () => {
  const broker = await start({ onOpening: atSasl(17, () => mechanisms(['SCRAM-SHA-512'], 33)) })
  const failure = await failureOf(open(broker, { sasl: SASL }))
  assert.equal(failure.code, 'SASL_MECHANISM_UNSUPPORTED')
  assert.equal(failure.message, `${broker.address}: the listener does not offer SASL PLAIN`)
  assert.equal(failure.remedy, 'Use a mechanism that the broker has in sasl.enabled.mechanisms.')
})

test('SASL to a listener without', async () => {
  const broker = await start({ onOpening: atSasl(17, () => mechanisms([], 34)) })
  const failure = await failureOf(open(broker, { sasl: SASL }))
  assert.equal(failure.code, 'SASL_MECHANISM_UNSUPPORTED')
  assert.equal(failure.message, `${broker.address}: the listener has no SASL`)
})

test('a connection that is closed during SASL is no wrong password', async () => {
  const broker = await start({
    onOpening: atSasl(36, ({ socket }) => {
      socket.end()
      return null
    }),
  })
  const failure = await failureOf(open(broker, { sasl: SASL }))
  assert.equal(failure.code, 'CONNECTION_CLOSED')
  assert.equal(failure.message, `${broker.address}: the broker closed the connection during SASL`)
})

test('SASL that is never answered costs the connect deadline', async () => {
  const broker = await start({ onOpening: atSasl(36, () => null) })
  const failure = await failureOf(open(broker, { sasl: SASL, connectTimeoutMs: 50 }))
  assert.equal(failure.code, 'TIMEOUT')
  assert.equal(failure.message, `${broker.address}: connected, but no answer to SASL within 50 ms`)
})

test('sendAny fails with what the operator must change', async () => {
  const refused = await start()
  await refused.stop()
  releases.shift()
  const denying = await start({ onOpening: atSasl(36, () => signedIn(58, 'no')) })
  const seeds = [refused.endpoint, denying.endpoint]
  const transport = open(denying, { seeds, sasl: SASL })
  const failure = await transport.sendAny(() => assert.fail('nothing to build')).catch(error => error)
  assert.equal(failure.code, 'SASL_AUTHENTICATION_FAILED')
  assert.equal(failure.address, denying.address)
})
