import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecodeEvent } from '../../../src/consumer/core/resilient/resilient-event.ts'
import {
  createRegistryDecoder,
  type Deserializer,
  type RegistryDecoderOptions,
} from '../../../src/consumer/core/serdes/registry-decoder.ts'
import { SchemaGuard } from '../../../src/consumer/core/serdes/schema-guard.ts'
import { SerdesCache } from '../../../src/consumer/core/serdes/serdes-cache.ts'
import { ManualTime } from '../resilient/manual-time.ts'
import { recordAt } from '../resilient/scripted-consumer.ts'

const json: Deserializer = { decode: payload => JSON.parse(String(payload)) }
const framed = (id: number, text: string) => {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(id, 1)
  return Buffer.concat([header, Buffer.from(text)])
}

function decoder(
  load: (id: number) => Promise<Deserializer>,
  more: Partial<RegistryDecoderOptions<unknown>> = {},
) {
  const events: DecodeEvent[] = []
  const deserializers = new SerdesCache<number, Deserializer>({ load, time: new ManualTime() })
  const decode = createRegistryDecoder({ deserializers, ...more })
  return {
    events,
    decode: async (value: Buffer | null) =>
      decode({ topic: 'orders', partition: 0, message: recordAt(0, '', { value }) }, event =>
        events.push(event),
      ),
  }
}

test('a value is decoded by the schema that it names, and one of null is null', async () => {
  const ids: number[] = []
  const { decode } = decoder(async id => {
    ids.push(id)
    return json
  })
  assert.deepEqual(await decode(framed(0x01020304, '{"a":1}')), { a: 1 })
  assert.deepEqual(await decode(framed(0x01020304, '{"a":2}')), { a: 2 })
  assert.equal(await decode(null), null)
  assert.deepEqual(ids, [0x01020304])
})

test('bytes that are not of their schema, or in no format, are parked at once', async () => {
  const { decode } = decoder(async () => json)
  const undecodable = (message: string) => ({ name: 'UndecodableRecord', verdict: 'park', message })
  await assert.rejects(decode(framed(1, '{')), undecodable('the value is not of its schema'))
  const none = undecodable('the value is not in the wire format of a registry')
  await assert.rejects(decode(Buffer.from('{"a":1}')), none)
  await assert.rejects(decode(Buffer.from([0, 0, 0, 1])), none)
})

test('what is in no format may be decoded in another way', async () => {
  const { decode } = decoder(async () => json, { plain: bytes => JSON.parse(String(bytes)) })
  assert.deepEqual(await decode(Buffer.from('{"a":1}')), { a: 1 })
})

test('without the registry a record waits, and one with a fallback does not', async () => {
  const away = async () => {
    throw new Error('ECONNREFUSED')
  }
  await assert.rejects(decoder(away).decode(framed(7, '{"a":1}')), {
    name: 'DependencyUnavailable',
    verdict: 'wait',
    message: 'schema 7 cannot be had',
  })
  const helped = decoder(away, { fallback: (payload, id) => [id, String(payload)] })
  assert.deepEqual(await helped.decode(framed(7, 'x')), [7, 'x'])
  assert.deepEqual(helped.events, [{ kind: 'fallback_decode', schemaId: 7 }])
  const helpless = decoder(away, {
    fallback() {
      throw new Error('not mine')
    },
  })
  await assert.rejects(helpless.decode(framed(7, 'x')), { name: 'DependencyUnavailable' })
  assert.deepEqual(helpless.events, [])
})

test('a schema that the registry does not have is the record’s own trouble, whatever the fallback', async () => {
  const { decode } = decoder(
    async () => {
      throw Object.assign(new Error('Schema not found'), { status: 404 })
    },
    { fallback: () => 'no' },
  )
  await assert.rejects(decode(framed(7, 'x')), {
    name: 'UnknownSchema',
    message: 'the registry has no schema 7',
  })
})

test('a guard sees the value with its schema', async () => {
  const seen: unknown[] = []
  const guard = new SchemaGuard({
    check: {
      check(...args) {
        seen.push(args)
        return []
      },
    },
  })
  const shape = { types: ['record'] } as unknown as NonNullable<Deserializer['shape']>
  const { decode } = decoder(async () => ({ ...json, shape, kind: 'shop.Order' }), { guard })
  await decode(framed(1, '{"a":1}'))
  assert.deepEqual(seen, [[{ a: 1 }, shape, 'shop.Order']])
})

test('a guard sees what was decoded without a schema, too', async () => {
  const check = {
    check: (value: unknown) =>
      (value as { a?: unknown }).a === 'bad'
        ? [{ reason: 'type_flip' as const, field: 'a', detail: 'text, registered as int' }]
        : [],
  }
  const away = async () => {
    throw new Error('ECONNREFUSED')
  }
  const parse = (bytes: Buffer) => JSON.parse(String(bytes))
  const ways = [
    { plain: parse, fallback: parse },
    { plain: async (bytes: Buffer) => parse(bytes), fallback: async (bytes: Buffer) => parse(bytes) },
  ]
  for (const way of ways) {
    const guard = new SchemaGuard({ check, action: 'park' })
    const { decode, events } = decoder(away, { ...way, guard })
    assert.deepEqual(await decode(Buffer.from('{"a":1}')), { a: 1 })
    assert.deepEqual(await decode(framed(7, '{"a":1}')), { a: 1 })
    await assert.rejects(decode(Buffer.from('{"a":"bad"}')), { name: 'SchemaViolation', verdict: 'park' })
    await assert.rejects(decode(framed(7, '{"a":"bad"}')), { name: 'SchemaViolation', verdict: 'park' })
    assert.equal(events.filter(({ kind }) => kind === 'dropped_fields').length, 2)
  }
})

test('a schema that is registered late is found within a second, whatever the registry calls unknown', async () => {
  const time = new ManualTime()
  const deserializers = new SerdesCache<number, Deserializer>({
    load: async () => {
      if (time.monotonic() >= 30_000) return json
      throw Object.assign(new Error('no such schema'), { code: 40_403 })
    },
    time,
  })
  const isUnknown = (error: unknown) => (error as { code?: unknown }).code === 40_403
  const decode = createRegistryDecoder({ deserializers, isUnknown })
  const message = recordAt(0, '', { value: framed(7, '{"a":1}') })
  const decoded = async () => decode({ topic: 'orders', partition: 0, message }, () => {})
  while (time.monotonic() < 30_000) {
    await assert.rejects(decoded(), { name: 'UnknownSchema' })
    await time.advance(500)
  }
  assert.deepEqual(await decoded(), { a: 1 })
})
