import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { readTextFile } from '../../../src/config/read-file.ts'
import { ResourceReader } from '../../../src/sources/services/resource-reader.ts'
import { type Certificate, type Certificates, createCertificates } from '../../harness/certificates.ts'
import { removeOwnDirectory } from '../../harness/owned-process.ts'

let made: Certificates
before(async () => {
  made = await createCertificates()
})
after(() => removeOwnDirectory(made.dir))

/** `https://127.0.0.1:…/metrics`; `clients`: whose certificates are wanted of whoever asks. */
async function serve(
  t: TestContext,
  { certFile, keyFile }: Certificate,
  clients: { readonly caFile: string; readonly seen: unknown[] } | null = null,
): Promise<string> {
  const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  const wanted = clients && { ca: readFileSync(clients.caFile), requestCert: true, rejectUnauthorized: true }
  const server = createServer({ ...pair, ...wanted }, (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    clients?.seen.push(subject.CN)
    response.end('process_resident_memory_bytes 1024\n')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
}

function readerOf(t: TestContext, metricsUrl: string, files: object | null): ResourceReader {
  const tls = files && { caFile: null, certFile: null, keyFile: null, ...files }
  const reader = new ResourceReader({ metricsUrl, tls, read: readTextFile, timeoutMs: 30_000 })
  t.after(() => reader.close())
  return reader
}

const READ = { cpuRatio: null, memoryBytes: 1_024, failure: null }

test('metrics over HTTPS are read where the certificate is one for the host, by an authority that is given', async t => {
  const { server, wrongHostServer, foreign, caFile } = made
  const url = await serve(t, server)
  assert.deepEqual(await readerOf(t, url, { caFile }).check(), READ)
  for (const [certificate, files, failure] of [
    [
      server,
      null,
      { code: 'TLS_UNTRUSTED', message: 'the certificate is not signed by a trusted authority' },
    ],
    [
      foreign.server,
      { caFile },
      { code: 'TLS_UNTRUSTED', message: 'the certificate is not signed by a trusted authority' },
    ],
    [
      wrongHostServer,
      { caFile },
      { code: 'TLS_HOST_MISMATCH', message: 'the certificate is for another host name' },
    ],
  ] as const) {
    const found = await readerOf(t, await serve(t, certificate), files).check()
    assert.deepEqual(found, { cpuRatio: null, memoryBytes: null, failure })
  }
})

test('a service that wants a certificate is shown the one of tls, read anew when it changes', async t => {
  const seen: unknown[] = []
  const { server, client, renewedClient, caFile } = made
  const url = await serve(t, server, { caFile, seen })
  const [certFile, keyFile] = [join(made.dir, 'shown.pem'), join(made.dir, 'shown.key')]
  const show = (from: Certificate) => {
    writeFileSync(certFile, readFileSync(from.certFile))
    writeFileSync(keyFile, readFileSync(from.keyFile))
  }
  show(client)
  const reader = readerOf(t, url, { caFile, certFile, keyFile })
  assert.deepEqual(await reader.check(), READ)
  show(renewedClient)
  assert.deepEqual(await reader.check(), READ)
  assert.deepEqual(seen, ['client', 'renewed-client'])
  const { memoryBytes, failure } = await readerOf(t, url, { caFile }).check()
  assert.equal(memoryBytes, null)
  // The server's refusal, or the end of the connection where that is seen first.
  assert.match(String(failure?.code), /^(?:TLS_CLIENT_CERTIFICATE|CONNECTION_CLOSED)$/)
})

test('a file that cannot be read is named, and nothing is asked', async t => {
  const caFile = join(made.dir, 'missing.pem')
  const { failure } = await readerOf(t, 'https://127.0.0.1:1/metrics', { caFile }).check()
  assert.deepEqual(failure, {
    code: 'CREDENTIALS_UNAVAILABLE',
    message: `${caFile} cannot be read (no such file)`,
  })
})
