import protobuf from 'protobufjs'
import type { ParsedSchema } from '../../model/schema-watch.ts'
import type { DecodedValue, Decoder } from './decoded-value.ts'
import type { RegisteredSchema } from './registered-schema.ts'
import { type FramedValue, parseMessagePath } from './wire-format.ts'

/** Names as in the file; fields that are not there are absent; numbers of 64 bits as numbers, enums by name. */
const PLAIN: protobuf.IConversionOptions = { longs: Number, enums: String, oneofs: false }
/** Messages of one file that have been asked for. */
const MOST_MESSAGES = 256

interface KnownMessage {
  readonly type: protobuf.Type
  readonly schema: ParsedSchema
}

export function protobufDecoder({ text, references }: RegisteredSchema): Decoder {
  const root = new protobuf.Root()
  const loaded = new Set<string>()
  for (const { name, text } of references) {
    addFile(root, text, loaded)
    loaded.add(name)
  }
  const top = addFile(root, text, loaded)
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
function addFile(root: protobuf.Root, text: string, loaded: Set<string>): readonly protobuf.Type[] {
  const file = protobuf.parse(text, new protobuf.Root(), { keepCase: true })
  for (const name of [...(file.imports ?? []), ...(file.weakImports ?? [])]) addImport(root, name, loaded)
  const home = file.package === undefined ? file.root : (file.root.lookup(file.package) as protobuf.Namespace)
  const names = home.nestedArray.filter(each => each instanceof protobuf.Type).map(each => each.name)
  protobuf.parse(text, root, { keepCase: true })
  const target = file.package === undefined ? root : (root.lookup(file.package) as protobuf.Namespace)
  return names.map(name => target.get(name) as protobuf.Type)
}

/** What comes with the language is not in a registry. What only annotates, such as Confluent's, decodes nothing. */
function addImport(root: protobuf.Root, name: string, loaded: Set<string>): void {
  if (loaded.has(name)) return
  loaded.add(name)
  const common = protobuf.common.get(name)
  if (common !== null)
    root.addJSON((common as { nested?: Record<string, protobuf.AnyNestedObject> }).nested ?? {})
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
