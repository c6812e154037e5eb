import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import { ConfigError } from '../../../src/config/fault.ts'
import { readTextFile } from '../../../src/config/read-file.ts'
import { readWebConfig } from '../../../src/config/web/read-web-config.ts'
import { type Certificates, createCertificates } from '../../harness/certificates.ts'
import { removeOwnDirectory } from '../../harness/owned-process.ts'

/** Of the password "wonder". */
const HASH = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'

let certificates: Certificates
before(async () => {
  certificates = await createCertificates()
})
after(() => removeOwnDirectory(certificates.dir))

/** As `web.yml` in the folder of the server's certificate. */
function read(text: string) {
  const dir = dirname(certificates.server.certFile)
  return readWebConfig(`${dir}/web.yml`, (path, maxBytes, use) =>
    path === `${dir}/web.yml` ? text : readTextFile(path, maxBytes, use),
  )
}

/** Its faults, without the path of the file that each of them begins with. */
function faultsOf(text: string): readonly string[] {
  const path = `${dirname(certificates.server.certFile)}/web.yml`
  try {
    read(text)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message.split('\n').map(line => {
      assert.ok(line.startsWith(path), line)
      return line.slice(path.length).replace(/^: /, '')
    })
  }
}

test('a pipe is none of the files that are read again and again', () => {
  const pipe = `${dirname(certificates.server.certFile)}/pipe`
  execFileSync('mkfifo', [pipe])
  assert.deepEqual(faultsOf('tls_server_config: {cert_file: pipe, key_file: server.pem}'), [
    'tls_server_config.cert_file: got "pipe" (a pipe), expected a file that can be read again',
  ])
  assert.throws(() => readWebConfig(pipe, readTextFile), {
    message: `${pipe}: got a pipe, expected a file that can be read again`,
  })
})

test('a file with everything', () => {
  const access = read(`
tls_server_config:
  cert_file: server.pem
  key_file: ${certificates.server.keyFile}
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  client_allowed_sans: [client.example]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: false
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
    X-XSS-Protection: ''
basic_auth_users:
  alice: ${HASH}
rate_limit: {interval: 100ms, burst: 20}
`)
  assert.deepEqual(access, {
    tls: {
      context: {
        cert: readFileSync(certificates.server.certFile, 'utf8'),
        key: readFileSync(certificates.server.keyFile, 'utf8'),
        ca: readFileSync(certificates.caFile, 'utf8'),
        ciphers:
          'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305',
        ecdhCurve: 'X25519:P-256',
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        honorCipherOrder: false,
      },
      clientAuth: 'RequireAndVerifyClientCert',
      allowedSans: ['client.example'],
    },
    headers: { 'Strict-Transport-Security': 'max-age=31536000', 'X-Frame-Options': 'deny' },
    users: new Map([['alice', HASH]]),
    rateLimit: { intervalMs: 100, burst: 20 },
  })
})

test('certificates may stand in the file itself', () => {
  const indented = (file: string) => readFileSync(file, 'utf8').trim().replaceAll('\n', '\n    ')
  const { tls } = read(`
tls_server_config:
  cert: |
    ${indented(certificates.server.certFile)}
  key: |
    ${indented(certificates.server.keyFile)}
  client_ca: |
    ${indented(certificates.caFile)}
  client_auth_type: RequireClientCert
`)
  assert.equal(tls?.context.cert, readFileSync(certificates.server.certFile, 'utf8'))
  assert.equal(tls?.clientAuth, 'RequireAnyClientCert')
  assert.deepEqual([tls?.context.minVersion, tls?.context.maxVersion], ['TLSv1.2', 'TLSv1.3'])
})

test('an empty file asks for nothing', () => {
  const open = { tls: null, headers: {}, users: new Map(), rateLimit: null }
  assert.deepEqual(read(''), open)
  assert.deepEqual(read('{}'), open)
})

test('an interval alone is a limit of one request at a time; a burst alone is none', () => {
  assert.deepEqual(read('rate_limit: {interval: 1s}').rateLimit, { intervalMs: 1_000, burst: 1 })
  assert.equal(read('rate_limit: {burst: 0}').rateLimit, null)
  assert.equal(read('rate_limit: {interval: 0s, burst: 5}').rateLimit, null)
})

const PAIR = 'cert_file: server.pem, key_file: server.key'

const FAULTS: readonly (readonly [text: string, ...faults: string[]])[] = [
  [
    'tls_server_config: {cert_file: server.pem',
    ':1:42: got an indentation that fits nothing above it, or a bracket that is not closed, expected valid YAML',
  ],
  ['- a', 'got a list, expected a mapping'],
  [
    'tls_config: {}',
    'tls_config: unknown key, expected one of tls_server_config, http_server_config, basic_auth_users, rate_limit',
  ],
  [
    `tls_server_config: {${PAIR}, client_ca_fil: ca.pem, min_version: TLS14}`,
    'tls_server_config.min_version: got "TLS14", expected TLS10, TLS11, TLS12 or TLS13',
    'tls_server_config.client_ca_fil: unknown key, did you mean client_ca_file?',
  ],
  [
    'tls_server_config: {}',
    'tls_server_config.cert_file: got nothing, expected a file path',
    'tls_server_config.key_file: got nothing, expected a file path',
  ],
  [
    'tls_server_config: {cert_file: none.pem, key_file: server.pem}',
    'tls_server_config.cert_file: got "none.pem" (no such file), expected a readable file',
  ],
  [
    'tls_server_config: {cert_file: server.key, key_file: server.pem}',
    'tls_server_config.cert_file: got "server.key", expected a PEM file with a certificate',
    'tls_server_config.key_file: got "server.pem", expected a PEM file with a private key that is not encrypted',
  ],
  [
    'tls_server_config: {cert_file: server.pem, key_file: client.key}',
    'tls_server_config.key_file: got "client.key", expected the private key of the certificate',
  ],
  [
    `tls_server_config: {${PAIR}, key: hunter2}`,
    'tls_server_config.key: got a text beside tls_server_config.key_file, expected one of them',
  ],
  [
    'tls_server_config: {cert_file: server.pem, key: hunter2}',
    'tls_server_config.key: got another text, expected a PEM file with a private key that is not encrypted',
  ],
  [
    `tls_server_config: {${PAIR}, client_ca_file: ca.pem}`,
    'tls_server_config.client_ca_file: got authorities of clients, expected a client_auth_type that wants certificates beside it',
  ],
  ...['VerifyClientCertIfGiven', 'RequireAnyClientCert'].map(
    type =>
      [
        `tls_server_config: {${PAIR}, client_auth_type: ${type}, client_allowed_sans: [a]}`,
        'tls_server_config.client_allowed_sans: got names of clients, expected RequireAndVerifyClientCert as client_auth_type beside it',
      ] as const,
  ),
  [
    `tls_server_config: {${PAIR}, min_version: TLS13, max_version: TLS12}`,
    'tls_server_config.max_version: got "TLS12", expected at least min_version',
  ],
  [
    `tls_server_config: {${PAIR}, client_auth_type: Require, cipher_suites: [ECDHE-RSA-AES128-SHA], curve_preferences: [P256]}`,
    'tls_server_config.client_auth_type: got "Require", expected NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
    'tls_server_config.cipher_suites[0]: got "ECDHE-RSA-AES128-SHA", expected the name of a cipher suite in Go, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'tls_server_config.curve_preferences[0]: got "P256", expected CurveP256, CurveP384, CurveP521 or X25519',
  ],
  [
    'http_server_config: {http2: "yes", headers: {X-Frame-Options: never, X-Powered-By: me, X-Content-Type-Options: no}}',
    'http_server_config.http2: got "yes", expected true or false',
    'http_server_config.headers.X-Frame-Options: got "never", expected deny or sameorigin',
    'http_server_config.headers.X-Content-Type-Options: got "no", expected nosniff',
    'http_server_config.headers.X-Powered-By: unknown key, expected one of Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, Strict-Transport-Security',
  ],
  [
    `basic_auth_users: {alice: hunter2, 'a:b': ${HASH}, bob: $2y$19$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG}`,
    'basic_auth_users.alice: got <secret>, expected a bcrypt hash with a cost from 4 to 14, as htpasswd -nBC 10 writes it',
    'basic_auth_users.a:b: got <secret>, expected a user name that is not empty and has no ":"',
    'basic_auth_users.bob: got <secret>, expected a bcrypt hash with a cost from 4 to 14, as htpasswd -nBC 10 writes it',
  ],
  [
    'basic_auth_users: [alice]',
    'basic_auth_users: got <secret>, expected a mapping of users to bcrypt hashes',
  ],
  [
    'rate_limit: {interval: 1s, burst: 0}',
    'rate_limit.burst: got no request at all, expected at least 1 where there is an interval',
  ],
  [
    'rate_limit: {interval: 1s, burst: -1}',
    'rate_limit.burst: got -1, expected a whole number from 0 to 1000000',
  ],
]

for (const [text, ...expected] of FAULTS) {
  test(`refused: ${text}`, () => {
    const faults = faultsOf(text)
    assert.deepEqual(faults, expected)
    assert.ok(!faults.join().includes('hunter2'))
  })
}

test('half a bundle is refused: of the certificate and of the authorities of clients', () => {
  const [cert, ca] = [certificates.server.certFile, certificates.caFile].map(file =>
    readFileSync(file, 'utf8'),
  )
  const indented = (pem: string) => pem.trim().replaceAll('\n', '\n    ')
  const half = indented(`${cert}${ca?.slice(0, -100)}`)
  assert.deepEqual(
    faultsOf(`
tls_server_config:
  cert: |
    ${half}
  key_file: server.key
  client_ca: |
    ${half}
  client_auth_type: RequireAndVerifyClientCert
`),
    ['cert', 'client_ca'].map(
      name =>
        `tls_server_config.${name}: got another text, expected whole certificates: one is damaged or cut short`,
    ),
  )
})
