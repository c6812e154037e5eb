import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import Router from '@koa/router'
import Koa from 'koa'
import { addProbeRoutes, koaProbes } from '../../../src/consumer/adapters/koa-probes.ts'
import { probeHandler, startProbeServer } from '../../../src/consumer/adapters/node-probes.ts'
import { createHealth, type Health } from '../../../src/consumer/core/health.ts'
import { httpProbes } from '../../../src/consumer/core/http-probes.ts'
import { fakeProgress, STUCK } from '../../fakes/progress-view.ts'

interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly cache: string | undefined
  readonly body: string
}

function ask(port: number, path: string, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, agent: false }
    request(options, async response => {
      let body = ''
      for await (const chunk of response) body += chunk
      const { 'content-type': type, 'cache-control': cache } = response.headers
      resolve({ status: response.statusCode, type, cache, body })
    })
      .once('error', reject)
      .end()
  })
}

const FORMS: readonly (readonly [form: string, listener: (health: Health) => RequestListener])[] = [
  [
    'koa middleware',
    health =>
      new Koa()
        .use(koaProbes(health))
        .use(context => {
          context.body = 'the service'
        })
        .callback(),
  ],
  [
    'routes of @koa/router',
    health => {
      const router = new Router()
      addProbeRoutes(router, health)
      return new Koa()
        .use(router.routes())
        .use(context => {
          context.body = 'the service'
        })
        .callback()
    },
  ],
  [
    'a handler of node:http',
    health => probeHandler(health, {}, (_request, response) => response.end('the service')),
  ],
]

for (const [form, listener] of FORMS) {
  describe(form, () => {
    const orders = fakeProgress()
    const world = { database: true, now: 0 }
    const health = createHealth({
      consumers: [orders],
      checks: [
        { name: 'postgres', run: () => (world.database ? undefined : Promise.reject(new Error('down'))) },
      ],
      clock: () => world.now,
    })
    const server = createServer(listener(health))
    before(() => once(server.listen(0, '127.0.0.1'), 'listening'))
    after(() => server.close())
    const get = (path: string, method?: string) => ask((server.address() as AddressInfo).port, path, method)

    test('answers 200 with a body in JSON', async () => {
      assert.deepEqual(await get('/livez'), {
        status: 200,
        type: 'application/json; charset=utf-8',
        cache: 'no-store',
        body: '{"status":"pass","faults":[],"faultCount":0}\n',
      })
      assert.equal((await get('/readyz?from=kubelet')).status, 200)
      assert.equal((await get('/startupz')).body, '{"status":"pass","checks":[]}\n')
    })

    test('answers 503 and says why', async () => {
      orders.faults = [STUCK]
      world.database = false
      world.now = 10_000
      const live = await get('/livez')
      assert.equal(live.status, 503)
      assert.equal(JSON.parse(live.body).faults[0].partition, 3)
      const ready = await get('/readyz')
      assert.equal(ready.status, 503)
      assert.deepEqual(JSON.parse(ready.body).checks[1], {
        name: 'postgres',
        ok: false,
        reason: 'down',
        ageSeconds: 0,
      })
    })

    test('HEAD has the status and no body', async () => {
      assert.deepEqual(await get('/livez', 'HEAD'), {
        status: 503,
        type: 'application/json; charset=utf-8',
        cache: 'no-store',
        body: '',
      })
    })

    test('everything else is the service', async () => {
      assert.equal((await get('/orders')).body, 'the service')
    })
  })
}

test('a server for the probes alone', async () => {
  const server = await startProbeServer({
    health: createHealth({}),
    port: 0,
    host: '127.0.0.1',
    livez: '/healthz',
  })
  const statuses = await Promise.all(
    (
      [
        ['/healthz', 'GET'],
        ['/livez', 'GET'],
        ['/readyz', 'POST'],
      ] as const
    ).map(async ([path, method]) => (await ask(server.port, path, method)).status),
  )
  assert.deepEqual(statuses, [200, 404, 405])
  await server.stop()
  await assert.rejects(ask(server.port, '/healthz'), { code: 'ECONNREFUSED' })
})

test('a port that is taken is an error of the start', async () => {
  const server = await startProbeServer({ health: createHealth({}), port: 0, host: '127.0.0.1' })
  await assert.rejects(startProbeServer({ health: createHealth({}), port: server.port, host: '127.0.0.1' }), {
    code: 'EADDRINUSE',
  })
  await server.stop()
})

test('a defect while asking is 500, and tells no stranger what it was', async () => {
  const orders = { ...fakeProgress(), liveness: () => assert.fail('secret') }
  assert.deepEqual(await httpProbes(createHealth({ consumers: [orders] })).get('/livez')?.(), {
    status: 500,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: '{"status":"fail"}\n',
  })
})

test('paths that cannot be told apart are refused', () => {
  assert.throws(() => httpProbes(createHealth({}), { livez: '/readyz', startupz: 'startupz' }), {
    message: [
      'probes: startupz: got "startupz", expected a path that begins with /',
      'probes: readyz: got "/readyz", expected a path that no other probe has',
    ].join('\n'),
  })
})
