import assert from 'node:assert/strict'
import http2, { type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, it, type TestContext, test } from 'node:test'
import { status } from '@grpc/grpc-js'
import { readTextFile } from '../../../src/config/read-file.ts'
import { HealthClient } from '../../../src/sources/services/health-client.ts'

function clientOf(t: TestContext, port: number, host = '127.0.0.1'): HealthClient {
  const client = new HealthClient({
    address: { host, port },
    healthName: '',
    tls: null,
    read: readTextFile,
    timeoutMs: 30_000,
  })
  t.after(() => client.close())
  return client
}

/** A server of HTTP/2 that does with each request what the argument says: its port. */
async function speakHttp2(
  t: TestContext,
  answer: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  host = '127.0.0.1',
): Promise<number> {
  const server = http2.createServer()
  server.on('stream', answer)
  server.on('session', session => t.after(() => session.destroy()))
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('an address may name a zone, which the service does not see', { skip: !hasLoopbackZone() }, async t => {
  const seen: unknown[] = []
  const answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    seen.push(headers[':authority'])
    stream.respond({ ':status': 200, 'grpc-status': `${status.UNIMPLEMENTED}` }, { endStream: true })
  }
  const port = await speakHttp2(t, answer, '::1')
  assert.equal((await clientOf(t, port, '::1%lo').check()).failure?.code, 'UNIMPLEMENTED')
  assert.deepEqual(seen, [`[::1]:${port}`])
})

function hasLoopbackZone(): boolean {
  const { lo = [] } = networkInterfaces()
  return lo.some(({ address }) => address === '::1')
}

describe('HTTP/2', () => {
  it('that is not gRPC is told as such, over one connection that is asked once', async t => {
    const pages = ['<html>', '<html>', 'x'.repeat(100_000)]
    let asked = 0
    const sessions = new Set<unknown>()
    const port = await speakHttp2(t, stream => {
      const page = pages[asked++]
      sessions.add(stream.session)
      stream.respond({ ':status': 200, 'content-type': 'text/html' })
      stream.end(page)
    })
    const client = clientOf(t, port)
    for (const _ of pages) {
      assert.deepEqual(await client.check(), {
        status: 'unhealthy',
        failure: { code: 'MALFORMED_RESPONSE', message: 'what listens there does not speak gRPC' },
      })
    }
    assert.deepEqual([asked, sessions.size], [3, 1])
  })

  it('that is cut off in mid-answer is told as such', async t => {
    const port = await speakHttp2(t, stream => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' })
      stream.write('a', () => stream.session?.destroy())
    })
    assert.equal((await clientOf(t, port).check()).failure?.code, 'CONNECTION_CLOSED')
  })

  it('has a status of its own that counts only where there is none of gRPC', async t => {
    let headers: OutgoingHttpHeaders = {}
    const port = await speakHttp2(t, stream => stream.respond(headers, { endStream: true }))
    const client = clientOf(t, port)
    const told = async (answer: OutgoingHttpHeaders) => {
      headers = answer
      return (await client.check()).failure?.code
    }
    assert.equal(await told({ ':status': 503 }), 'UNAVAILABLE')
    assert.equal(await told({ ':status': 418 }), 'UNKNOWN')
    assert.equal(await told({ ':status': 503, 'grpc-status': `${status.NOT_FOUND}` }), 'NOT_FOUND')
  })
})
