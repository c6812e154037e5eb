import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultHealthUrl, runHealthcheck } from '../../src/cli/healthcheck.ts'
import { estateOf, fakeCluster } from '../fakes/estate.ts'
import { recordedIo } from '../harness/cli-io.ts'
import { serveApp } from '../harness/http-app.ts'

async function check(url: string, given: Parameters<typeof recordedIo>[0] = {}) {
  const io = recordedIo(given)
  const code = await runHealthcheck(url, io)
  return { code, out: io.out(), err: io.err() }
}

test('an exporter that answers is healthy', async () => {
  await using app = await serveApp()
  const url = `${app.url}/-/healthy`
  assert.deepEqual(await check(url), { code: 0, out: `healthy: ${url}\n`, err: '' })
})

test('an address without a scheme or a path is that of the health of what listens there', async () => {
  await using app = await serveApp()
  const healthy = { code: 0, out: `healthy: ${app.url}/-/healthy\n`, err: '' }
  const host = app.url.replace('http://', '')
  for (const address of [app.url, `${app.url}/`, host, `${host}/`, `${host}/-/healthy`]) {
    assert.deepEqual(await check(address), healthy)
  }
})

test('a status that is not a success is unhealthy', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, null)]) })
  const url = `${app.url}/-/ready`
  assert.deepEqual(await check(url), { code: 1, out: '', err: `unhealthy: ${url}: status 503\n` })
})

test('nobody there is unhealthy', async () => {
  const app = await serveApp()
  await app[Symbol.asyncDispose]()
  assert.deepEqual(await check(app.url), {
    code: 1,
    out: '',
    err: `unhealthy: ${app.url}/-/healthy: connection refused\n`,
  })
})

test('it asks with a deadline and says so when it has passed', async () => {
  let signal: AbortSignal | null | undefined
  const { code, err } = await check(defaultHealthUrl({}), {
    fetch: (_url, init) => {
      signal = init?.signal
      return Promise.reject(new DOMException('timed out', 'TimeoutError'))
    },
  })
  assert.ok(signal instanceof AbortSignal)
  assert.deepEqual([code, err], [1, 'unhealthy: http://127.0.0.1:9308/-/healthy: no answer within 3 s\n'])
})

test('an address that is none is unhealthy in one line', async () => {
  const { code, err } = await check('not an address')
  assert.equal(code, 1)
  assert.match(err, /^unhealthy: not an address: .+\n$/)
})

test('the default address follows the port that the environment sets', () => {
  const of = (address?: string) => defaultHealthUrl({ KAFKA_HEALTH_EXPORTER_WEB_LISTEN_ADDRESS: address })
  assert.equal(of(), 'http://127.0.0.1:9308/-/healthy')
  assert.equal(of(':9400'), 'http://127.0.0.1:9400/-/healthy')
  assert.equal(of('[::]:9401'), 'http://127.0.0.1:9401/-/healthy')
})

const WITH_PASSWORD: readonly (readonly [address: string, shown: string])[] = [
  ['http://me:hunter2@127.0.0.1:9308/', 'http://127.0.0.1:9308/'],
  ['http://me:hunter2/hunter2@127.0.0.1:9308', 'http://127.0.0.1:9308'],
  ['http://me:2/hunter2@127.0.0.1:9308', 'http://127.0.0.1:9308'],
  ['HTTPS://me:hunter2@hunter2@127.0.0.1', 'HTTPS://127.0.0.1'],
  ['me:hunter2/@127.0.0.1:9308', '127.0.0.1:9308'],
]

for (const [address, shown] of WITH_PASSWORD) {
  test(`a password in the address is refused and not repeated: ${address}`, async () => {
    const { code, out, err } = await check(address)
    assert.deepEqual([code, out], [1, ''])
    assert.equal(
      err,
      `unhealthy: ${shown}: got a user and a password in the address, expected --url.username and --url.password-file instead\n`,
    )
  })
}
