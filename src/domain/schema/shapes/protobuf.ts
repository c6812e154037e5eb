import { isObject, type Json, once } from '../once.ts'
import { ANYTHING, type FieldShape, type Shape } from '../shape.ts'
import type { TypeName } from '../value-type.ts'

const SCALARS: Readonly<Record<string, TypeName>> = {
  double: 'double',
  float: 'double',
  int32: 'int',
  sint32: 'int',
  sfixed32: 'int',
  uint32: 'long',
  fixed32: 'long',
  int64: 'long',
  uint64: 'long',
  sint64: 'long',
  fixed64: 'long',
  sfixed64: 'long',
  bool: 'boolean',
  string: 'string',
  bytes: 'bytes',
}

/**
 * Of a Protobuf message, from a file in the JSON form of protobufjs: `{nested: {name: {fields: {name: {type, id}}}}}`.
 * Enums are strings; only what proto2 calls required is required, and null is nowhere.
 *
 * @param message its full name, `shop.Order`
 */
export function shapeOfProtobuf(document: unknown, message: string): Shape {
  const known = new Map<string, Shape>()
  return ofMessage(document, message.split('.'), known)
}

function ofMessage(root: unknown, path: readonly string[], known: Map<string, Shape>): Shape {
  const key = path.join('.')
  const earlier = known.get(key)
  if (earlier !== undefined) return earlier
  const found = at(root, path)
  if (found === null) return ANYTHING
  if (!isObject(found.fields)) {
    return isObject(found.values) ? { types: ['string'], isNullable: false } : ANYTHING
  }
  const { fields } = found
  const shape: Shape = {
    types: ['record'],
    isNullable: false,
    fields: once(
      () =>
        new Map<string, FieldShape>(
          Object.entries(fields).map(([name, field]) => [name, ofField(root, path, field, known)]),
        ),
    ),
  }
  known.set(key, shape)
  return shape
}

function ofField(
  root: unknown,
  path: readonly string[],
  field: unknown,
  known: Map<string, Shape>,
): FieldShape {
  if (!isObject(field)) return { shape: ANYTHING, isRequired: false }
  const single = ofType(root, path, String(field.type), known)
  const isRequired = field.rule === 'required'
  if (typeof field.keyType === 'string') {
    return { shape: { types: ['map'], isNullable: false, items: () => single }, isRequired }
  }
  if (field.rule === 'repeated') {
    return { shape: { types: ['array'], isNullable: false, items: () => single }, isRequired }
  }
  return { shape: single, isRequired }
}

/** A name is looked for in the message itself, and then outwards. */
function ofType(root: unknown, path: readonly string[], type: string, known: Map<string, Shape>): Shape {
  const scalar = SCALARS[type]
  if (scalar !== undefined) return { types: [scalar], isNullable: false }
  if (type.startsWith('.')) return ofMessage(root, type.slice(1).split('.'), known)
  for (let outer = path.length; outer >= 0; outer--) {
    const candidate = [...path.slice(0, outer), ...type.split('.')]
    if (at(root, candidate) !== null) return ofMessage(root, candidate, known)
  }
  return ANYTHING
}

function at(root: unknown, path: readonly string[]): Json | null {
  let here: unknown = root
  for (const name of path) {
    if (!isObject(here) || !isObject(here.nested) || !Object.hasOwn(here.nested, name)) return null
    here = here.nested[name]
  }
  return isObject(here) ? here : null
}
