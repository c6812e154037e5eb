import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { readTextFile } from '../../src/config/read-file.ts'
import { ExporterError } from '../../src/errors.ts'
import { httpProbe } from '../../src/sources/http.ts'
import { createCertificates } from '../harness/certificates.ts'
import { freePort } from '../harness/free-port.ts'

const NO_TLS = { caFile: null, certFile: null, keyFile: null }
const read = (path: string, maxBytes: number) => readTextFile(path, maxBytes, 'again')

/** What one check of such a server says: 'up', or the failure; `path` is put behind the server's address. */
async function checkOf(answer: RequestListener, path = '/', timeoutMs = 30_000): Promise<unknown> {
  const server = createServer(answer)
  const port = await listen(server)
  const probe = httpProbe({ url: `http://u:battery@127.0.0.1:${port}${path}`, tls: NO_TLS, timeoutMs }, read)
  try {
    return await outcomeOf(probe.check())
  } finally {
    await probe.close()
    close(server)
  }
}

async function outcomeOf(check: Promise<number>): Promise<unknown> {
  try {
    assert.ok((await check) > 0)
    return 'up'
  } catch (error) {
    assert.ok(error instanceof ExporterError)
    assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /battery/)
    return { code: error.code, message: error.message }
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function close(server: Server): void {
  server.closeAllConnections()
  server.close()
}

const withStatus =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, headers).end('x')
  }

describe('a check of a page', () => {
  it('succeeds with a status of 200 to 299', async () => {
    assert.equal(await checkOf(withStatus(200)), 'up')
    assert.equal(await checkOf(withStatus(204)), 'up')
    assert.equal(await checkOf(withStatus(299)), 'up')
  })

  it('fails with any other, which it names', async () => {
    assert.deepEqual(await checkOf(withStatus(503)), {
      code: 'HTTP_ERROR',
      message: 'the server answered HTTP 503',
    })
    assert.deepEqual(await checkOf(withStatus(404)), {
      code: 'HTTP_ERROR',
      message: 'the server answered HTTP 404',
    })
    assert.deepEqual(await checkOf(withStatus(302, { location: 'http://elsewhere.invalid/' })), {
      code: 'HTTP_ERROR',
      message: 'the server answered HTTP 302, and no redirection is followed',
    })
    assert.deepEqual(await checkOf(withStatus(401)), {
      code: 'AUTHENTICATION_FAILED',
      message: 'the server refused our credentials, or wants some (HTTP 401)',
    })
  })

  it('asks for what the URL says, as the user that it names', async () => {
    let asked: unknown
    const outcome = await checkOf((request, response) => {
      const { authorization } = request.headers
      asked = [request.method, request.url, request.headers['user-agent'], authorization]
      response.end()
    }, '/ready?deep=1')
    assert.equal(outcome, 'up')
    const login = `Basic ${Buffer.from('u:battery').toString('base64')}`
    assert.deepEqual(asked, ['GET', '/ready?deep=1', 'kafka-health-exporter', login])
  })

  it('keeps its connection, and takes the end of it for no failure', async () => {
    const sockets = new Set<unknown>()
    const server = createServer((request, response) => {
      sockets.add(request.socket)
      response.end('fine')
    })
    const port = await listen(server)
    const probe = httpProbe({ url: `http://127.0.0.1:${port}`, tls: NO_TLS, timeoutMs: 30_000 }, read)
    for (let i = 0; i < 5; i++) assert.equal(await outcomeOf(probe.check()), 'up')
    assert.equal(sockets.size, 1)
    for (let i = 0; i < 20; i++) {
      const checked = outcomeOf(probe.check())
      server.closeIdleConnections()
      assert.equal(await checked, 'up')
    }
    await probe.close()
    close(server)
  })

  it('fails in time where nothing comes, or the answer does not end', async () => {
    const late = { code: 'TIMEOUT', message: 'the server gave no answer in time' }
    assert.deepEqual(await checkOf(() => {}, '/', 200), late)
    assert.deepEqual(await checkOf((_, response) => void response.write('a'), '/', 200), late)
  })

  it('reads at most 1 MiB', async () => {
    assert.deepEqual(await checkOf((_, response) => void response.end('x'.repeat(1024 * 1024 + 1))), {
      code: 'MALFORMED_RESPONSE',
      message: 'an answer of more than 1 MiB',
    })
    assert.equal(await checkOf((_, response) => void response.end('x'.repeat(1024 * 1024))), 'up')
  })

  it('says that nobody listens, that it was cut off, and that it is no HTTP', async () => {
    const url = `http://u:battery@127.0.0.1:${await freePort()}`
    const probe = httpProbe({ url, tls: NO_TLS, timeoutMs: 30_000 }, read)
    assert.deepEqual(await outcomeOf(probe.check()), {
      code: 'CONNECTION_REFUSED',
      message: 'connection refused',
    })
    await probe.close()
    assert.deepEqual(await checkOf(request => void request.socket.destroy()), {
      code: 'CONNECTION_CLOSED',
      message: 'the server closed the connection',
    })
    const wrong = (await checkOf(request => void request.socket.end('nonsense\r\n\r\n'))) as { code: string }
    assert.equal(wrong.code, 'CONNECTION_FAILED')
  })

  it('trusts the authority that it is given, and no other', async () => {
    const { server: own, caFile, wrongHostServer } = await createCertificates()
    for (const [certificate, ca, expected] of [
      [own, caFile, 'up'],
      [own, null, 'TLS_UNTRUSTED'],
      [wrongHostServer, caFile, 'TLS_HOST_MISMATCH'],
    ] as const) {
      const files = { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }
      const server = createSecureServer(files, withStatus(200))
      const url = `https://127.0.0.1:${await listen(server)}/`
      const probe = httpProbe({ url, tls: { ...NO_TLS, caFile: ca }, timeoutMs: 30_000 }, read)
      const outcome = await outcomeOf(probe.check())
      assert.equal(typeof outcome === 'string' ? outcome : (outcome as { code: string }).code, expected)
      await probe.close()
      close(server)
    }
  })
})
