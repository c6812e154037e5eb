import type { Shape } from '../../../domain/schema/shape.ts'
import { isThenable } from '../call-listener.ts'
import { FUNCTION, object, optional } from '../options/option-kinds.ts'
import type { RulesOf } from '../options/option-rule.ts'
import { proveOptions } from '../options/prove-options.ts'
import type { Decode, RawRecord } from '../resilient/resilient-options.ts'
import { DependencyUnavailable, UnprocessableRecord } from '../resilient/verdict.ts'
import type { SchemaGuard } from './schema-guard.ts'
import { hasStatus404, type SerdesCache } from './serdes-cache.ts'

/** What is made of one schema. */
export interface Deserializer {
  /** Of the bytes behind the schema's id. Throws where they are not of the schema. */
  decode(payload: Buffer): unknown
  /** What the schema says, for a guard; `shapeOfAvro` and the like of `kafka-health-exporter/checks` know. */
  readonly shape?: Shape | null
  /** The full name of the record, where the schema has one. */
  readonly kind?: string
}

export interface RegistryDecoderOptions<Value> {
  readonly deserializers: SerdesCache<number, Deserializer>
  /**
   * Decodes without the registry, while that cannot be asked for a schema: by a schema that comes with the service, for
   * one. What it throws means that it cannot; then, as without one, the record waits for the registry.
   */
  readonly fallback?: (payload: Buffer, schemaId: number, record: RawRecord) => Value | Promise<Value>
  /** Decodes values that do not begin as the registry's wire format does; without it they are undecodable. */
  readonly plain?: (value: Buffer, record: RawRecord) => Value | Promise<Value>
  /** Looks at every value. Of one by `fallback` or `plain` it knows no schema, and none of a `kind`. */
  readonly guard?: SchemaGuard
  /** Whether the registry says that it has no such schema. Default: an error with the status 404. */
  readonly isUnknown?: (error: unknown) => boolean
}

const OPTIONS: RulesOf<RegistryDecoderOptions<never>> = {
  deserializers: object('a SerdesCache', 'peek', 'get'),
  fallback: optional(FUNCTION),
  plain: optional(FUNCTION),
  guard: optional(object('a SchemaGuard', 'apply')),
  isUnknown: optional(FUNCTION),
}

/** The bytes are not what they say that they are. No attempt will decode them: the record is parked. */
export class UndecodableRecord extends UnprocessableRecord {
  override readonly name: string = 'UndecodableRecord'
}

/** The registry has no schema with this id, or not yet: the record is tried again, and then parked. */
export class UnknownSchema extends Error {
  override readonly name: string = 'UnknownSchema'
}

/** A zero, and the id of the schema in four bytes, big-endian. */
const HEADER_BYTES = 5

/**
 * Decodes values in the wire format of Confluent's registry. A registry that is away costs no record: schemas that are
 * here are used on, then the fallback, and a record that needs the registry waits for it. A value of null is null.
 *
 * Throws a TypeError that names all faults of the options.
 */
export function createRegistryDecoder<Value = unknown>(
  options: RegistryDecoderOptions<Value>,
): Decode<Value | null> {
  proveOptions('createRegistryDecoder', options, OPTIONS)
  const { deserializers, guard, isUnknown = hasStatus404 } = options
  const decodeWith = (deserializer: Deserializer, payload: Buffer, tell: Parameters<Decode<Value>>[1]) => {
    let value: unknown
    try {
      value = deserializer.decode(payload)
    } catch (error) {
      throw new UndecodableRecord('the value is not of its schema', { cause: error })
    }
    const { shape = null, kind = '' } = deserializer
    return (guard === undefined ? value : guard.apply(value, tell, shape, kind)) as Value
  }
  /** Of what was decoded without the registry's schema. */
  const guarded = (value: Value, tell: Parameters<Decode<Value>>[1]) =>
    (guard === undefined ? value : guard.apply(value, tell)) as Value
  return (record, tell) => {
    const bytes = record.message.value
    if (bytes === null) return null
    if (bytes.length < HEADER_BYTES || bytes[0] !== 0) {
      const value = decodePlain(options, bytes, record)
      return isThenable<Value>(value) ? value.then(plain => guarded(plain, tell)) : guarded(value, tell)
    }
    const schemaId = bytes.readUInt32BE(1)
    const payload = bytes.subarray(HEADER_BYTES)
    const known = deserializers.peek(schemaId)
    if (known !== undefined) return decodeWith(known, payload, tell)
    return deserializers.get(schemaId, isUnknown).then(
      deserializer => decodeWith(deserializer, payload, tell),
      async (error: unknown) => {
        if (isUnknown(error)) {
          throw new UnknownSchema(`the registry has no schema ${schemaId}`, { cause: error })
        }
        const value = await withoutRegistry(options, payload, schemaId, record, error)
        tell({ kind: 'fallback_decode', schemaId })
        return guarded(value, tell)
      },
    )
  }
}

function decodePlain<Value>(
  { plain }: RegistryDecoderOptions<Value>,
  bytes: Buffer,
  record: RawRecord,
): Value | Promise<Value> {
  if (plain === undefined) throw new UndecodableRecord('the value is not in the wire format of a registry')
  return plain(bytes, record)
}

async function withoutRegistry<Value>(
  { fallback }: RegistryDecoderOptions<Value>,
  payload: Buffer,
  schemaId: number,
  record: RawRecord,
  error: unknown,
): Promise<Value> {
  const unavailable = new DependencyUnavailable(`schema ${schemaId} cannot be had`, { cause: error })
  if (fallback === undefined) throw unavailable
  try {
    return await fallback(payload, schemaId, record)
  } catch {
    throw unavailable
  }
}
