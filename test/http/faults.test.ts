import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Estate } from '../../src/model/ports.ts'
import { estateOf, fakeCluster, snapshotOf } from '../fakes/estate.ts'
import { ask, askJson, serveApp } from '../harness/http-app.ts'

const JSON_FAULTS: readonly (readonly [path: string, status: number, code: string, message: string])[] = [
  ['/api/v1/nothing', 404, 'NOT_FOUND', 'nothing is here: /api/v1/nothing'],
  ['/api/v1/groups/none', 404, 'GROUP_NOT_FOUND', 'there is no group of that name'],
  ['/api/v1/groups/%E0%A4%A', 400, 'BAD_PATH', 'the path is not valid percent-encoded UTF-8'],
  ['/api/v1/groups/%zz', 400, 'BAD_PATH', 'the path is not valid percent-encoded UTF-8'],
  [
    `/api/v1/groups?match=${'x'.repeat(9_000)}`,
    414,
    'URL_TOO_LONG',
    'the URL is longer than 8192 characters',
  ],
  [`/api/v1/groups?match=${'x'.repeat(513)}`, 400, 'BAD_PARAMETER', 'match is longer than 512 characters'],
  ['/api/v1/groups?limit=-1', 400, 'BAD_PARAMETER', 'limit must be a whole number of at least 0'],
  ['/api/v1/groups?limit=1e3', 400, 'BAD_PARAMETER', 'limit must be a whole number of at least 0'],
  [
    '/api/v1/groups?sort=age',
    400,
    'BAD_PARAMETER',
    'sort must be one of sickness, lag_seconds, lag, lag_max, members, name',
  ],
  [
    '/api/v1/groups?match=/(/',
    400,
    'BAD_PARAMETER',
    'match is not a regular expression: Invalid regular expression: /(/: Unterminated group',
  ],
]
for (const [path, status, code, message] of JSON_FAULTS) {
  test(`${path.slice(0, 40)} is answered ${status} ${code}`, async () => {
    await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf())]) })
    assert.deepEqual(await askJson(app.url + path), { status, json: { error: { code, message } } })
  })
}

test('a request line with a URL that cannot be parsed is the fault of who sent it', async () => {
  await using app = await serveApp()
  const { status, headers, body } = await ask(app.url, { path: 'http://[::' })
  assert.equal(status, 400)
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(body.toString(), '400 Bad Request: the path is not valid percent-encoded UTF-8\n')
  assert.deepEqual(app.logged, [])
})

test('an expression that would run for ever is cut off', async () => {
  const groups = [{ id: `${'a'.repeat(60)}!` }]
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf({ groups }))]) })
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups?match=${encodeURIComponent('/(a+)+$/')}`), {
    status: 400,
    json: {
      error: {
        code: 'BAD_PARAMETER',
        message: 'match takes longer than 50 ms to match; write it more simply',
      },
    },
  })
})

test('outside of /api a fault is one plain line', async () => {
  await using app = await serveApp()
  const { status, headers, body } = await ask(`${app.url}/<img src=x>`)
  assert.equal(status, 404)
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal(body.toString(), '404 Not Found: nothing is here: /%3Cimg%20src=x%3E\n')
})

for (const path of ['/', '/metrics', '/api/v1/groups', '/-/ready', '/groups/g']) {
  test(`${path} can be read and nothing else`, async () => {
    await using app = await serveApp()
    const { status, headers, body } = await ask(app.url + path, { method: 'POST' })
    assert.deepEqual([status, headers.allow], [405, 'HEAD, GET'])
    assert.match(body.toString(), /POST is not possible here/)
    const options = await ask(app.url + path, { method: 'OPTIONS' })
    assert.deepEqual([options.status, options.headers.allow], [200, 'HEAD, GET'])
  })
}

test('a defect is a 500 that tells the client nothing, and the log everything', async () => {
  const broken: Estate = {
    clusters() {
      throw new Error('password=hunter2')
    },
    dependencies: () => [],
    services: () => [],
  }
  await using app = await serveApp({ estate: broken })
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups`), {
    status: 500,
    json: { error: { code: 'INTERNAL', message: 'internal error' } },
  })
  assert.equal((await ask(`${app.url}/`)).body.toString(), '500 Internal Server Error: internal error\n')
  assert.deepEqual(app.logged[0], { level: 'error', message: 'request failed: password=hunter2' })
})

test('HEAD is answered as GET, without a body', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf())]) })
  for (const path of ['/', '/api/v1/clusters', '/-/healthy']) {
    const [head, get] = await Promise.all([ask(app.url + path, { method: 'HEAD' }), ask(app.url + path)])
    assert.equal(head.body.length, 0)
    assert.equal(head.status, get.status)
    assert.equal(head.headers['content-length'], String(get.body.length))
    assert.equal(head.headers['content-type'], get.headers['content-type'])
  }
})

test('every answer forbids sniffing, framing, storing and anything from elsewhere', async () => {
  await using app = await serveApp()
  for (const path of ['/', '/nothing', '/api/v1/nothing', '/metrics']) {
    const { headers } = await ask(app.url + path)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(
      headers['content-security-policy'] as string,
      /^default-src 'none'; script-src 'sha256-[^']{44}'; style-src 'sha256-[^']{44}'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
  }
})
