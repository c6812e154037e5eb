import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  Decoder,
  type EncodeOptions,
  Encoder,
  type Field,
  found,
  isIn,
  type Message,
  type Pass,
} from './schema-message.ts'
import { SchemaReader, SchemaWriter } from './schema-primitives.ts'

/**
 * Encodes and decodes every Kafka message in every version by Kafka's own message JSON. Slow and object by object:
 * it is the independent witness for the codecs of src/kafka/wire/, and what the simulated cluster speaks.
 *
 * Values are plain objects with the JSON's field names in camelCase. int64 is a number, or a bigint beyond 2^53;
 * uuid is a string as Kafka prints it (22 characters of base64url, the zero id included); bytes are Buffers.
 */
export type { EncodeOptions, Message }

export interface MessageSchema {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly fields: readonly Field[]
  /** Those that have a name of their own, by it. */
  readonly structs: ReadonlyMap<string, readonly Field[]>
  isFlexible(version: number): boolean
  /**
   * Fields that are left out take their default; those that the version does not have are dropped. Throws for a name
   * that no version has and for null where it may not be.
   */
  encode(version: number, message: Message, options?: EncodeOptions): Buffer
  /** Throws where bytes are missing or left over. */
  decode(version: number, bytes: Buffer): Message
  /** The same from a position on; gives the position after the message. */
  decodeAt(version: number, bytes: Buffer, at: number): { message: Message; end: number }
}

export interface ApiSchema {
  readonly key: number
  /** Metadata, ListOffsets, … */
  readonly name: string
  readonly min: number
  readonly max: number
  readonly request: MessageSchema
  readonly response: MessageSchema
  isFlexible(version: number): boolean
}

export interface Schemas {
  api(nameOrKey: string | number): ApiSchema
  apis(): readonly ApiSchema[]
  /** RequestHeader, ResponseHeader, ConsumerProtocolAssignment, … */
  message(name: string): MessageSchema
}

interface Json {
  readonly apiKey?: number
  readonly type: string
  readonly name: string
  readonly validVersions: string
  readonly flexibleVersions: string
  readonly fields: readonly Field[]
  readonly commonStructs?: readonly { readonly name: string; readonly fields: readonly Field[] }[]
}

const DEFAULT_DIR = fileURLToPath(new URL('../../.cache/kafka-schemas/', import.meta.url))

/** @param dir as `node scripts/kafka-schemas.mjs` fills it */
export function loadSchemas(dir: string = DEFAULT_DIR): Schemas {
  const messages = new Map<string, Schema>()
  const apis = new Map<number, ApiSchema>()
  for (const json of readAll(dir)) messages.set(json.name, new Schema(json))
  for (const request of messages.values()) {
    if (request.json.type !== 'request' || request.json.apiKey === undefined) continue
    const name = request.name.replace(/Request$/, '')
    const response = messages.get(`${name}Response`)
    // Kafka 4 has removed APIs whose description stays, with no valid version.
    if (response === undefined || request.json.validVersions === 'none') continue
    const { min, max } = request
    const key = request.json.apiKey
    apis.set(key, { key, name, min, max, request, response, isFlexible: v => request.isFlexible(v) })
  }
  const byName = new Map([...apis.values()].map(api => [api.name, api]))
  return {
    api: id => found(typeof id === 'number' ? apis.get(id) : byName.get(id), `API ${id}`),
    apis: () => [...apis.values()],
    message: name => found(messages.get(name), `message ${name}`),
  }
}

function readAll(dir: string): Json[] {
  let files: string[]
  try {
    files = readdirSync(dir).filter(file => file.endsWith('.json'))
  } catch (cause) {
    throw new Error(`${dir} is missing: run "node scripts/kafka-schemas.mjs" first`, { cause })
  }
  return files.map(file => {
    const text = readFileSync(join(dir, file), 'utf8')
    return JSON.parse(text.replace(/^\s*\/\/.*$/gm, '').replace(/\s\/\/\s[^"\n]*$/gm, ''))
  })
}

class Schema implements MessageSchema {
  readonly json: Json
  readonly name: string
  readonly min: number
  readonly max: number
  readonly fields: readonly Field[]
  readonly structs: ReadonlyMap<string, readonly Field[]>

  constructor(json: Json) {
    this.json = json
    this.name = json.name
    const [min, max = min] =
      json.validVersions === 'none' ? [0, -1] : json.validVersions.split('-').map(Number)
    this.min = min as number
    this.max = max as number
    this.fields = json.fields
    this.structs = new Map((json.commonStructs ?? []).map(struct => [struct.name, struct.fields]))
  }

  isFlexible(version: number): boolean {
    return isIn(version, this.json.flexibleVersions)
  }

  encode(version: number, message: Message, options: EncodeOptions = {}): Buffer {
    this.#check(version)
    const writer = new SchemaWriter()
    const pass: Pass = { version, isFlexible: this.isFlexible(version), structs: this.structs }
    new Encoder(writer, pass, options).struct(this.json.fields, message, this.name)
    return writer.bytes()
  }

  decode(version: number, bytes: Buffer): Message {
    const { message, end } = this.decodeAt(version, bytes, 0)
    if (end !== bytes.length)
      throw new Error(`${this.name} v${version}: ${bytes.length - end} bytes left over`)
    return message
  }

  decodeAt(version: number, bytes: Buffer, at: number): { message: Message; end: number } {
    this.#check(version)
    const reader = new SchemaReader(bytes, at)
    const pass: Pass = { version, isFlexible: this.isFlexible(version), structs: this.structs }
    const message = new Decoder(reader, pass).struct(this.json.fields)
    return { message, end: reader.at }
  }

  #check(version: number): void {
    if (version < this.min || version > this.max) throw new Error(`${this.name} has no version ${version}`)
  }
}
