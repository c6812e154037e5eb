import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib'
import { ordersSnapshot } from '../fakes/orders-estate.ts'
import { bytesOf, cluster, familiesNamed, registryOf, textOf } from './exposed.ts'
import { wideSnapshot } from './wide-snapshot.ts'

const registry = registryOf([cluster(ordersSnapshot(), 'orders'), cluster(wideSnapshot(20_000, 12), 'wide')])
const server = createServer((request, response) => {
  const gzip = request.headers['accept-encoding']?.includes('gzip') ?? false
  const scrape = registry.scrape({ gzip })
  response.setHeader('Content-Type', scrape.contentType)
  if (scrape.contentEncoding !== null) response.setHeader('Content-Encoding', scrape.contentEncoding)
  scrape.body.pipe(response)
})
let url = ''

before(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

test('unpacked it is the plain text', async () => {
  assert.equal(gunzipSync(await bytesOf(registry, { gzip: true })).toString(), await textOf(registry))
})

test('it is one gzip member whose check sums are those of the whole', async () => {
  const bytes = await bytesOf(registry, { gzip: true })
  const text = Buffer.from(await textOf(registry))
  // inflateRaw stops at the end of the first deflate stream; what is left must be the trailer alone.
  assert.ok(inflateRawSync(bytes.subarray(10, -8)).equals(text))
  assert.deepEqual([...bytes.subarray(0, 4)], [0x1f, 0x8b, 8, 0])
  assert.equal(bytes.readUInt32LE(bytes.length - 8), crc32(text))
  assert.equal(bytes.readUInt32LE(bytes.length - 4), text.length)
})

test('gzip -t is content with it', async () => {
  const { status, stderr } = spawnSync('gzip', ['-t'], { input: await bytesOf(registry, { gzip: true }) })
  assert.equal(stderr.toString(), '')
  assert.equal(status, 0)
})

test('curl reads it over HTTP, compressed and plain', async () => {
  const curl = async (...options: string[]) =>
    (await promisify(execFile)('curl', ['-sSf', ...options, url], { maxBuffer: 1e8 })).stdout
  const text = await textOf(registry)
  assert.equal(await curl('--compressed'), text)
  assert.equal(await curl(), text)
})

test('an empty answer is an empty file', async () => {
  const nothing = await bytesOf(registryOf([], []), { gzip: true })
  assert.equal(gunzipSync(nothing).length, 0)
})

test('an answer of ordinary metrics alone, and one of snapshots alone', async () => {
  const series = new Set(['kafka_health_exporter_series'])
  const text = await textOf(registry, { names: series })
  assert.match(text, /^# HELP kafka_health_exporter_series /)
  assert.equal(gunzipSync(await bytesOf(registry, { names: series, gzip: true })).toString(), text)
  const up = registryOf([cluster(ordersSnapshot())], familiesNamed('kafka_up'))
  assert.equal(gunzipSync(await bytesOf(up, { gzip: true })).toString(), await textOf(up))
})
