import { type SchemaReader, SchemaWriter } from './schema-primitives.ts'

/** A structure of the protocol as a plain object, see schema-codec.ts. */
export type Message = Record<string, unknown>

export interface EncodeOptions {
  /** Adds a tagged field that no version knows to every structure, as a newer broker would. */
  readonly withUnknownTags?: boolean
}

export interface Field {
  readonly name: string
  readonly type: string
  readonly versions: string
  readonly nullableVersions?: string
  readonly taggedVersions?: string
  readonly flexibleVersions?: string
  readonly tag?: number
  readonly default?: unknown
  readonly fields?: readonly Field[]
}

const UNKNOWN_TAG = 9_999
const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

export interface Pass {
  readonly version: number
  readonly isFlexible: boolean
  readonly structs: ReadonlyMap<string, readonly Field[]>
}

export class Encoder {
  readonly #writer: SchemaWriter
  readonly #pass: Pass
  readonly #options: EncodeOptions

  constructor(writer: SchemaWriter, pass: Pass, options: EncodeOptions) {
    this.#writer = writer
    this.#pass = pass
    this.#options = options
  }

  struct(fields: readonly Field[], message: Message, path: string): void {
    const known = new Set(fields.map(nameOf))
    for (const name of Object.keys(message)) {
      if (!known.has(name)) throw new Error(`${path} has no field ${name}`)
    }
    const tagged: [number, Buffer][] = []
    for (const field of fields) {
      if (!isIn(this.#pass.version, field.versions)) continue
      const given = message[nameOf(field)]
      const value = given === undefined ? this.#defaultOf(field) : given
      const at = `${path}.${nameOf(field)}`
      if (!isIn(this.#pass.version, field.taggedVersions))
        this.#value(this.#writer, field, field.type, value, at)
      else if (given !== undefined) tagged.push([field.tag as number, this.#apart(field, value, at)])
    }
    if (!this.#pass.isFlexible) return
    if (this.#options.withUnknownTags === true) tagged.push([UNKNOWN_TAG, Buffer.from('newer')])
    tagged.sort(([a], [b]) => a - b)
    this.#writer.unsignedVarint(tagged.length)
    for (const [tag, bytes] of tagged) {
      this.#writer.unsignedVarint(tag)
      this.#writer.unsignedVarint(bytes.length)
      this.#writer.raw(bytes)
    }
  }

  #apart(field: Field, value: unknown, path: string): Buffer {
    const writer = new SchemaWriter()
    new Encoder(writer, this.#pass, this.#options).#value(writer, field, field.type, value, path)
    return writer.bytes()
  }

  #value(writer: SchemaWriter, field: Field, type: string, value: unknown, path: string): void {
    const isNullable = isIn(this.#pass.version, field.nullableVersions)
    if (value === null && !(isNullable && type === field.type)) throw new Error(`${path} may not be null`)
    const isCompact = isCompactField(field, this.#pass)
    if (type.startsWith('[]')) {
      writer.length(value === null ? -1 : (value as unknown[]).length, 4, isCompact)
      if (value === null) return
      for (const [i, item] of (value as unknown[]).entries()) {
        this.#value(writer, field, type.slice(2), item, `${path}[${i}]`)
      }
    } else if (type === 'string') {
      const bytes = value === null ? null : Buffer.from(value as string)
      writer.length(bytes === null ? -1 : bytes.length, 2, isCompact)
      if (bytes !== null) writer.raw(bytes)
    } else if (type === 'bytes' || type === 'records') {
      writer.length(value === null ? -1 : (value as Buffer).length, 4, isCompact)
      if (value !== null) writer.raw(value as Buffer)
    } else if (!writer.primitive(type, value)) {
      if (isNullable && type === field.type) writer.primitive('int8', value === null ? -1 : 1)
      if (value !== null) this.struct(fieldsOf(field, type, this.#pass), value as Message, path)
    }
  }

  #defaultOf(field: Field): unknown {
    const { type, default: given } = field
    if (given === 'null' || given === null) return null
    if (type.startsWith('[]')) return []
    if (type === 'string') return given ?? ''
    if (type === 'bytes' || type === 'records') return Buffer.alloc(0)
    if (type === 'bool') return given === true || given === 'true'
    if (type === 'uuid') return ZERO_UUID
    if (/^(u?int|float)\d+$/.test(type)) return given === undefined ? 0 : Number(given)
    return {}
  }
}

export class Decoder {
  readonly #reader: SchemaReader
  readonly #pass: Pass

  constructor(reader: SchemaReader, pass: Pass) {
    this.#reader = reader
    this.#pass = pass
  }

  struct(fields: readonly Field[]): Message {
    const message: Message = {}
    for (const field of fields) {
      if (!isIn(this.#pass.version, field.versions) || isIn(this.#pass.version, field.taggedVersions))
        continue
      message[nameOf(field)] = this.#value(field, field.type)
    }
    if (!this.#pass.isFlexible) return message
    for (let n = this.#reader.unsignedVarint(); n > 0; n--) {
      const tag = this.#reader.unsignedVarint()
      const end = this.#reader.unsignedVarint() + this.#reader.at
      const field = fields.find(f => f.tag === tag && isIn(this.#pass.version, f.taggedVersions))
      if (field !== undefined) message[nameOf(field)] = this.#value(field, field.type)
      this.#reader.at = end
    }
    return message
  }

  #value(field: Field, type: string): unknown {
    const reader = this.#reader
    const isCompact = isCompactField(field, this.#pass)
    if (type.startsWith('[]')) {
      const length = reader.length(4, isCompact)
      if (length < 0) return null
      return Array.from({ length }, () => this.#value(field, type.slice(2)))
    }
    if (type === 'string') return reader.raw(reader.length(2, isCompact))?.toString('utf8') ?? null
    if (type === 'bytes' || type === 'records') return reader.raw(reader.length(4, isCompact))
    const primitive = reader.primitive(type)
    if (primitive !== undefined) return primitive
    const isNullable = isIn(this.#pass.version, field.nullableVersions) && type === field.type
    if (isNullable && (reader.primitive('int8') as number) < 0) return null
    return this.struct(fieldsOf(field, type, this.#pass))
  }
}

function fieldsOf(field: Field, type: string, pass: Pass): readonly Field[] {
  return found(field.fields ?? pass.structs.get(type), `structure ${type}`)
}

function isCompactField(field: Field, pass: Pass): boolean {
  return field.flexibleVersions === undefined ? pass.isFlexible : isIn(pass.version, field.flexibleVersions)
}

/** `0+`, `2-7`, `3`, `none`. */
export function isIn(version: number, range: string | undefined): boolean {
  if (range === undefined || range === 'none') return false
  if (range.endsWith('+')) return version >= Number(range.slice(0, -1))
  const [from, to = from] = range.split('-').map(Number)
  return version >= (from as number) && version <= (to as number)
}

export function nameOf(field: Field): string {
  return field.name.charAt(0).toLowerCase() + field.name.slice(1)
}

export function found<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`Kafka's schemas know no ${what}`)
  return value
}
