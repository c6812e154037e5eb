import { isObject, type Json, once } from '../once.ts'
import { ANYTHING, type FieldShape, NULL, oneOf, type Shape } from '../shape.ts'
import type { TypeName } from '../value-type.ts'

const PRIMITIVES: Readonly<Record<string, TypeName>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'double',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
}

/**
 * Of an Avro schema (https://avro.apache.org/docs/1.12.0/specification/). Logical types are what they are made of,
 * enums strings, fixed bytes. What it does not understand may be anything.
 *
 * @param document as JSON.parse gives it
 * @param references schemas that it refers to by full name, each after those that it refers to itself
 */
export function shapeOfAvro(document: unknown, references: readonly unknown[] = []): Shape {
  const named = new Map<string, Shape>()
  for (const reference of references) read(reference, '', named)
  return read(document, '', named)
}

function read(schema: unknown, namespace: string, named: Map<string, Shape>): Shape {
  if (Array.isArray(schema)) return oneOf(schema.map(branch => read(branch, namespace, named)))
  if (typeof schema === 'string') return ofName(schema, namespace, named)
  if (!isObject(schema)) return ANYTHING
  const { type } = schema
  switch (type) {
    case 'record':
    case 'error':
      return ofRecord(schema, namespace, named)
    case 'enum':
      return remember(schema, namespace, named, { types: ['string'], isNullable: false })
    case 'fixed':
      return remember(schema, namespace, named, { types: ['bytes'], isNullable: false })
    case 'array':
    case 'map': {
      const items = once(() => read(type === 'array' ? schema.items : schema.values, namespace, named))
      return { types: [type], isNullable: false, items }
    }
    default:
      // A primitive with a logical type, or a schema in a wrapper.
      return read(type, namespace, named)
  }
}

function ofName(name: string, namespace: string, named: ReadonlyMap<string, Shape>): Shape {
  if (name === 'null') return NULL
  const primitive = PRIMITIVES[name]
  if (primitive !== undefined) return { types: [primitive], isNullable: false }
  return named.get(fullName(name, namespace)) ?? named.get(name) ?? ANYTHING
}

function ofRecord(schema: Json, namespace: string, named: Map<string, Shape>): Shape {
  const full = fullName(String(schema.name ?? ''), namespaceOf(schema, namespace))
  const inner = full.includes('.') ? full.slice(0, full.lastIndexOf('.')) : ''
  // Known before its fields are read, for they may be of the same type; they are read at once, for they define others.
  let fields: ReadonlyMap<string, FieldShape> = new Map()
  const shape: Shape = { types: ['record'], isNullable: false, fields: () => fields }
  named.set(full, shape)
  const list = Array.isArray(schema.fields) ? schema.fields.filter(isObject) : []
  fields = new Map(
    list.map(field => {
      const of = read(field.type, inner, named)
      return [String(field.name), { shape: of, isRequired: !of.isNullable && !('default' in field) }]
    }),
  )
  return shape
}

function remember(schema: Json, namespace: string, named: Map<string, Shape>, shape: Shape): Shape {
  named.set(fullName(String(schema.name ?? ''), namespaceOf(schema, namespace)), shape)
  return shape
}

function namespaceOf(schema: Json, namespace: string): string {
  return typeof schema.namespace === 'string' ? schema.namespace : namespace
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}
