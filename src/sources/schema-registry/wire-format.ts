import type { SchemaKey } from './registered-schema.ts'

/** The record header that names the schema of the value, where the payload does not begin with it. */
export const VALUE_SCHEMA_HEADER = '__value_schema_id'

const BY_ID = 0
const BY_GUID = 1
const ID_BYTES = 4
const GUID_BYTES = 16
/** Deeper messages than this are no messages. */
const MOST_INDEXES = 64

/** A value in a registry's wire format. */
export interface FramedValue {
  readonly key: SchemaKey
  /** The bytes between the id and the payload, or `payload` begins with them: Protobuf's path to the message. */
  readonly afterKey: Buffer
  /** Where the header has the id, what follows it is the path to the message, and the value is payload alone. */
  readonly inHeader: boolean
  readonly payload: Buffer
}

interface Header {
  readonly key: string
  readonly value: Buffer | null
}

/**
 * Which schema a value was written with: a zero byte and a number of four bytes, or a one and a GUID of sixteen, in
 * the header, whose last occurrence counts, or at the start of the value. Null where neither is there.
 */
export function parseFrame(value: Buffer, headers: readonly Header[]): FramedValue | null {
  for (let i = headers.length - 1; i >= 0; i--) {
    const header = headers[i] as Header
    if (header.key !== VALUE_SCHEMA_HEADER) continue
    const parsed = header.value === null ? null : parseKey(header.value)
    if (parsed !== null) return { ...parsed, inHeader: true, payload: value }
    break
  }
  const parsed = parseKey(value)
  return parsed === null ? null : { ...parsed, inHeader: false, payload: parsed.afterKey }
}

function parseKey(bytes: Buffer): Pick<FramedValue, 'key' | 'afterKey'> | null {
  if (bytes[0] === BY_ID && bytes.length >= 1 + ID_BYTES) {
    return { key: bytes.readInt32BE(1), afterKey: bytes.subarray(1 + ID_BYTES) }
  }
  if (bytes[0] === BY_GUID && bytes.length >= 1 + GUID_BYTES) {
    const hex = bytes.toString('hex', 1, 1 + GUID_BYTES)
    const guid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    return { key: guid.join('-'), afterKey: bytes.subarray(1 + GUID_BYTES) }
  }
  return null
}

/** The path to a message within its file, and where it ends. Null where the bytes are none. */
export interface MessagePath {
  readonly indexes: readonly number[]
  readonly end: number
}

/** Zigzag varints: how many, then each; a single zero stands for the first message. */
export function parseMessagePath(bytes: Buffer): MessagePath | null {
  let at = 0
  const next = (): number | null => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) return null
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    return null
  }
  const count = next()
  if (count === null || count < 0 || count > MOST_INDEXES) return null
  if (count === 0) return { indexes: [0], end: at }
  const indexes: number[] = []
  for (let i = 0; i < count; i++) {
    const index = next()
    if (index === null || index < 0) return null
    indexes.push(index)
  }
  return { indexes, end: at }
}
