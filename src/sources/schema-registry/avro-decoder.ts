import avro from 'avsc'
import type { ParsedSchema } from '../../model/schema-watch.ts'
import type { Decoder } from './decoded-value.ts'
import type { RegisteredSchema } from './registered-schema.ts'

/** As numbers: what a field is, is asked, and not its last digit. The library refuses what is beyond 2^53. */
const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => Number(bytes.readBigInt64LE()),
  toBuffer: (value: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(BigInt(value))
    return bytes
  },
  fromJSON: Number,
  toJSON: (value: number) => value,
  isValid: (value: unknown) => typeof value === 'number' && Number.isInteger(value),
  compare: (a: number, b: number) => Math.sign(a - b),
})

/** Values are plain: bytes are Buffers, logical types what they are made of, unions the value itself. */
export function avroDecoder({ text, references }: RegisteredSchema): Decoder {
  const registry = { long: LONG } as unknown as Record<string, avro.Type>
  // Without the wrapping the library refuses unions whose branches look alike in JavaScript: int and double.
  const options = { registry, wrapUnions: 'always' as const }
  const documents = references.map(({ name, text }) => ({ name, document: documentOf(text) }))
  for (const { document } of documents) avro.Type.forSchema(document as avro.Schema, options)
  const document = documentOf(text)
  const type = avro.Type.forSchema(document as avro.Schema, options)
  const schema: ParsedSchema = { language: 'AVRO', document, references: documents, message: null }
  const record = type.name ?? ''
  return {
    decode: ({ payload }) => ({ value: unwrapped(type.fromBuffer(payload)), record, schema }),
  }
}

/** The value with each `{branch: value}` of a union replaced by the value in it. What is decoded is nobody else's yet. */
function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unwrapped(value[i])
    return value
  }
  // A field of this name is the record's own, and not its prototype's.
  const { unwrap } = (Object.getPrototypeOf(value) ?? {}) as { readonly unwrap?: (this: object) => unknown }
  if (unwrap !== undefined) return unwrapped(unwrap.call(value))
  const fields = value as Record<string, unknown>
  for (const name of Object.keys(fields)) {
    const field = fields[name]
    if (typeof field === 'object' && field !== null) fields[name] = unwrapped(field)
  }
  return value
}

/** A schema may also be the bare name of a type, with or without quotation marks. */
function documentOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (/^[\w.]+$/.test(text)) return text
    throw error
  }
}
