import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { httpRequests } from '../../src/sources/http-requests.ts'
import { waitUntil } from '../harness/wait-until.ts'

test('a connection that is not in use is closed after a while, and no request that takes longer', async t => {
  const idleMs = 200
  let open = 0
  const server = createServer((_, response) => void setTimeout(() => response.end('fine'), 3 * idleMs))
  server.on('connection', socket => {
    open++
    socket.on('close', () => open--)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // Later than the test takes.
  server.keepAliveTimeout = 3_600_000
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const requests = httpRequests({ peer: 'the server', accept: '*/*', largestAnswerBytes: 1_024, idleMs })
  t.after(() => requests.close())
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const { signal } = new AbortController()
  for (let i = 0; i < 2; i++) {
    const { status } = await requests.get(url, { authorization: null, tls: {} }, signal)
    assert.equal(status, 200)
    await waitUntil('the connection is closed', () => open === 0)
  }
})
