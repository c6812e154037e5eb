import protobuf from 'protobufjs'
import type { ParsedSchema } from '../../model/schema-watch.ts'
import type { DecodedValue, Decoder } from './decoded-value.ts'
import type { RegisteredSchema } from './registered-schema.ts'
import { type FramedValue, parseMessagePath } from './wire-format.ts'

/** Names as in the file; fields that are not there are absent; numbers of 64 bits as numbers, enums by name. */
const PLAIN: protobuf.IConversionOptions = { longs: Number, enums: String, oneofs: false }
/** Messages of one file that have been asked for. */
const MOST_MESSAGES = 256

/** Files by the names that they are imported by. */
interface Loaded {
  readonly names: Set<string>
  /** One was imported that nobody has. */
  isPartial: boolean
}

interface KnownMessage {
  readonly type: protobuf.Type
  readonly schema: ParsedSchema
}

export function protobufDecoder({ text, references }: RegisteredSchema): Decoder {
  const root = new protobuf.Root()
  const loaded: Loaded = { names: new Set(), isPartial: false }
  for (const { name, text } of references) {
    addFile(root, text, loaded)
    loaded.names.add(name)
  }
  const top = addFile(root, text, loaded)
  if (loaded.isPartial) leaveOutUnknown(root)
  root.resolveAll()
  const document: unknown = root.toJSON()
  const known = new Map<string, KnownMessage>()

  const messageAt = (indexes: readonly number[]): KnownMessage => {
    const key = indexes.join('.')
    let found = known.get(key)
    if (found === undefined) {
      const type = typeAt(top, indexes)
      const message = type.fullName.slice(1)
      found = { type, schema: { language: 'PROTOBUF', document, references: [], message } }
      if (known.size < MOST_MESSAGES) known.set(key, found)
    }
    return found
  }

  return {
    decode(frame): DecodedValue {
      const { indexes, payload } = split(frame)
      const { type, schema } = messageAt(indexes)
      return { value: type.toObject(type.decode(payload), PLAIN), record: schema.message ?? '', schema }
    },
  }
}

/** A header may leave the path out, where the message is the first. */
function split({ afterKey, inHeader, payload }: FramedValue): {
  readonly indexes: readonly number[]
  readonly payload: Buffer
} {
  if (inHeader && afterKey.length === 0) return { indexes: [0], payload }
  const path = parseMessagePath(afterKey)
  if (path === null) throw new Error('no path to a message')
  return { indexes: path.indexes, payload: inHeader ? payload : afterKey.subarray(path.end) }
}

/** Returns the messages at the top of the file, in its order: paths count them, and enums and services not. */
function addFile(root: protobuf.Root, text: string, loaded: Loaded): readonly protobuf.Type[] {
  const file = protobuf.parse(text, new protobuf.Root(), { keepCase: true })
  for (const name of [...(file.imports ?? []), ...(file.weakImports ?? [])]) addImport(root, name, loaded)
  const home = file.package === undefined ? file.root : (file.root.lookup(file.package) as protobuf.Namespace)
  const names = home.nestedArray.filter(each => each instanceof protobuf.Type).map(each => each.name)
  protobuf.parse(text, root, { keepCase: true })
  const target = file.package === undefined ? root : (root.lookup(file.package) as protobuf.Namespace)
  return names.map(name => target.get(name) as protobuf.Type)
}

/** What comes with the language is not in a registry. */
function addImport(root: protobuf.Root, name: string, loaded: Loaded): void {
  if (loaded.names.has(name)) return
  loaded.names.add(name)
  const common = protobuf.common.get(name)
  if (common === null) loaded.isPartial = true
  else root.addJSON((common as { nested?: Record<string, protobuf.AnyNestedObject> }).nested ?? {})
}

/**
 * Fields whose type is in a file that nobody has, such as `google/type/money.proto`: no more than that their bytes are
 * passed over is known of them, and the rest is read all the same.
 */
function leaveOutUnknown(within: protobuf.NamespaceBase): void {
  const isUnknown = (from: protobuf.NamespaceBase, name: string) =>
    !(name in protobuf.types.basic) && from.lookup(name, [protobuf.Type, protobuf.Enum]) === null
  if (within instanceof protobuf.Type) {
    for (const field of [...within.fieldsArray]) {
      if (!isUnknown(within, field.type)) continue
      field.partOf?.remove(field)
      within.remove(field)
    }
  }
  for (const each of [...within.nestedArray]) {
    // What is called decodes no record.
    if (each instanceof protobuf.Service) within.remove(each)
    else if (each instanceof protobuf.Namespace) leaveOutUnknown(each)
    else if (!(each instanceof protobuf.Field)) continue
    else if (isUnknown(within, each.extend ?? '') || isUnknown(within, each.type)) within.remove(each)
  }
}

function typeAt(top: readonly protobuf.Type[], indexes: readonly number[]): protobuf.Type {
  let within = top
  let type: protobuf.Type | undefined
  for (const index of indexes) {
    type = within[index]
    if (type === undefined) throw new Error('no message at this path')
    within = type.nestedArray.filter(each => each instanceof protobuf.Type)
  }
  if (type === undefined) throw new Error('no path to a message')
  return type
}
