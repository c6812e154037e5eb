import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { readTextFile } from '../../../src/config/read-file.ts'
import { ResourceReader } from '../../../src/sources/services/resource-reader.ts'
import { freePort } from '../../harness/free-port.ts'

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise(resolve => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
}

function readerOf(t: TestContext, metricsUrl: string, timeoutMs = 30_000): ResourceReader {
  const reader = new ResourceReader({ metricsUrl, tls: null, read: readTextFile, timeoutMs })
  t.after(() => reader.close())
  return reader
}

test('memory is told at once, CPU from the second reading on, over one connection', async t => {
  let cpu = 5
  const ports = new Set<unknown>()
  const url = await serve(t, (request, response) => {
    ports.add(request.socket.remotePort)
    assert.equal(request.headers.accept, 'text/plain;version=0.0.4')
    response.end(`process_cpu_seconds_total ${cpu++}\nprocess_resident_memory_bytes 1024\n`)
  })
  const reader = readerOf(t, url)
  assert.deepEqual(await reader.check(), { cpuRatio: null, memoryBytes: 1_024, failure: null })
  const { cpuRatio, memoryBytes, failure } = await reader.check()
  assert.ok(cpuRatio !== null && cpuRatio > 0)
  assert.deepEqual([memoryBytes, failure, ports.size], [1_024, null, 1])
})

test('metrics that have one of the two are no failure', async t => {
  const readingOf = async (line: string) =>
    readerOf(t, await serve(t, (_, response) => response.end(line))).check()
  assert.deepEqual(await readingOf('process_resident_memory_bytes 1024\n'), {
    cpuRatio: null,
    memoryBytes: 1_024,
    failure: null,
  })
  assert.deepEqual(await readingOf('process_cpu_seconds_total 5\n'), {
    cpuRatio: null,
    memoryBytes: null,
    failure: null,
  })
})

test('why nothing is known is told', async t => {
  const codeOf = async (url: string, timeoutMs?: number) => {
    const { cpuRatio, memoryBytes, failure } = await readerOf(t, url, timeoutMs).check()
    assert.deepEqual([cpuRatio, memoryBytes], [null, null])
    return failure
  }
  assert.deepEqual(await codeOf(await serve(t, (_, response) => response.writeHead(404).end())), {
    code: 'HTTP_ERROR',
    message: 'metrics_url answered HTTP 404',
  })
  assert.deepEqual(await codeOf(await serve(t, (_, response) => response.end('go_goroutines 9\n'))), {
    code: 'METRICS_MISSING',
    message: 'no process_cpu_seconds_total and no process_resident_memory_bytes at metrics_url',
  })
  const url = `http://127.0.0.1:${await freePort()}/metrics`
  assert.deepEqual(await codeOf(url), { code: 'CONNECTION_REFUSED', message: 'connection refused' })
  assert.deepEqual(await codeOf(await serve(t, () => {}), 200), {
    code: 'TIMEOUT',
    message: 'metrics_url gave no answer in time',
  })
  const endless = await serve(t, (_, response) => {
    const more = () => response.write('x'.repeat(1_048_576), error => error ?? more())
    more()
  })
  assert.deepEqual(await codeOf(endless), {
    code: 'MALFORMED_RESPONSE',
    message: 'metrics of more than 32 MiB',
  })
})

test('redirections are not followed', async t => {
  const url = await serve(t, (_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  assert.equal((await readerOf(t, url).check()).failure?.message, 'metrics_url answered HTTP 302')
})

test('a reading under way ends with the reader', async t => {
  let isAsked = () => {}
  const asked = new Promise<void>(resolve => {
    isAsked = resolve
  })
  const reader = readerOf(t, await serve(t, () => isAsked()), 3_600_000)
  const reading = reader.check()
  await asked
  reader.close()
  assert.equal((await reading).failure?.code, 'TIMEOUT')
})
