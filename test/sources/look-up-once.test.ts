import assert from 'node:assert/strict'
import dns from 'node:dns'
import { type TestContext, test } from 'node:test'
import { readTextFile } from '../../src/config/read-file.ts'
import { httpProbe } from '../../src/sources/http.ts'
import { lookUpOnce } from '../../src/sources/look-up-once.ts'
import { postgresProbe } from '../../src/sources/postgres.ts'
import { redisProbe } from '../../src/sources/redis.ts'
import { HealthClient } from '../../src/sources/services/health-client.ts'
import { ResourceReader } from '../../src/sources/services/resource-reader.ts'
import { waitUntil } from '../harness/wait-until.ts'

type Answer = (error: NodeJS.ErrnoException | null, address?: unknown, family?: number) => void

/** A resolver that answers when it is told to. */
function hangingResolver(t: TestContext): { readonly host: string; readonly answer: Answer }[] {
  const asked: { host: string; answer: Answer }[] = []
  const lookup = (host: string, _options: unknown, answer: Answer) => void asked.push({ host, answer })
  t.mock.method(dns, 'lookup', lookup as unknown as typeof dns.lookup)
  return asked
}

test('a host is looked up once at a time, and again when that has ended', t => {
  const asked = hangingResolver(t)
  const heard: unknown[] = []
  const note = (by: string) => (error: unknown, address: unknown) => void heard.push([by, error, address])
  lookUpOnce('a.test', {}, note('first'))
  lookUpOnce('a.test', {}, note('second'))
  lookUpOnce('b.test', {}, note('other'))
  lookUpOnce('a.test', { all: true }, note('all'))
  assert.deepEqual(
    asked.map(({ host }) => host),
    ['a.test', 'b.test', 'a.test'],
  )
  asked[0]?.answer(null, '192.0.2.1', 4)
  assert.deepEqual(heard, [
    ['first', null, '192.0.2.1'],
    ['second', null, '192.0.2.1'],
  ])
  lookUpOnce('a.test', {}, note('third'))
  assert.equal(asked.length, 4)
  for (const { answer } of asked.slice(1)) answer(null, '192.0.2.2', 4)
})

test('checks that end before their look-up does not add to those under way', async t => {
  const asked = hangingResolver(t)
  const read = readTextFile
  const tls = { caFile: null, certFile: null, keyFile: null }
  const address = { host: 'hanging.test', port: 50_051 }
  const health = new HealthClient({ address, healthName: '', tls: null, read, timeoutMs: 100 })
  const metricsUrl = 'http://hanging.test:9100/metrics'
  const resources = new ResourceReader({ metricsUrl, tls: null, read, timeoutMs: 100 })
  const page = httpProbe({ url: 'http://hanging.test/', tls, timeoutMs: 100 }, read)
  const database = postgresProbe('postgres://monitor@hanging.test/postgres', 100)
  const redis = redisProbe({ url: 'redis://hanging.test', tls, timeoutMs: 100 }, read)
  const probes = [page, database, redis]
  t.after(() => Promise.all([health.close(), resources.close(), ...probes.map(probe => probe.close())]))
  for (let i = 0; i < 3; i++) {
    const found = await Promise.all([
      health.check().then(({ failure }) => failure?.code),
      resources.check().then(({ failure }) => failure?.code),
      ...probes.map(probe => probe.check().catch((error: { readonly code: string }) => error.code)),
    ])
    assert.deepEqual(found, ['TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT', 'TIMEOUT'])
  }
  assert.ok(asked.length <= 2, `${asked.length} look-ups`)
  const nowhere = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
  for (const { answer } of asked) answer(nowhere)
  const count = asked.length
  const next = health.check()
  await waitUntil('it is looked up again', () => asked.length > count)
  asked.at(-1)?.answer(nowhere)
  await next
})
