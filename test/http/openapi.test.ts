import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type Koa from 'koa'
import { createHttpApp } from '../../src/http/app.ts'
import { openapiDocument } from '../../src/http/openapi/document.ts'
import { documentedEstate } from '../fakes/documented-estate.ts'
import { estateOf, fakeCluster } from '../fakes/estate.ts'
import { ordersSnapshot, unreachableSnapshot } from '../fakes/orders-estate.ts'
import { ask, serveApp } from '../harness/http-app.ts'

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
}

interface Document {
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const DOCUMENT = openapiDocument({ version: '1.2.3', telemetryPath: '/metrics' }) as Document

/** In the document further fields may come; here one that is not in it is a fault. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
  return 'properties' in copy ? { ...copy, additionalProperties: false } : copy
}

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
ajv.addFormat('date-time', (text: string) => text === new Date(text).toISOString())
ajv.addVocabulary(['components'])
ajv.addSchema({ $id: 'https://kafka-health-exporter.example/', components: closed(DOCUMENT.components) })

const validators = new Map<string, ValidateFunction>()

/** What is wrong with an answer to `path`, of the route that the document has for it. */
function faultsOf(route: string, status: number, type: string, body: Buffer): readonly string[] {
  const { get, post } = DOCUMENT.paths[route]!
  const { responses } = (get ?? post)!
  const response = responses[String(status)] ?? responses.default
  if (response === undefined) return [`status ${status} is not described`]
  const mediaType = type.split(';', 1)[0]!
  const content = response.content?.[mediaType]
  if (content === undefined) return [`${mediaType} is not described`]
  if (mediaType !== 'application/json') return []
  const schema = JSON.stringify(closed(content.schema)).replaceAll(
    '"#/',
    '"https://kafka-health-exporter.example/#/',
  )
  const validate = validators.get(schema) ?? ajv.compile(JSON.parse(schema))
  validators.set(schema, validate)
  if (validate(JSON.parse(body.toString()))) return []
  return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`)
}

/** The paths that an app answers, in the document's notation. */
function routesOf(app: Koa): readonly string[] {
  const stack = app.middleware.flatMap(
    middleware =>
      (middleware as { router?: { stack: readonly { path: string | RegExp; methods: readonly string[] }[] } })
        .router?.stack ?? [],
  )
  return stack
    .filter(layer => layer.methods.includes('GET') || layer.methods.includes('POST'))
    .map(({ path }) =>
      path instanceof RegExp ? path.source.replace(/[\\^$]/g, '') : path.replace(/:(\w+)/g, '{$1}'),
    )
}

test('it is a valid OpenAPI document', async () => {
  const { valid, errors } = await new Validator().validate({ ...structuredClone(DOCUMENT) })
  assert.equal(valid, true, JSON.stringify(errors))
})

test('it has every route, and no other', () => {
  const app = createHttpApp({
    estate: estateOf([]),
    scrape: () => ({ contentType: 'text/plain', contentEncoding: null, body: Readable.from(['']) }),
    reload: async () => ({ isApplied: false, faults: [] }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    telemetryPath: '/metrics',
    version: '1.2.3',
    now: Date.now,
  })
  const routes = routesOf(app)
  assert.ok(routes.length > 15, `${routes.length} routes`)
  assert.deepEqual([...routes].sort(), Object.keys(DOCUMENT.paths).sort())
})

test('it is served', async () => {
  await using app = await serveApp()
  const { status, headers, body } = await ask(`${app.url}/api/v1/openapi.json`)
  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  assert.deepEqual(JSON.parse(body.toString()), JSON.parse(JSON.stringify(DOCUMENT)))
})

const ESTATES = {
  'in trouble': documentedEstate(),
  'with one of everything': estateOf([
    fakeCluster('orders', ordersSnapshot()),
    fakeCluster('north', unreachableSnapshot()),
  ]),
  'of one unnamed cluster': estateOf([fakeCluster(null, ordersSnapshot())]),
  'of which nothing is known': estateOf([fakeCluster(null, null)]),
  'of nothing': estateOf([]),
}

describe('real answers are as it says, field by field', () => {
  for (const [name, estate] of Object.entries(ESTATES)) {
    test(`of an estate ${name}`, async () => {
      await using app = await serveApp({ estate })
      const groups = estate
        .clusters()
        .flatMap(cluster => cluster.snapshot()?.groups.map(group => [cluster.name, group.id] as const) ?? [])
      const read = Object.keys(DOCUMENT.paths).filter(route => DOCUMENT.paths[route]!.get !== undefined)
      const requests = read.flatMap(route => {
        const wanted = [...groups, [null, 'nobody'] as const]
        if (!/group(?:$|\/health|\})/.test(route))
          return [
            [route, route],
            [route, `${route}?cluster=nowhere`],
          ]
        return wanted.map(([cluster, id]) => {
          const query = new URLSearchParams(cluster === null ? {} : { cluster })
          if (!route.includes('{group}')) query.set('id', id)
          return [route, `${route.replace('{group}', encodeURIComponent(id))}?${query}`]
        })
      }) as readonly (readonly [string, string])[]
      const statuses = new Set<number>()
      for (const [route, path] of requests) {
        const { status, headers, body } = await ask(app.url + path)
        statuses.add(status)
        assert.deepEqual(
          faultsOf(route, status, headers['content-type'] ?? '', body),
          [],
          `${status} ${path}`,
        )
      }
      assert.ok(statuses.has(200) && statuses.has(404), [...statuses].join(' '))
    })
  }

  test('of whoever may not ask, or too often', async () => {
    const users = new Map([['prometheus', '$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi']])
    for (const [access, expected] of [
      [{ tls: null, headers: {}, rateLimit: null, users }, 401],
      [{ tls: null, headers: {}, rateLimit: { intervalMs: 3_600_000, burst: 0 }, users: new Map() }, 429],
    ] as const) {
      await using app = await serveApp({ access: () => access })
      for (const [route, { post }] of Object.entries(DOCUMENT.paths)) {
        const path = app.url + route.replace('{group}', 'g')
        const { status, headers, body } = await ask(path, { method: post === undefined ? 'GET' : 'POST' })
        assert.equal(status, expected, route)
        assert.deepEqual(faultsOf(route, status, headers['content-type'] ?? '', body), [], route)
      }
    }
    const busy = Buffer.from(JSON.stringify({ error: { code: 'BUSY', message: 'too many passwords' } }))
    assert.deepEqual(faultsOf('/api/v1/group/health', 503, 'application/json', busy), [])
  })

  test('of a reload, in force or refused', async () => {
    const none = { added: [], removed: [], changed: [], kept: [] }
    const changes = {
      clusters: { ...none, added: ['east'], kept: [null] },
      dependencies: none,
      services: none,
    }
    const faults = [{ at: 'log.level', problem: 'got "loud", expected info' }]
    for (const [outcome, expected] of [
      [{ isApplied: true, changes }, 200],
      [{ isApplied: false, faults }, 400],
    ] as const) {
      await using app = await serveApp({ reload: async () => outcome })
      const { status, headers, body } = await ask(`${app.url}/-/reload`, { method: 'POST' })
      assert.equal(status, expected)
      assert.deepEqual(faultsOf('/-/reload', status, headers['content-type'] ?? '', body), [])
    }
  })

  test('an answer with a field too many, too few or of another type is told', async () => {
    await using app = await serveApp({ estate: ESTATES['in trouble'] })
    const { body } = await ask(`${app.url}/api/v1/clusters`)
    const answer = JSON.parse(body.toString())
    const faultsWith = (changed: object) =>
      faultsOf('/api/v1/clusters', 200, 'application/json', Buffer.from(JSON.stringify(changed)))
    assert.deepEqual(faultsWith(answer), [])
    assert.deepEqual(faultsWith({ ...answer, more: 1 }), [' must NOT have additional properties'])
    assert.deepEqual(faultsWith({ clusters: [] }), [" must have required property 'version'"])
    assert.deepEqual(faultsWith({ ...answer, version: 3 }), ['/version must be string'])
  })
})
