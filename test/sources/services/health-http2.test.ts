import assert from 'node:assert/strict'
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
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
