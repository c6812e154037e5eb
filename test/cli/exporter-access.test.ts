import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { type AccessFlags, exporterAccess } from '../../src/cli/exporter-access.ts'
import { defaultHealthUrl, runHealthcheck } from '../../src/cli/healthcheck.ts'
import { runLag } from '../../src/cli/lag.ts'
import { lineOf } from '../../src/config/fault.ts'
import { readTextFile } from '../../src/config/read-file.ts'
import { type Certificates, createCertificates } from '../harness/certificates.ts'
import { recordedIo } from '../harness/cli-io.ts'
import { removeOwnDirectory } from '../harness/owned-process.ts'
import { startReloadable } from '../run/reloadable-exporter.ts'

/** Of "wonder". */
const WONDER = '$2b$04$0M1DmmDUMUW6jdBzEn2PCex.NwIYHRFhmlDX6JPquPxqBI8ARJhYy'

let certificates: Certificates
let passwordFile: string
before(async () => {
  certificates = await createCertificates()
  passwordFile = join(certificates.dir, 'password')
  writeFileSync(passwordFile, 'wonder\n')
})
after(() => removeOwnDirectory(certificates.dir))

/** Wants a certificate, a user and a password; its only cluster cannot be reached. */
async function serving(t: TestContext, clients = 'RequireAndVerifyClientCert, client_ca_file: ca.pem') {
  return await startReloadable(t, dir => {
    copyFileSync(certificates.server.certFile, join(dir, 'server.pem'))
    copyFileSync(certificates.server.keyFile, join(dir, 'server.key'))
    copyFileSync(certificates.caFile, join(dir, 'ca.pem'))
    const tls = `tls_server_config: {cert_file: server.pem, key_file: server.key, client_auth_type: ${clients}}`
    writeFileSync(join(dir, 'web.yml'), `${tls}\nbasic_auth_users: {alice: ${WONDER}}\n`)
    return `clusters: [{brokers: ['127.0.0.1:1']}]
web: {listen_address: '127.0.0.1:0', config_file: ${join(dir, 'web.yml')}}
`
  })
}

function everything(): AccessFlags {
  return {
    'url.caFile': certificates.caFile,
    'url.certFile': certificates.client.certFile,
    'url.keyFile': certificates.client.keyFile,
    'url.username': 'alice',
    'url.passwordFile': passwordFile,
  }
}

async function health(url: string, flags: AccessFlags, isOwn = false) {
  const access = exporterAccess(flags, readTextFile, fetch)
  assert.deepEqual(access.faults, [])
  const io = recordedIo({ fetch: access.fetch })
  return [await runHealthcheck(url, io, isOwn), io.out() + io.err()] as const
}

test('healthcheck and lag with certificates, user and password', async t => {
  const { url } = await serving(t)
  assert.deepEqual(await health(url, everything()), [0, `healthy: ${url}/-/healthy\n`])
  const io = recordedIo({ fetch: exporterAccess(everything(), readTextFile, fetch).fetch })
  const code = await runLag({ url, output: 'json' }, io)
  assert.deepEqual([code, io.err().includes('the cluster could not be read')], [1, true], io.err())
  assert.equal(JSON.parse(io.out()).source, `${url}/`)
})

test('each thing that is missing is named', async t => {
  const { url } = await serving(t)
  const without = (...names: (keyof AccessFlags)[]) => {
    const flags: Record<string, unknown> = { ...everything() }
    for (const name of names) delete flags[name]
    return flags as AccessFlags
  }
  const at = `unhealthy: ${url}/-/healthy: `
  assert.deepEqual(await health(url, without('url.caFile')), [
    1,
    `${at}self-signed certificate in certificate chain\n`,
  ])
  assert.deepEqual(await health(url, without('url.certFile', 'url.keyFile')), [
    1,
    `${at}the connection was closed after the handshake, as where another --url.cert-file is asked for\n`,
  ])
  assert.deepEqual(await health(url, without('url.username', 'url.passwordFile')), [
    1,
    `${at}status 401: it asks for another --url.username and --url.password-file\n`,
  ])
  const io = recordedIo({
    fetch: exporterAccess(without('url.username', 'url.passwordFile'), readTextFile, fetch).fetch,
  })
  assert.equal(await runLag({ url }, io), 1)
  assert.equal(io.err(), `lag: ${url}/: a user and a password are needed\n`)
})

test('user and password may stand in the address of lag', async t => {
  const { url } = await serving(t, 'NoClientCert')
  const io = recordedIo({
    fetch: exporterAccess({ 'url.caFile': certificates.caFile }, readTextFile, fetch).fetch,
  })
  await runLag({ url: url.replace('https://', 'https://alice:wonder@'), output: 'json' }, io)
  assert.equal(JSON.parse(io.out()).source, `${url}/`)
})

test('the exporter of the same container is alive when it asks for a password', async t => {
  const { url, dir } = await serving(t, 'NoClientCert')
  const env = {
    KAFKA_HEALTH_EXPORTER_WEB_CONFIG_FILE: join(dir, 'web.yml'),
    KAFKA_HEALTH_EXPORTER_WEB_LISTEN_ADDRESS: `:${new URL(url).port}`,
  }
  const own = defaultHealthUrl(env)
  assert.equal(own, `${url}/-/healthy`)
  assert.deepEqual(await health(own, { 'url.insecureSkipVerify': true }, true), [0, `healthy: ${own}\n`])
  writeFileSync(join(dir, 'web.yml'), `basic_auth_users: {alice: ${WONDER}}`)
  assert.equal(defaultHealthUrl(env), `${url.replace('https', 'http')}/-/healthy`)
})

for (const maxVersion of ['TLS12', 'TLS13']) {
  test(`the exporter of the same container is alive when it asks for a certificate: ${maxVersion}`, async t => {
    const { url } = await serving(t, `RequireAndVerifyClientCert, max_version: ${maxVersion}`)
    const own = `${url}/-/healthy`
    assert.deepEqual(await health(own, { 'url.insecureSkipVerify': true }, true), [0, `healthy: ${own}\n`])
    assert.equal((await health(own, { 'url.insecureSkipVerify': true }))[0], 1, 'of another one it is none')
  })
}

test('what ends a connection before a handshake, or says nothing after one, is not alive', async t => {
  const closing = createServer(socket => socket.destroy())
  const silent = createTlsServer({
    cert: readFileSync(certificates.server.certFile),
    key: readFileSync(certificates.server.keyFile),
  })
  const expected = [
    [closing, /the connection was closed\n$/],
    [silent, /no answer within 3 s\n$/],
  ] as const
  for (const [server, words] of expected) {
    t.after(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const [code, said] = await health(`https://127.0.0.1:${port}/`, { 'url.insecureSkipVerify': true }, true)
    assert.equal(code, 1)
    assert.match(said, words)
  }
})

test('the exporter of the same container is alive when it is asked more often than rate_limit allows', async t => {
  const { url } = await startReloadable(t, dir => {
    writeFileSync(join(dir, 'web.yml'), 'rate_limit: {interval: 1h, burst: 1}')
    return `clusters: [{brokers: ['127.0.0.1:1']}]
web: {listen_address: '127.0.0.1:0', config_file: ${join(dir, 'web.yml')}}
`
  })
  const own = `${url}/-/healthy`
  assert.deepEqual(await health(own, {}, true), [0, `healthy: ${own}\n`])
  assert.deepEqual(await health(own, {}, true), [0, `healthy: ${own}\n`])
  assert.deepEqual(await health(own, {}), [1, `unhealthy: ${own}: status 429\n`])
})

test('flags that do not go together, and files that are not there', () => {
  const { faults } = exporterAccess(
    { 'url.caFile': '/nonexistent/ca.pem', 'url.certFile': passwordFile, 'url.username': 'alice' },
    readTextFile,
    fetch,
  )
  assert.deepEqual(faults.map(lineOf), [
    '--url.key-file: got nothing, expected it beside --url.cert-file',
    '--url.password-file: got nothing, expected it beside --url.username',
    '--url.ca-file: got "/nonexistent/ca.pem" (no such file), expected a readable file',
  ])
})

test('certificates that are none are a failure in words', async t => {
  const { url } = await serving(t)
  const flags = { ...everything(), 'url.certFile': passwordFile }
  const [code, said] = await health(url, flags)
  assert.equal(code, 1)
  assert.match(said, /^unhealthy: .*PEM/)
})

test('where certificates are given nothing is sent in clear', async () => {
  const never = () => assert.fail('it was asked')
  for (const flags of [
    { 'url.caFile': certificates.caFile },
    { 'url.certFile': certificates.client.certFile, 'url.keyFile': certificates.client.keyFile },
  ]) {
    const password = { 'url.username': 'alice', 'url.passwordFile': passwordFile }
    const { fetch } = exporterAccess({ ...flags, ...password }, readTextFile, never)
    for (const url of ['127.0.0.1:9308', 'http://127.0.0.1:9308']) {
      const io = recordedIo({ fetch })
      assert.equal(await runHealthcheck(url, io, true), 1)
      assert.equal(await runLag({ url }, io), 1)
      assert.deepEqual(io.err().split('\n'), [
        'unhealthy: http://127.0.0.1:9308/-/healthy: certificates are given, expected an https:// address',
        'lag: http://127.0.0.1:9308/: certificates are given, expected an https:// address',
        '',
      ])
    }
  }
})
