import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import protobuf from 'protobufjs'
import {
  decodeHealthCheckRequest,
  decodeHealthCheckResponse,
  decodeHealthListResponse,
  encodeHealthCheckRequest,
  encodeHealthCheckResponse,
  encodeHealthListResponse,
  SERVING_STATUS,
  type ServingStatus,
} from '../../../src/consumer/adapters/grpc-health-messages.ts'

const package_ = dirname(createRequire(import.meta.url).resolve('grpc-health-check/package.json'))
const root = protobuf.loadSync(join(package_, 'proto/health/v1/health.proto'))
const type = (name: string) => root.lookupType(`grpc.health.v1.${name}`)
const encoded = (name: string, value: object) => Buffer.from(type(name).encode(value).finish())
const decoded = (name: string, bytes: Uint8Array) =>
  type(name).toObject(type(name).decode(bytes), { enums: String, defaults: true })

const NAMES = fc.string({ unit: 'binary', maxLength: 300 })
const STATUSES = fc.constantFrom(...(Object.keys(SERVING_STATUS) as ServingStatus[]))

describe('messages of grpc.health.v1 are those of the official description', () => {
  test('HealthCheckRequest', () => {
    fc.assert(
      fc.property(NAMES, service => {
        assert.deepEqual(decodeHealthCheckRequest(encoded('HealthCheckRequest', { service })), { service })
        assert.deepEqual(decoded('HealthCheckRequest', encodeHealthCheckRequest({ service })), { service })
      }),
    )
  })

  test('HealthCheckResponse', () => {
    for (const status of Object.keys(SERVING_STATUS) as ServingStatus[]) {
      const bytes = encoded('HealthCheckResponse', { status: SERVING_STATUS[status] })
      assert.deepEqual(decodeHealthCheckResponse(bytes), { status })
      assert.deepEqual(decoded('HealthCheckResponse', encodeHealthCheckResponse({ status })), { status })
    }
  })

  test('HealthListResponse', () => {
    fc.assert(
      // protobufjs loses an entry of a map by the name of __proto__: see below.
      fc.property(
        fc.array(
          fc.tuple(
            NAMES.filter(name => name !== '__proto__'),
            STATUSES,
          ),
        ),
        entries => {
          const statuses = Object.fromEntries(entries)
          const bytes = encodeHealthListResponse({ statuses })
          const wrapped = Object.fromEntries(Object.entries(statuses).map(([k, status]) => [k, { status }]))
          assert.deepEqual(decoded('HealthListResponse', bytes), { statuses: wrapped })
          assert.deepEqual(decodeHealthListResponse(bytes), { statuses })
        },
      ),
    )
  })
})

test('a service may be named as what every object has', () => {
  const statuses = Object.fromEntries([
    ['__proto__', 'SERVING'],
    ['constructor', 'NOT_SERVING'],
  ]) as Record<string, ServingStatus>
  const read = decodeHealthListResponse(encodeHealthListResponse({ statuses }))
  assert.deepEqual(Object.entries(read.statuses), [
    ['__proto__', 'SERVING'],
    ['constructor', 'NOT_SERVING'],
  ])
})

test('fields of a later version are passed over', () => {
  const later = Buffer.from('1001' + '1d01020304' + '210102030405060708' + '2a0161' + '0a0178', 'hex')
  assert.deepEqual(decodeHealthCheckRequest(later), { service: 'x' })
})

const BROKEN: readonly (readonly [hex: string, message: string])[] = [
  ['0a05', 'the message ends within a field'],
  ['0a', 'the message ends within a number'],
  ['8080', 'the message ends within a number'],
  ['ffffffffffffffffffffff01', 'a number has more than ten bytes'],
  ['0b', 'got the wire type 3, expected 0, 1, 2 or 5'],
]

for (const [hex, message] of BROKEN) {
  test(`bytes that are none are refused: ${hex}`, () => {
    assert.throws(() => decodeHealthCheckRequest(Buffer.from(hex, 'hex')), { message })
  })
}

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), bytes => {
      try {
        assert.equal(typeof decodeHealthCheckRequest(bytes).service, 'string')
      } catch (error) {
        assert.ok(error instanceof RangeError || error instanceof TypeError)
      }
    }),
  )
})
