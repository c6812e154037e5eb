import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ExporterError } from '../../../src/errors.ts'
import type { Log } from '../../../src/model/ports.ts'
import { DecoderCache } from '../../../src/sources/schema-registry/decoder-cache.ts'
import type { RegisteredSchema, SchemaKey } from '../../../src/sources/schema-registry/registered-schema.ts'

const QUIET: Log = { debug() {}, info() {}, warn() {}, error() {} }
const STRING: RegisteredSchema = { language: 'AVRO', text: '"string"', references: [] }

/** A registry whose answers are given by hand, and a clock that is moved by hand. */
function world(answer: (key: SchemaKey) => RegisteredSchema | string, mostDecoders = 3) {
  const clock = { now: 1_000_000 }
  const asked: SchemaKey[] = []
  const cache = new DecoderCache({
    fetchSchema: async key => {
      asked.push(key)
      const given = answer(key)
      if (typeof given === 'string') throw new ExporterError(given, 'no')
      return given
    },
    clock: () => clock.now,
    log: QUIET,
    mostDecoders,
  })
  const kindOf = async (key: SchemaKey) => (await cache.lookUp(key)).kind
  return { cache, clock, asked, kindOf }
}

describe('decoders', () => {
  it('are built once, however many ask at a time', async () => {
    const { cache, asked } = world(() => STRING)
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.lookUp(1)))
    assert.equal(new Set(answers).size, 1)
    assert.equal(cache.known(1), answers[0])
    assert.deepEqual(asked, [1])
  })

  it('are kept up to a number, the least used goes first', async () => {
    const { cache, asked, kindOf } = world(() => STRING)
    for (const key of [1, 2, 3]) await cache.lookUp(key)
    cache.known(1)
    await cache.lookUp(4)
    assert.equal(cache.size, 3)
    assert.equal(cache.known(2), undefined)
    assert.equal(await kindOf(1), 'decoder')
    assert.deepEqual(asked, [1, 2, 3, 4])
  })

  it('are soon asked for again where the registry has none, then ever more rarely, and never push out what is used', async () => {
    const { cache, clock, asked, kindOf } = world(key => (key === 1 ? STRING : 'SCHEMA_NOT_FOUND'))
    await cache.lookUp(1)
    for (const key of [2, 3, 4, 5, 2, 3]) assert.equal(await kindOf(key), 'unknown')
    assert.equal(cache.known(1)?.kind, 'decoder')
    assert.deepEqual(asked, [1, 2, 3, 4, 5])
    const start = clock.now
    const askedAt: number[] = []
    for (; clock.now <= start + 300_000; clock.now += 500) {
      const before = asked.length
      assert.equal(await kindOf(2), 'unknown')
      if (asked.length > before) askedAt.push((clock.now - start) / 1_000)
    }
    assert.deepEqual(askedAt, [2, 6, 14, 30, 62, 122, 182, 242])
  })

  it('are to be had as soon as a registry that lags has them', async () => {
    let isThere = false
    const { clock, kindOf } = world(() => (isThere ? STRING : 'SCHEMA_NOT_FOUND'))
    assert.equal(await kindOf(1), 'unknown')
    isThere = true
    clock.now += 2_000
    assert.equal(await kindOf(1), 'decoder')
  })

  it('are unusable where the schema is', async () => {
    const { asked, kindOf } = world(() => ({ ...STRING, text: '{' }))
    assert.equal(await kindOf(1), 'unusable')
    assert.equal(await kindOf(1), 'unusable')
    assert.deepEqual(asked, [1])
  })
})

describe('while the registry is away', () => {
  it('what is known goes on, what is not is done without, and few questions are asked', async () => {
    let isAway = false
    const { cache, clock, asked, kindOf } = world(() => (isAway ? 'CONNECTION_REFUSED' : STRING))
    await cache.lookUp(1)
    isAway = true
    const minute = clock.now + 60_000
    while (clock.now < minute) {
      assert.equal(await kindOf(2), 'unavailable')
      assert.equal(await kindOf(3), 'unavailable')
      assert.equal(await kindOf(1), 'decoder')
      clock.now += 10
    }
    // At once, and after 0.5, 1, 2, 4, 8, 15, 15 and 15 seconds.
    assert.ok(asked.length - 1 <= 9, `${asked.length - 1} questions`)
    isAway = false
    clock.now += 60_000
    assert.equal(await kindOf(2), 'decoder')
    assert.equal(await kindOf(3), 'decoder')
  })

  it('one question at a time finds out whether it is back', async () => {
    let isAway = true
    const { cache, clock, asked } = world(() => (isAway ? 'TIMEOUT' : STRING), 100)
    await cache.lookUp(1)
    isAway = false
    clock.now += 15_000
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => cache.lookUp(i)))
    assert.equal(answers.filter(({ kind }) => kind === 'decoder').length, 1)
    assert.equal(asked.length, 2)
  })

  for (const code of ['AUTHENTICATION_FAILED', 'REGISTRY_ERROR', 'MALFORMED_RESPONSE']) {
    it(`one schema that cannot be had (${code}) keeps no other away`, async () => {
      const { clock, asked, kindOf } = world(key => (key === 1 ? code : STRING))
      let isThere = false
      const start = clock.now
      for (; clock.now < start + 3_600_000; clock.now += 1_000) {
        assert.equal(await kindOf(1), 'unavailable')
        if (clock.now < start + 60_000) continue
        const isHere = (await kindOf(2)) === 'decoder'
        if (clock.now >= start + 90_000) assert.ok(isHere, `after ${clock.now - start} ms`)
        isThere ||= isHere
      }
      assert.ok(isThere)
      assert.ok(asked.length < 100, `${asked.length} questions`)
    })
  }

  it('those that failed least come first where others fail always', async () => {
    const failing = Array.from({ length: 20 }, (_, i) => i + 1)
    const { clock, kindOf } = world(key => (key === 100 ? STRING : 'TIMEOUT'))
    for (let s = 0; s < 300; s++, clock.now += 1_000) for (const key of failing) await kindOf(key)
    const start = clock.now
    let kind = ''
    for (; kind !== 'decoder' && clock.now - start <= 120_000; clock.now += 1_000) {
      for (const key of failing) await kindOf(key)
      kind = await kindOf(100)
    }
    assert.equal(kind, 'decoder')
    assert.ok(clock.now - start <= 32_000, `${clock.now - start} ms`)
  })

  it('and one that failed with all others is had within one round of questions', async () => {
    const failing = Array.from({ length: 20 }, (_, i) => i + 1)
    let isAway = true
    const { clock, kindOf } = world(key => (key === 100 && !isAway ? STRING : 'TIMEOUT'))
    const all = async () => {
      for (const key of failing) await kindOf(key)
      const kind = await kindOf(100)
      clock.now += 1_000
      return kind
    }
    for (let s = 0; s < 300; s++) await all()
    isAway = false
    const start = clock.now
    while ((await all()) !== 'decoder') assert.ok(clock.now - start <= 21 * 16_000, 'not had')
  })

  it('those that failed are asked for again when no others come any more', async () => {
    let isBack = false
    const { clock, kindOf } = world(() => (isBack ? STRING : 'TIMEOUT'))
    for (const key of [1, 2, 3]) await kindOf(key)
    isBack = true
    let kind = ''
    const start = clock.now
    for (; kind !== 'decoder' && clock.now - start <= 120_000; clock.now += 1_000) kind = await kindOf(1)
    assert.equal(kind, 'decoder')
    assert.ok(clock.now - start <= 32_000, `${clock.now - start} ms`)
  })

  it('a clock that is set back does not prolong the pause', async () => {
    let isAway = true
    const { cache, clock, kindOf } = world(() => (isAway ? 'TIMEOUT' : STRING))
    await cache.lookUp(1)
    isAway = false
    clock.now -= 3_600_000
    assert.equal(await kindOf(1), 'decoder')
  })
})

describe('bytes that only look like ids', () => {
  it('are not all asked for', async () => {
    const { clock, asked, kindOf } = world(() => 'SCHEMA_NOT_FOUND')
    const kinds = new Map<string, number>()
    for (let key = 0; key < 10_000; key++) {
      const kind = await kindOf(key)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      clock.now += 1
    }
    // 1,000 at once, and 50 for each of ten seconds.
    assert.ok(asked.length <= 1_500, `${asked.length} questions`)
    assert.equal(kinds.get('unknown'), asked.length)
    assert.equal(kinds.get('unavailable'), 10_000 - asked.length)
  })

  it('a start asks for every schema of a large estate', async () => {
    const { clock, kindOf } = world(() => STRING, 1_000)
    for (let key = 0; key < 1_000; key++) {
      assert.equal(await kindOf(key), 'decoder')
      clock.now += 1
    }
  })
})
