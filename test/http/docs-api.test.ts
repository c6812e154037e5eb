import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { documentedEstate } from '../fakes/documented-estate.ts'
import { askJson, serveApp } from '../harness/http-app.ts'

const ROOT = new URL('../../', import.meta.url)
const PAGE = readFileSync(new URL('docs/api.md', ROOT), 'utf8')

/** Their keys are the user's labels and the phases of a poll. */
const OPEN_OBJECTS: ReadonlySet<string> = new Set(['labels', 'phaseSeconds'])

interface Example {
  readonly path: string
  readonly answer: unknown
}

const examples: readonly Example[] = [
  ...PAGE.matchAll(/```http\nGET (\S+)\n```\n\n```json\n(.*?)\n```/gs),
].map(([, path = '', json = '']) => ({ path, answer: JSON.parse(json) }))

for (const { path, answer } of examples) {
  test(`the example of ${path} is what the exporter answers`, async () => {
    await using app = await serveApp({ estate: documentedEstate(), version: '0.1.0' })
    const { json } = await askJson(app.url + path)
    assert.deepEqual(answer, json)
  })
}

test('every route has an example', () => {
  const routes = readFileSync(new URL('src/http/api-routes.ts', ROOT), 'utf8').matchAll(
    /'(\/api\/v1\/[^']+)'/g,
  )
  const missing = [...routes]
    .map(([, route = '']) => route)
    .filter(route => route !== '/api/v1/group') // answers as /api/v1/groups/:group does
    .filter(route => {
      const pattern = new RegExp(`^${route.replace(':group', '[^/?]+')}(\\?|$)`)
      return !examples.some(({ path }) => pattern.test(path))
    })
  assert.deepEqual(missing, [])
})

test('every field is explained', () => {
  const fields = new Set(examples.flatMap(({ answer }) => fieldsOf(answer)))
  assert.ok(fields.has('advanceAgeSeconds') && fields.has('startOffset') && fields.has('pingSeconds'))
  const explained = new Set(
    [...PAGE.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)(?:\[\])?`/g)].map(([, name]) => name),
    ),
  )
  fields.delete('error') // the body of every failure, which has a chapter of its own
  assert.deepEqual(
    [...fields].filter(field => !explained.has(field)),
    [],
  )
})

test('every code is explained with its status', () => {
  const source = readFileSync(new URL('src/http/faults.ts', ROOT), 'utf8')
  const codes = [...source.matchAll(/\| '(\w+)' \/\/ +(\d{3})/g)]
  assert.equal(codes.length, 15)
  assert.deepEqual(
    codes.map(([, code, status]) => `| ${status} | \`${code}\` |`).filter(row => !PAGE.includes(row)),
    [],
  )
})

test('every failure code is explained', () => {
  const source = readFileSync(new URL('src/errors.ts', ROOT), 'utf8').split('export interface', 1)[0] ?? ''
  const codes = [...source.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => code)
  assert.ok(codes.includes('TLS_UNTRUSTED'))
  assert.deepEqual(
    codes.filter(code => !PAGE.includes(`| \`${code}\` |`)),
    [],
  )
})

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    key,
    ...(OPEN_OBJECTS.has(key) ? [] : fieldsOf(inner)),
  ])
}
