import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Circumstances,
  classifyClosed,
  classifyOpenTimeout,
  classifySocketError,
} from '../../src/kafka/failure-classification.ts'
import { classifyKafkajsError } from '../../src/kafka/kafkajs-failures.ts'
import type { SaslAttempt } from '../../src/kafka/sasl-refusals.ts'

const AT: Circumstances = {
  address: 'b:9092',
  stage: 'open',
  tls: true,
  clientCertificate: null,
  sasl: true,
  heard: true,
  answered: true,
}

const systemError = (code: string, message = 'said so') => Object.assign(new Error(message), { code })

for (const [code, expected, canRetry] of [
  ['ECONNREFUSED', 'CONNECTION_REFUSED', true],
  ['ENOTFOUND', 'HOST_NOT_FOUND', true],
  ['EAI_AGAIN', 'HOST_NOT_FOUND', true],
  ['ETIMEDOUT', 'TIMEOUT', true],
  ['EHOSTUNREACH', 'CONNECTION_FAILED', true],
  ['EMFILE', 'CONNECTION_FAILED', true],
  ['ECONNRESET', 'CONNECTION_CLOSED', true],
  ['EPIPE', 'CONNECTION_CLOSED', true],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'TLS_UNTRUSTED', false],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'TLS_UNTRUSTED', false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'TLS_UNTRUSTED', false],
  ['CERT_SIGNATURE_FAILURE', 'TLS_UNTRUSTED', false],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS_HOST_MISMATCH', false],
  ['CERT_HAS_EXPIRED', 'TLS_EXPIRED', false],
  ['CERT_NOT_YET_VALID', 'TLS_EXPIRED', false],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'TLS_CLIENT_CERTIFICATE', false],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'TLS_CLIENT_CERTIFICATE', false],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'TLS_CLIENT_CERTIFICATE', false],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'TLS_CLIENT_CERTIFICATE', false],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'TLS_FAILED', false],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'PLAINTEXT_PORT', false],
  ['EPROTO', 'TLS_FAILED', false],
] as const) {
  test(`socket error ${code} is ${expected}`, () => {
    const failure = classifySocketError(systemError(code), AT)
    assert.equal(failure.code, expected)
    assert.equal(failure.canRetry, canRetry)
    assert.equal(failure.message.startsWith('b:9092: '), true)
    assert.equal(failure.cause, undefined)
  })
}

test('an error without a code is still classified', () => {
  const failure = classifySocketError(new Error('something new'), AT)
  assert.equal(failure.code, 'CONNECTION_FAILED')
  assert.equal(failure.message, 'b:9092: the connection failed (something new)')
})

test('a name with several addresses tells of each', () => {
  const each = ['::1', '127.0.0.1'].map(ip => systemError('ECONNREFUSED', `connect ECONNREFUSED ${ip}:9092`))
  const failure = classifySocketError(new AggregateError(each), AT)
  assert.equal(failure.code, 'CONNECTION_REFUSED')
  assert.equal(
    failure.message,
    'b:9092: connection refused (connect ECONNREFUSED ::1:9092; connect ECONNREFUSED 127.0.0.1:9092)',
  )
})

test("OpenSSL's own lines are cut to what people can read", () => {
  const error = Object.assign(
    systemError('ERR_SSL_NO_SHARED_CIPHER', '80AC:error:0A0000C1:SSL routines:x:\n'),
    {
      reason: 'no shared cipher',
    },
  )
  const { message } = classifySocketError(error, AT)
  assert.equal(message, 'b:9092: the TLS handshake failed (ERR_SSL_NO_SHARED_CIPHER: no shared cipher)')
})

for (const [circumstances, code, remedy] of [
  [{ stage: 'versions', tls: false }, 'CONNECTION_CLOSED', 'The port may be a TLS listener: switch TLS on.'],
  [
    { stage: 'versions', tls: true },
    'TLS_CLIENT_CERTIFICATE',
    "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
  ],
  [{ stage: 'sasl' }, 'CONNECTION_CLOSED', 'Check the credentials and the SASL mechanism.'],
  [{ stage: 'open', sasl: false, answered: false }, 'CONNECTION_CLOSED', 'The listener may require SASL.'],
  [{ stage: 'open', sasl: false, answered: true }, 'CONNECTION_CLOSED', undefined],
  [{ stage: 'tls' }, 'TLS_FAILED', 'Compare TLS versions and ciphers with those of the broker.'],
  [{ stage: 'tls', heard: false }, 'PLAINTEXT_PORT', 'Use the port of a TLS listener, or switch TLS off.'],
] as const) {
  test(`closed by the peer at ${JSON.stringify(circumstances)}`, () => {
    const failure = classifyClosed({ ...AT, ...circumstances })
    assert.equal(failure.code, code)
    assert.equal(failure.remedy, remedy)
  })
}

for (const [stage, text] of [
  ['tcp', 'no TCP connection within 10000 ms'],
  ['tls', 'TCP connected, but no TLS handshake within 10000 ms'],
  ['versions', 'connected, but no answer to ApiVersions within 10000 ms'],
  ['sasl', 'connected, but no answer to SASL within 10000 ms'],
] as const) {
  test(`not open in time at ${stage}`, () => {
    const failure = classifyOpenTimeout(10_000, { ...AT, stage })
    assert.equal(failure.code, 'TIMEOUT')
    assert.equal(failure.message, `b:9092: ${text}`)
  })
}

const SASL: SaslAttempt = {
  mechanism: 'SCRAM-SHA-512',
  credential: { kind: 'password', username: 'u', password: 'p' },
  tokenRemedy: '',
  step: 2,
  now: 0,
}

test('a re-authentication that came too late is mended by connecting anew', () => {
  const failure = classifyKafkajsError({ type: 'ILLEGAL_SASL_STATE', message: 'x' }, AT, SASL)
  assert.equal(failure.code, 'CONNECTION_FAILED')
  assert.equal(failure.canRetry, true)
})

for (const refusal of [{ type: 'ILLEGAL_SASL_STATE' }, { name: 'KafkaJSServerDoesNotSupportApiKey' }]) {
  test(`a listener without SASL says ${Object.values(refusal)}`, () => {
    const unanswered = { ...AT, stage: 'sasl', answered: false } as const
    const failure = classifyKafkajsError({ ...refusal, message: 'x' }, unanswered, SASL)
    assert.equal(failure.code, 'SASL_MECHANISM_UNSUPPORTED')
    assert.equal(failure.message, 'b:9092: the listener has no SASL')
  })
}

test('a broker without ApiVersions', () => {
  const failure = classifyKafkajsError(new Error('API Versions not supported'), AT, SASL)
  assert.equal(failure.code, 'VERSION_UNSUPPORTED')
})

test('a connection lost in the middle of SASL is no wrong password', () => {
  const lost = Object.assign(new Error('SASL SCRAM SHA512 authentication failed: Closed connection'), {
    name: 'KafkaJSSASLAuthenticationError',
  })
  const failure = classifyKafkajsError(lost, { ...AT, stage: 'sasl' }, SASL)
  assert.equal(failure.code, 'CONNECTION_CLOSED')
})

test('what nobody expected is INTERNAL and keeps its cause', () => {
  const surprise = new Error('surprise')
  const failure = classifyKafkajsError(surprise, AT, SASL)
  assert.equal(failure.code, 'INTERNAL')
  assert.equal(failure.cause, surprise)
})

for (const [clientCertificate, text, remedy] of [
  [
    null,
    'the listener wants a client certificate, and we have none',
    "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
  ],
  [
    { validTo: Date.UTC(2020, 1, 1) },
    'the broker refused our client certificate, which expired at 2020-02-01T00:00:00.000Z',
    'Renew the client certificate; the files are read anew.',
  ],
  [
    { validTo: Date.UTC(2999, 1, 1) },
    'the broker refused our client certificate',
    "Use a client certificate that an authority in the broker's truststore signed.",
  ],
] as const) {
  test(`an alert about certificates where ours is ${JSON.stringify(clientCertificate)}`, () => {
    const failure = classifySocketError(systemError('ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE'), {
      ...AT,
      stage: 'versions',
      clientCertificate,
    })
    assert.equal(failure.message, `b:9092: ${text} (ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: said so)`)
    assert.equal(failure.remedy, remedy)
    const closed = classifyClosed({ ...AT, stage: 'versions', clientCertificate })
    assert.equal(closed.code, 'TLS_CLIENT_CERTIFICATE')
    assert.equal(closed.message, `b:9092: closed right after the TLS handshake: it seems that ${text}`)
  })
}

for (const [mechanism, step, code, why, remedy] of [
  [
    'SCRAM-SHA-512',
    1,
    'SASL_USER_UNKNOWN',
    'there is no such user, or it has no credentials for this mechanism',
    'Check the user name, or give this user credentials for SCRAM-SHA-512.',
  ],
  [
    'SCRAM-SHA-512',
    2,
    'SASL_AUTHENTICATION_FAILED',
    'wrong password',
    'Set the password that this user has for this mechanism.',
  ],
  [
    'PLAIN',
    1,
    'SASL_AUTHENTICATION_FAILED',
    'wrong user name or password',
    'Check both: with PLAIN a broker does not say which of them is wrong.',
  ],
] as const) {
  test(`a refusal of ${mechanism} at step ${step}`, () => {
    const refused = Object.assign(new Error('SASL x authentication failed: no'), {
      name: 'KafkaJSSASLAuthenticationError',
    })
    const failure = classifyKafkajsError(refused, { ...AT, stage: 'sasl' }, { ...SASL, mechanism, step })
    assert.equal(failure.code, code)
    assert.equal(failure.message, `b:9092: SASL ${mechanism} authentication failed: ${why} (no)`)
    assert.equal(failure.remedy, remedy)
  })
}
