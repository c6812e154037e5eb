import assert from 'node:assert/strict'
import { ExporterError } from '../../../src/errors.ts'
import type { Api } from '../../../src/kafka/wire/api.ts'
import { type EncodeOptions, loadSchemas, type Message } from '../../fakes/schema-codec.ts'

export const schemas = loadSchemas()

export function versionsOf(api: Api): number[] {
  return Array.from({ length: api.max - api.min + 1 }, (_, i) => api.min + i)
}

/** What a broker would send. */
export function answer(api: Api, version: number, message: Message, options?: EncodeOptions): Buffer {
  return schemas.api(api.key).response.encode(version, message, options)
}

/** What a broker would understand. */
export function understood(api: Api, version: number, body: Buffer): Message {
  return schemas.api(api.key).request.decode(version, body)
}

/**
 * Holds a decoder against damaged answers: cut short at every byte it must throw MALFORMED_RESPONSE, with bytes
 * changed it may read something else, but throw nothing else.
 */
export function assertSurvivesDamage(bytes: Buffer, decode: (bytes: Buffer) => unknown): void {
  for (let length = 0; length < bytes.length; length++) {
    const error = thrownBy(() => decode(Buffer.from(bytes.subarray(0, length))))
    assert.equal(error?.code, 'MALFORMED_RESPONSE', `cut to ${length} bytes`)
  }
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0x00, 0x01, 0x7f, 0x80, 0xff, (bytes[at] as number) ^ 0x10]) {
      const damaged = Buffer.from(bytes)
      damaged[at] = value
      const error = thrownBy(() => decode(damaged))
      if (error !== null)
        assert.equal(error.code, 'MALFORMED_RESPONSE', `byte ${at} = ${value}: ${error.message}`)
    }
    const damaged = Buffer.from(bytes)
    damaged.fill(0xff, at, Math.min(at + 5, bytes.length))
    const error = thrownBy(() => decode(damaged))
    if (error !== null) assert.equal(error.code, 'MALFORMED_RESPONSE', `bytes from ${at}: ${error.message}`)
  }
  const longer = Buffer.concat([bytes, Buffer.from([0])])
  assert.equal(thrownBy(() => decode(longer))?.code, 'MALFORMED_RESPONSE', 'one byte too many')
}

function thrownBy(work: () => unknown): ExporterError | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof ExporterError) return error
    throw error
  }
}
