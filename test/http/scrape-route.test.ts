import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Scrape, ScrapeRequest } from '../../src/http/scrape-route.ts'
import { ask, serveApp } from '../harness/http-app.ts'

const FORMAT = 'text/plain; version=0.0.4; charset=utf-8'

/** Answers with the words `plain` or `zipped`, and keeps what it was asked for. */
function recordingScrape(): { readonly scrape: Scrape; readonly requests: ScrapeRequest[] } {
  const requests: ScrapeRequest[] = []
  const scrape: Scrape = asked => {
    requests.push(asked)
    const body = Readable.from([asked.gzip ? 'zipped' : 'plain'])
    return { contentType: FORMAT, contentEncoding: asked.gzip ? 'gzip' : null, body }
  }
  return { scrape, requests }
}

const NEGOTIATIONS: readonly (readonly [acceptEncoding: string | undefined, body: string])[] = [
  [undefined, 'plain'],
  ['gzip', 'zipped'],
  ['gzip, deflate, br', 'zipped'],
  ['*', 'zipped'],
  ['identity', 'plain'],
  ['br', 'plain'],
  ['gzip;q=0', 'plain'],
  ['gzip;q=0.5, identity;q=0.9', 'plain'],
  ['identity;q=0.5, gzip', 'zipped'],
  ['', 'plain'],
]
for (const [acceptEncoding, expected] of NEGOTIATIONS) {
  test(`Accept-Encoding ${acceptEncoding ?? 'missing'} gets ${expected}`, async () => {
    const { scrape } = recordingScrape()
    await using app = await serveApp({ scrape })
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding }
    const answer = await ask(`${app.url}/metrics`, { headers })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.toString(), expected)
    assert.equal(answer.headers['content-encoding'], expected === 'zipped' ? 'gzip' : undefined)
    assert.equal(answer.headers['content-type'], FORMAT)
    assert.equal(answer.headers.vary, 'Accept-Encoding')
  })
}

test('name[] asks for certain families, and without it for all', async () => {
  const { scrape, requests } = recordingScrape()
  await using app = await serveApp({ scrape })
  await ask(`${app.url}/metrics?name[]=kafka_up&name%5B%5D=kafka_brokers&other=1`)
  await ask(`${app.url}/metrics`)
  assert.deepEqual(
    requests.map(asked => asked.names),
    [new Set(['kafka_up', 'kafka_brokers']), undefined],
  )
})

test('HEAD has the headers and renders nothing', async () => {
  const { scrape, requests } = recordingScrape()
  await using app = await serveApp({ scrape })
  const answer = await ask(`${app.url}/metrics`, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } })
  assert.deepEqual([answer.status, answer.body.length, requests.length], [200, 0, 0])
  assert.deepEqual([answer.headers['content-type'], answer.headers['content-encoding']], [FORMAT, 'gzip'])
})

test('the path is the configured one, whatever characters it has', async () => {
  const { scrape } = recordingScrape()
  await using app = await serveApp({ scrape, telemetryPath: '/m(e)*trics.v1' })
  assert.equal((await ask(`${app.url}/m(e)*trics.v1`)).status, 200)
  assert.equal((await ask(`${app.url}/meetricsxv1`)).status, 404)
  assert.equal((await ask(`${app.url}/metrics`)).status, 404)
})

test('a scraper that hangs up aborts its scrape and harms nobody', async () => {
  const gone = new EventEmitter()
  const aborted = once(gone, 'aborted', { signal: AbortSignal.timeout(10_000) })
  let endless = true
  const scrape: Scrape = ({ signal }) => {
    if (!endless) return { contentType: FORMAT, contentEncoding: null, body: Readable.from(['next']) }
    signal.addEventListener('abort', () => gone.emit('aborted'))
    const body = new Readable({
      read() {
        this.push('x'.repeat(65_536))
      },
    })
    return { contentType: FORMAT, contentEncoding: null, body }
  }
  await using app = await serveApp({ scrape })
  const sent = request(`${app.url}/metrics`, { agent: false })
  sent.end()
  const [answer] = await once(sent, 'response')
  await once(answer, 'data')
  answer.destroy()
  await aborted
  endless = false
  assert.equal((await ask(`${app.url}/metrics`)).body.toString(), 'next')
  assert.deepEqual(
    app.logged.filter(line => line.level !== 'debug'),
    [],
  )
})

test('a scraper that is never done is cut off, for it keeps old snapshots alive', async () => {
  const ended: string[] = []
  async function* trickle() {
    try {
      for (;;) {
        yield 'kafka_up 1\n'
        await nextTurn()
      }
    } finally {
      ended.push('rendering')
    }
  }
  const scrape: Scrape = ({ signal }) => {
    signal.addEventListener('abort', () => ended.push('scrape'))
    return { contentType: FORMAT, contentEncoding: null, body: Readable.from(trickle()) }
  }
  await using app = await serveApp({ scrape, scrapeDeadlineMs: 50 })
  await assert.rejects(ask(`${app.url}/metrics`), { code: 'ECONNRESET' })
  assert.deepEqual(ended.sort(), ['rendering', 'scrape'])
})

test('a scrape that fails before its first byte is a 500', async () => {
  const failing: readonly Scrape[] = [
    () => Promise.reject(new Error('early')),
    () => ({
      contentType: FORMAT,
      contentEncoding: 'gzip',
      body: new Readable({
        read() {
          this.destroy(new Error('early'))
        },
      }),
    }),
  ]
  for (const scrape of failing) {
    await using app = await serveApp({ scrape })
    const answer = await ask(`${app.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(answer.status, 500)
    assert.equal(answer.headers['content-encoding'], undefined)
    assert.equal(answer.body.toString(), '500 Internal Server Error: internal error\n')
    assert.deepEqual(app.logged, [{ level: 'error', message: 'request failed: early' }])
  }
})

test('a scrape that fails half-way breaks the connection, so that the half is not taken for the whole', async () => {
  async function* half() {
    yield 'kafka_up 1\n'
    throw new Error('late')
  }
  const scrape: Scrape = () => ({ contentType: FORMAT, contentEncoding: null, body: Readable.from(half()) })
  await using app = await serveApp({ scrape })
  await assert.rejects(ask(`${app.url}/metrics`), { code: 'ECONNRESET' })
})
