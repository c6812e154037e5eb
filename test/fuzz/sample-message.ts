import type { Message, MessageSchema } from '../fakes/schema-codec.ts'
import { type Field, found, isIn, nameOf } from '../fakes/schema-message.ts'
import type { Seeded } from './seeded.ts'

/** Topics of `FUZZ_TOPOLOGY` among them, and what member assignments are read for. */
const STRINGS = ['orders', 'payments', 'größe', 'consumer', '', 'a', '/10.0.0.7', 'x'.repeat(249)]

export interface SampleOptions {
  readonly seeded: Seeded
  readonly version: number
  /** Of fields with these types or names, instead of what is made up. */
  readonly given: Readonly<Record<string, () => unknown>>
}

/** Any message that the description allows, small, with most error codes 0. */
export function sampleMessage(schema: MessageSchema, options: SampleOptions): Message {
  return sampleStruct(schema.fields, schema, options)
}

function sampleStruct(fields: readonly Field[], schema: MessageSchema, options: SampleOptions): Message {
  const message: Message = {}
  for (const field of fields) {
    if (!isIn(options.version, field.versions)) continue
    if (field.taggedVersions !== undefined && options.seeded.chance(0.7)) continue
    message[nameOf(field)] = sampleValue(field, field.type, schema, options)
  }
  return message
}

function sampleValue(field: Field, type: string, schema: MessageSchema, options: SampleOptions): unknown {
  const { seeded, version, given } = options
  const made = given[nameOf(field)] ?? given[type]
  if (made !== undefined) return made()
  if (type === field.type && isIn(version, field.nullableVersions) && seeded.chance(0.2)) return null
  if (type.startsWith('[]')) {
    const length = seeded.pick([0, 1, 1, 2, 3, 5])
    return Array.from({ length }, () => sampleValue(field, type.slice(2), schema, options))
  }
  return (
    samplePrimitive(type, seeded) ?? sampleStruct(field.fields ?? structOf(schema, type), schema, options)
  )
}

function samplePrimitive(type: string, seeded: Seeded): unknown {
  switch (type) {
    case 'bool':
      return seeded.chance(0.5)
    case 'int8':
      return seeded.below(4)
    case 'int16':
    case 'uint16':
      return seeded.chance(0.8) ? 0 : seeded.below(110)
    case 'int32':
      return seeded.chance(0.8) ? seeded.below(6) : seeded.below(0x7fff_ffff)
    case 'int64':
      return seeded.chance(0.7)
        ? seeded.below(10_000)
        : seeded.pick([-1, 1_700_000_000_000, 2 ** 53 - 1, -(2n ** 63n)])
    case 'string':
      return seeded.pick(STRINGS)
    case 'uuid':
      return seeded.bytes(16).toString('base64url')
    case 'bytes':
    case 'records':
      return seeded.bytes(seeded.below(40))
    default:
      return undefined
  }
}

function structOf(schema: MessageSchema, type: string): readonly Field[] {
  return found(schema.structs.get(type), `structure ${type}`)
}
