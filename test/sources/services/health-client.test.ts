import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext, test } from 'node:test'
import { status } from '@grpc/grpc-js'
import { readTextFile } from '../../../src/config/read-file.ts'
import { HealthClient, type HealthClientOptions } from '../../../src/sources/services/health-client.ts'
import { type Certificates, createCertificates } from '../../harness/certificates.ts'
import { freePort } from '../../harness/free-port.ts'
import { listenWith, startHealthServer } from '../../harness/health-server.ts'
import { removeOwnDirectory } from '../../harness/owned-process.ts'
import { waitUntil } from '../../harness/wait-until.ts'

/** Long, so that only what never answers runs into it. */
const PATIENT_MS = 30_000
const HASTY_MS = 300

type Tls = NonNullable<HealthClientOptions['tls']>
const NO_FILES: Tls = { caFile: null, certFile: null, keyFile: null, serverName: null }

function clientOf(t: TestContext, port: number, options: Partial<HealthClientOptions> = {}): HealthClient {
  const client = new HealthClient({
    address: { host: '127.0.0.1', port },
    healthName: '',
    tls: null,
    read: readTextFile,
    timeoutMs: PATIENT_MS,
    ...options,
  })
  t.after(() => client.close())
  return client
}

/** Status, and code where it has failed. */
async function told(client: HealthClient): Promise<string> {
  const { status, failure } = await client.check()
  return failure === null ? status : `${status} ${failure.code}`
}

describe('what a service answers', () => {
  const cases = [
    ['SERVING', 'serving'],
    ['NOT_SERVING', 'not_serving'],
    ['UNKNOWN', 'unknown'],
    [status.NOT_FOUND, 'unknown NOT_FOUND'],
    [status.UNIMPLEMENTED, 'unknown UNIMPLEMENTED'],
    [status.UNAUTHENTICATED, 'unknown UNAUTHENTICATED'],
    [status.PERMISSION_DENIED, 'unknown PERMISSION_DENIED'],
    [status.INTERNAL, 'unhealthy INTERNAL'],
    [status.UNKNOWN, 'unhealthy UNKNOWN'],
    [status.RESOURCE_EXHAUSTED, 'unhealthy RESOURCE_EXHAUSTED'],
    [status.UNAVAILABLE, 'unhealthy UNAVAILABLE'],
    [status.DEADLINE_EXCEEDED, 'unhealthy DEADLINE_EXCEEDED'],
  ] as const
  for (const [answer, expected] of cases) {
    it(`${typeof answer === 'string' ? answer : status[answer]} is ${expected}`, async t => {
      const server = await startHealthServer(t, { health: { '': answer } })
      assert.equal(await told(clientOf(t, server.port)), expected)
    })
  }

  it('is asked for by name', async t => {
    const health = { '': 'SERVING', 'acme.Orders': 'NOT_SERVING' } as const
    const { port } = await startHealthServer(t, { health })
    assert.equal(await told(clientOf(t, port, { healthName: 'acme.Orders' })), 'not_serving')
    const stranger = clientOf(t, port, { healthName: 'acme.Cart' })
    assert.deepEqual(await stranger.check(), {
      status: 'unknown',
      failure: { code: 'NOT_FOUND', message: 'the server tells no health of "acme.Cart"' },
    })
  })

  it('is unknown where the server has no health service', async t => {
    const { port } = await startHealthServer(t, { isBare: true })
    assert.equal(await told(clientOf(t, port)), 'unknown UNIMPLEMENTED')
  })

  it('stays out of the failure', async t => {
    const { port } = await startHealthServer(t, { health: { '': status.INTERNAL } })
    assert.deepEqual(await clientOf(t, port).check(), {
      status: 'unhealthy',
      failure: { code: 'INTERNAL', message: 'the answer was INTERNAL' },
    })
  })
})

describe('a service that does not answer', () => {
  it('is offline where nobody listens', async t => {
    assert.deepEqual(await clientOf(t, await freePort()).check(), {
      status: 'offline',
      failure: { code: 'CONNECTION_REFUSED', message: 'connection refused' },
    })
  })

  it('is offline where its host has no address', async t => {
    const client = clientOf(t, 0, { address: { host: 'nowhere.invalid', port: 50_051 } })
    assert.equal(await told(client), 'offline HOST_NOT_FOUND')
  })

  it('is offline where its host is no host of a URL, and leaves no socket behind', async t => {
    const sockets = () => process.getActiveResourcesInfo().filter(name => name.startsWith('TCP')).length
    const before = sockets()
    const client = clientOf(t, 0, { address: { host: 'bff.1', port: 50_051 } })
    for (let i = 0; i < 5; i++) assert.equal(await told(client), 'offline HOST_NOT_FOUND')
    await waitUntil('the sockets are closed', () => sockets() <= before)
  })

  it('is unhealthy where a check hangs', async t => {
    const { port } = await startHealthServer(t, { health: { '': 'silent' } })
    assert.deepEqual(await clientOf(t, port, { timeoutMs: HASTY_MS * 10 }).check(), {
      status: 'unhealthy',
      failure: { code: 'TIMEOUT', message: 'connected, but no answer within 3000 ms' },
    })
  })

  it('is unhealthy where connections are taken and nothing is said', async t => {
    const port = await listenWith(t, () => {})
    assert.deepEqual(await clientOf(t, port, { timeoutMs: HASTY_MS }).check(), {
      status: 'unhealthy',
      failure: { code: 'TIMEOUT', message: 'something listens, but does not speak within 300 ms' },
    })
  })

  it('is unhealthy where connections are closed, or something else is spoken', async t => {
    const closing = await listenWith(t, socket => socket.destroy())
    assert.equal(await told(clientOf(t, closing)), 'unhealthy CONNECTION_CLOSED')
    const web = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1')
    t.after(() => web.close())
    await new Promise(resolve => web.once('listening', resolve))
    const { port } = web.address() as AddressInfo
    assert.equal(await told(clientOf(t, port)), 'unhealthy MALFORMED_RESPONSE')
  })
})

describe('the connection', () => {
  it('is one for all checks that are answered, be the answer an error', async t => {
    const server = await startHealthServer(t)
    const client = clientOf(t, server.port)
    const found: string[] = []
    for (const answer of ['SERVING', 'NOT_SERVING', status.INTERNAL, 'SERVING'] as const) {
      server.health[''] = answer
      found.push(await told(client))
    }
    assert.deepEqual(found, ['serving', 'not_serving', 'unhealthy INTERNAL', 'serving'])
    assert.deepEqual([server.checks(), server.peers.size], [4, 1])
  })

  it('is made anew within the check that finds it broken', async t => {
    const first = await startHealthServer(t)
    const client = clientOf(t, first.port)
    assert.equal(await told(client), 'serving')
    first.stop()
    await startHealthServer(t, { port: first.port, health: { '': 'NOT_SERVING' } })
    assert.equal(await told(client), 'not_serving')
  })

  it('is made anew after it was idle for more than a minute', async t => {
    const server = await startHealthServer(t)
    const client = clientOf(t, server.port)
    assert.equal(await told(client), 'serving')
    const now = performance.now.bind(performance)
    t.mock.method(performance, 'now', () => now() + 59_000)
    assert.equal(await told(client), 'serving')
    assert.equal(server.peers.size, 1)
    t.mock.method(performance, 'now', () => now() + 120_000)
    assert.equal(await told(client), 'serving')
    assert.equal(server.peers.size, 2)
  })

  it('is tried with every check while there is none', async t => {
    const port = await freePort()
    const client = clientOf(t, port)
    for (let i = 0; i < 5; i++) assert.equal(await told(client), 'offline CONNECTION_REFUSED')
    await startHealthServer(t, { port })
    assert.equal(await told(client), 'serving')
  })

  it('comes back after a check that hung', async t => {
    const server = await startHealthServer(t, { health: { '': 'silent' } })
    const hasty = clientOf(t, server.port, { timeoutMs: HASTY_MS * 10 })
    assert.equal(await told(hasty), 'unhealthy TIMEOUT')
    server.health[''] = 'SERVING'
    assert.equal(await told(hasty), 'serving')
  })
})

test('no connection is left behind by checks that hang', async t => {
  let open = 0
  const port = await listenWith(t, socket => {
    open++
    socket.resume()
    socket.on('close', () => {
      open--
    })
  })
  const clients = Array.from({ length: 20 }, () => clientOf(t, port, { timeoutMs: HASTY_MS }))
  for (let i = 0; i < 5; i++) await Promise.all(clients.map(client => client.check()))
  await waitUntil('none is open', () => open === 0)
})

test('a check under way ends with the client, and one that has not begun does not begin', async t => {
  const server = await startHealthServer(t, { health: { '': 'silent' } })
  let taken = 0
  const hanging = await listenWith(t, () => {
    taken++
  })
  const isUnderWay = [() => server.checks() === 1, () => taken === 1]
  for (const [i, port] of [server.port, hanging].entries()) {
    const client = clientOf(t, port, { timeoutMs: 3_600_000 })
    const check = client.check()
    await waitUntil('it is under way', isUnderWay[i]!)
    client.close()
    assert.match((await check).status, /^(?:unhealthy|offline)$/)
  }
  const client = clientOf(t, server.port, { timeoutMs: 3_600_000 })
  const check = client.check()
  client.close()
  await check
  assert.deepEqual([server.checks(), taken], [1, 1])
})

describe('TLS', () => {
  let made: Certificates
  before(async () => {
    made = await createCertificates()
  })
  after(() => removeOwnDirectory(made.dir))

  it('is used with the authorities that are named, or those of the system', async t => {
    const { port } = await startHealthServer(t, { tls: { server: made.server } })
    const trusting = clientOf(t, port, { tls: { ...NO_FILES, caFile: made.caFile } })
    assert.deepEqual([await told(trusting), await told(trusting)], ['serving', 'serving'])
    assert.equal(await told(clientOf(t, port, { tls: NO_FILES })), 'unhealthy TLS_UNTRUSTED')
    const foreign = { ...NO_FILES, caFile: made.foreign.caFile }
    assert.equal(await told(clientOf(t, port, { tls: foreign })), 'unhealthy TLS_UNTRUSTED')
    assert.equal(await told(clientOf(t, port)), 'unhealthy CONNECTION_CLOSED')
  })

  it('is not begun with a port of plaintext', async t => {
    const { port } = await startHealthServer(t)
    const tls = { ...NO_FILES, caFile: made.caFile }
    assert.equal(await told(clientOf(t, port, { tls })), 'unhealthy PLAINTEXT_PORT')
  })

  it('needs a certificate of the right host, or of the name that is expected', async t => {
    const { port } = await startHealthServer(t, { tls: { server: made.wrongHostServer } })
    const tls = { ...NO_FILES, caFile: made.caFile }
    assert.equal(await told(clientOf(t, port, { tls })), 'unhealthy TLS_HOST_MISMATCH')
    assert.equal(await told(clientOf(t, port, { tls: { ...tls, serverName: 'other.example' } })), 'serving')
  })

  it('needs a certificate that has not expired', async t => {
    const { port } = await startHealthServer(t, { tls: { server: made.expiredServer } })
    const tls = { ...NO_FILES, caFile: made.caFile }
    assert.equal(await told(clientOf(t, port, { tls })), 'unhealthy TLS_EXPIRED')
  })

  it('shows the certificate of the client, as the files hold it at each new connection', async t => {
    const { port } = await startHealthServer(t, { tls: { server: made.server, clientCaFile: made.caFile } })
    const [certFile, keyFile] = [join(made.dir, 'shown.pem'), join(made.dir, 'shown.key')]
    const show = (certificate: Certificates['client']) => {
      copyFileSync(certificate.certFile, certFile)
      copyFileSync(certificate.keyFile, keyFile)
    }
    const tls = { ...NO_FILES, caFile: made.caFile, certFile, keyFile }
    const client = clientOf(t, port, { tls })
    assert.match(await told(clientOf(t, port, { tls: { ...NO_FILES, caFile: made.caFile } })), /^unhealthy /)
    show(made.foreign.client)
    assert.match(await told(client), /^unhealthy /)
    show(made.client)
    assert.equal(await told(client), 'serving')
  })

  it('says nothing of the service where our own files cannot be used', async t => {
    const { port } = await startHealthServer(t, { tls: { server: made.server } })
    const caFile = join(made.dir, 'not-there.pem')
    assert.deepEqual(await clientOf(t, port, { tls: { ...NO_FILES, caFile } }).check(), {
      status: 'unknown',
      failure: { code: 'CREDENTIALS_UNAVAILABLE', message: `${caFile} cannot be read (no such file)` },
    })
  })
})
