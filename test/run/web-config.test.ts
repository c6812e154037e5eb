import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Certificates, createCertificates } from '../harness/certificates.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'
import { type ReloadableExporter, startReloadable } from './reloadable-exporter.ts'
import { askSecurely } from './secure-exporter.ts'

/** Of "wonder" and "land". */
const WONDER = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'
const CONFIG = "clusters: [{brokers: ['127.0.0.1:1']}]\n"

let certificates: Certificates
let ca: Buffer
before(async () => {
  certificates = await createCertificates()
  ca = readFileSync(certificates.caFile)
})
after(() => removeOwnDirectory(certificates.dir))

interface SecureExporter extends ReloadableExporter {
  readonly webFile: string
  /** What was logged of the HTTP side. */
  said(): readonly string[]
  writeWeb(text: string): void
}

/** Its certificate and key are `server.pem` and `server.key` beside the web configuration. */
async function serving(t: TestContext, web: string): Promise<SecureExporter> {
  const exporter = await startReloadable(t, dir => {
    install(dir, certificates.server)
    copyFileSync(certificates.caFile, join(dir, 'ca.pem'))
    writeFileSync(join(dir, 'web.yml'), web)
    return `${CONFIG}web: {listen_address: '127.0.0.1:0', config_file: ${join(dir, 'web.yml')}}\n`
  })
  const webFile = join(exporter.dir, 'web.yml')
  return {
    ...exporter,
    webFile,
    said: () => exporter.logged.filter(line => !line.includes('127.0.0.1:1: ')),
    writeWeb: text => writeFileSync(webFile, text),
  }
}

function install(dir: string, { certFile, keyFile }: Certificates['server']): void {
  copyFileSync(certFile, join(dir, 'server.pem'))
  copyFileSync(keyFile, join(dir, 'server.key'))
}

const TLS = 'cert_file: server.pem, key_file: server.key'
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

test('metrics, page and API over TLS, compressed too', async t => {
  const exporter = await serving(t, `tls_server_config: {${TLS}}`)
  assert.match(exporter.url, /^https:\/\/127\.0\.0\.1:\d+$/)
  const metrics = await askSecurely(`${exporter.url}/metrics`, { ca, headers: { 'accept-encoding': 'gzip' } })
  assert.deepEqual([metrics.status, metrics.protocol, metrics.shown], [200, 'TLSv1.3', 'server'])
  assert.match(gunzipSync(metrics.body).toString(), /^kafka_health_exporter_build_info\{/m)
  const page = await askSecurely(`${exporter.url}/`, { ca })
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8'])
  const api = await askSecurely(`${exporter.url}/api/v1/clusters`, { ca })
  assert.equal(JSON.parse(api.body.toString()).version, '0.0.0-test')
  await assert.rejects(askSecurely(exporter.url, {}), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
})

test('versions and cipher suites', async t => {
  const exporter = await serving(
    t,
    `tls_server_config: {${TLS}, max_version: TLS12, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]}`,
  )
  const { protocol } = await askSecurely(exporter.url, { ca })
  assert.equal(protocol, 'TLSv1.2')
  await assert.rejects(askSecurely(exporter.url, { ca, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }))
  await assert.rejects(askSecurely(exporter.url, { ca, minVersion: 'TLSv1.3' }))
  exporter.writeWeb(`tls_server_config: {${TLS}, min_version: TLS10, max_version: TLS11}`)
  const old = { minVersion: 'TLSv1' as const, maxVersion: 'TLSv1.1' as const, ciphers: 'DEFAULT@SECLEVEL=0' }
  assert.equal((await askSecurely(exporter.url, { ca, ...old })).protocol, 'TLSv1.1')
  await assert.rejects(askSecurely(exporter.url, { ca }))
})

const CLIENTS = ['none', 'trusted', 'foreign', 'expired'] as const

/** Which clients may go on. */
const CLIENT_AUTH: Readonly<Record<string, readonly string[]>> = {
  NoClientCert: ['none', 'trusted', 'foreign', 'expired'],
  RequestClientCert: ['none', 'trusted', 'foreign', 'expired'],
  RequireAnyClientCert: ['trusted', 'foreign', 'expired'],
  VerifyClientCertIfGiven: ['none', 'trusted'],
  RequireAndVerifyClientCert: ['trusted'],
}

test('certificates of clients', async t => {
  const pair = ({ certFile, keyFile }: Certificates['client']) => ({
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
  })
  const certificateOf = {
    none: {},
    trusted: pair(certificates.client),
    foreign: pair(certificates.foreign.client),
    expired: pair(certificates.expiredClient),
  }
  const exporter = await serving(t, `tls_server_config: {${TLS}}`)
  for (const [type, expected] of Object.entries(CLIENT_AUTH)) {
    const authorities = type === 'NoClientCert' ? '' : ', client_ca_file: ca.pem'
    exporter.writeWeb(`tls_server_config: {${TLS}, client_auth_type: ${type}${authorities}}`)
    const admitted: string[] = []
    for (const client of CLIENTS) {
      // With TLS 1.2 and 1.3: the client learns of a refusal at other moments.
      const answers = (['TLSv1.2', 'TLSv1.3'] as const).map(maxVersion =>
        askSecurely(`${exporter.url}/-/healthy`, { ca, maxVersion, ...certificateOf[client] }),
      )
      const settled = await Promise.allSettled(answers)
      const were = settled.map(answer => answer.status === 'fulfilled' && answer.value.status === 200)
      assert.equal(were[0], were[1], `${type} ${client}`)
      if (were[0]) admitted.push(client)
    }
    assert.deepEqual(admitted, expected, type)
  }
  const refused = exporter.said().filter(line => line.startsWith('warn '))
  assert.deepEqual(refused, [
    'warn HTTPS connection refused: the client has no certificate',
    "warn HTTPS connection refused: the client's certificate is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "warn HTTPS connection refused: the client's certificate is not trusted: CERT_HAS_EXPIRED",
  ])
  const only = (name: string) =>
    `tls_server_config: {${TLS}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem, client_allowed_sans: [${name}]}`
  exporter.writeWeb(only('client.example'))
  assert.equal((await askSecurely(exporter.url, { ca, ...certificateOf.trusted })).status, 200)
  exporter.writeWeb(only('other.example'))
  await assert.rejects(askSecurely(exporter.url, { ca, ...certificateOf.trusted }))
  assert.equal(
    exporter.said().at(-1),
    "warn HTTPS connection refused: the client's certificate is for none of client_allowed_sans",
  )
})

test('a renewed certificate is shown from the next connection on, and a broken one never', async t => {
  const exporter = await serving(t, `tls_server_config: {${TLS}}`)
  const kept = new Agent({ keepAlive: true, maxSockets: 1, ca })
  t.after(() => kept.destroy())
  const shown = async () =>
    (await askSecurely(exporter.url, { ca, checkServerIdentity: () => undefined })).shown
  await askSecurely(exporter.url, { agent: kept })
  assert.equal(await shown(), 'server')

  copyFileSync(certificates.wrongHostServer.certFile, join(exporter.dir, 'server.pem'))
  assert.equal(await shown(), 'server', 'the key of the new certificate is not there yet')
  assert.deepEqual(exporter.said().slice(-2), [
    `error ${exporter.webFile}: tls_server_config.key_file: got "server.key", expected the private key of the certificate`,
    'error web configuration refused: the one before it stays',
  ])
  const said = exporter.said().length
  assert.equal(await shown(), 'server')
  assert.equal(exporter.said().length, said, 'it is said once')

  copyFileSync(certificates.wrongHostServer.keyFile, join(exporter.dir, 'server.key'))
  assert.equal(await shown(), 'wrong-host')
  assert.equal(exporter.said().at(-1), 'info web configuration read anew')
  const again = await askSecurely(exporter.url, { agent: kept })
  assert.deepEqual([again.status, again.isReused], [200, true], 'a connection that was there lives on')
})

test('users and their passwords, read anew when they change', async t => {
  const exporter = await serving(t, `basic_auth_users: {alice: ${WONDER}}`)
  assert.match(exporter.url, /^http:/)
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(exporter.url + path, { headers })).status
  for (const path of ['/metrics', '/', '/api/v1/clusters', '/-/healthy', '/readyz', '/nowhere']) {
    assert.equal(await statusOf(path), 401, path)
  }
  assert.equal(await statusOf('/metrics', basic('alice', 'wonder')), 200)
  assert.equal(await statusOf('/-/healthy', basic('alice', 'wonder')), 200)
  assert.equal(await statusOf('/metrics', basic('alice', 'land')), 401)
  assert.equal(await statusOf('/metrics', basic('bob', 'wonder')), 401)
  assert.equal(await statusOf('/metrics', { authorization: 'Bearer wonder' }), 401)
  assert.equal(await statusOf('/metrics', { authorization: 'Basic ????' }), 401)
  const answer = await fetch(`${exporter.url}/api/v1/clusters`)
  assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="kafka-health-exporter", charset="UTF-8"')
  assert.equal(
    await answer.text(),
    '{"error":{"code":"UNAUTHORIZED","message":"a user and a password are needed"}}',
  )
  assert.equal((await fetch(`${exporter.url}/-/reload`, { method: 'POST' })).status, 401)

  exporter.writeWeb(`basic_auth_users: {bob: ${WONDER}}`)
  assert.equal(await statusOf('/metrics', basic('alice', 'wonder')), 401)
  assert.equal(await statusOf('/metrics', basic('bob', 'wonder')), 200)
  exporter.writeWeb('basic_auth_users: {bob: hunter2}')
  assert.equal(await statusOf('/metrics', basic('bob', 'wonder')), 200)
  assert.equal(await statusOf('/metrics', basic('bob', 'hunter2')), 401)
  assert.ok(!exporter.said().join().includes('hunter2'))
  exporter.writeWeb('')
  assert.equal(await statusOf('/metrics'), 200)
})

test('headers and a limit of requests', async t => {
  const exporter = await serving(
    t,
    `http_server_config:
  headers:
    Strict-Transport-Security: max-age=60
    X-Frame-Options: sameorigin
    Content-Security-Policy: default-src 'self'
rate_limit: {interval: 1h, burst: 2}
`,
  )
  const answer = await fetch(exporter.url)
  const named = [
    'strict-transport-security',
    'x-frame-options',
    'content-security-policy',
    'x-content-type-options',
  ]
  assert.deepEqual(
    named.map(name => answer.headers.get(name)),
    ['max-age=60', 'sameorigin', "default-src 'self'", 'nosniff'],
  )
  assert.equal((await fetch(`${exporter.url}/-/healthy`)).status, 200)
  const refused = await fetch(`${exporter.url}/metrics`)
  assert.equal(refused.status, 429)
  assert.equal(await refused.text(), '429 Too Many Requests: more requests than rate_limit allows\n')
})

test('TLS is not given up or taken up without a restart', async t => {
  const exporter = await serving(t, `tls_server_config: {${TLS}}`)
  exporter.writeWeb('')
  assert.equal((await askSecurely(exporter.url, { ca })).status, 200)
  assert.deepEqual(exporter.said().slice(-2), [
    `error ${exporter.webFile}: tls_server_config: got nothing, expected certificates until the next restart`,
    'error web configuration refused: the one before it stays',
  ])
})

test('a client that says nothing, or no TLS, holds nobody up, not even a stop', async t => {
  const exporter = await serving(t, `tls_server_config: {${TLS}}`)
  const { port } = new URL(exporter.url)
  const [silent, plain] = [connect(Number(port), '127.0.0.1'), connect(Number(port), '127.0.0.1')]
  const closed = [silent, plain].map(socket => {
    socket.on('error', () => {})
    return once(socket, 'close')
  })
  await Promise.all([once(silent, 'connect'), once(plain, 'connect')])
  plain.write('GET /metrics HTTP/1.1\r\nHost: exporter\r\n\r\n')
  plain.resume()
  await closed[1]
  assert.match(
    exporter.said().at(-1) ?? '',
    /^warn HTTPS connection refused: .*(?:http request|HTTP_REQUEST)/i,
  )
  assert.equal((await askSecurely(exporter.url, { ca })).status, 200)
  silent.resume()
  await Promise.all([exporter.stop(), closed[0]])
})

test('a reload proves the web configuration, too', async t => {
  const exporter = await serving(t, `basic_auth_users: {alice: ${WONDER}}`)
  exporter.writeWeb('basic_auth_user: {}')
  const at = `${exporter.webFile}: basic_auth_user`
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: false,
    faults: [{ at, problem: 'unknown key, did you mean basic_auth_users?' }],
  })
})

const WAS_SUCCESSFUL = 'kafka_health_exporter_config_last_reload_successful'

test('a reload is refused that would bring in TLS, or give it up', async t => {
  const exporter = await serving(t, '')
  exporter.writeWeb(`tls_server_config: {${TLS}}`)
  const at = `${exporter.webFile}: tls_server_config`
  assert.deepEqual(await exporter.reload('test'), {
    isApplied: false,
    faults: [{ at, problem: 'got certificates, expected nothing until the next restart' }],
  })
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 0)
  exporter.writeWeb(`basic_auth_users: {}`)
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 0, 'the reload has not been mended')
  assert.equal((await exporter.reload('test')).isApplied, true)
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 1)
})

test('a file that was refused while it runs is seen in the metrics until it is taken', async t => {
  const exporter = await serving(t, '')
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 1)
  exporter.writeWeb('rate_limits: {}')
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 0)
  exporter.writeWeb('{}')
  assert.equal((await exporter.scrape()).value(WAS_SUCCESSFUL), 1)
})
