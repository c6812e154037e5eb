import { isObject, type Json, once } from '../once.ts'
import { ANYTHING, allOf, type FieldShape, NULL, oneOf, type Shape } from '../shape.ts'
import { TYPE_NAMES, type TypeName } from '../value-type.ts'

/** How deep alternatives and references are followed: what no schema needs must not take the stack. */
const MOST_NESTED = 100

interface Context {
  readonly root: unknown
  /** Documents by the names they are referred to by. */
  readonly documents: ReadonlyMap<string, unknown>
  /** By document and pointer, so that one that refers to itself ends. */
  readonly known: Map<unknown, Shape>
  /** Places by their anchors, of each document in which one was asked for. */
  readonly anchors: Map<unknown, ReadonlyMap<string, unknown>>
  readonly nested: number
}

/**
 * Of a JSON Schema, draft 4 to 2020-12: what it says of types, properties, items and what is required, through `$ref`,
 * `allOf`, `anyOf` and `oneOf`. What it does not understand, or finds in no document, may be anything.
 *
 * @param references other documents, by the names that it refers to them by
 */
export function shapeOfJsonSchema(
  document: unknown,
  references: readonly { readonly name: string; readonly document: unknown }[] = [],
): Shape {
  const documents = new Map(references.map(({ name, document }) => [name, document]))
  return read(document, { root: document, documents, known: new Map(), anchors: new Map(), nested: 0 })
}

function read(schema: unknown, context: Context): Shape {
  if (!isObject(schema)) return ANYTHING
  const known = context.known.get(schema)
  if (known !== undefined) return known
  if (context.nested >= MOST_NESTED) return ANYTHING
  const shape: { -readonly [Key in keyof Shape]: Shape[Key] } = { types: [], isNullable: true }
  context.known.set(schema, shape)
  Object.assign(shape, shapeOf(schema, { ...context, nested: context.nested + 1 }))
  return shape
}

function shapeOf(schema: Json, context: Context): Shape {
  if (typeof schema.$ref === 'string') {
    const found = resolve(schema.$ref, context)
    return found === null ? ANYTHING : read(found.schema, found.context)
  }
  if (Array.isArray(schema.enum) && schema.type === undefined) return ofValues(schema.enum)
  if ('const' in schema && schema.type === undefined) return ofValues([schema.const])
  const alternatives = [schema.anyOf, schema.oneOf].filter(Array.isArray) as readonly (readonly unknown[])[]
  const parts = Array.isArray(schema.allOf) ? (schema.allOf as readonly unknown[]) : []
  if (alternatives.length === 0 && parts.length === 0) return ofTypes(schema, context)
  // What stands beside alternatives holds whichever of them is met.
  const shapes = [
    ofTypes(schema, context),
    ...parts.map(part => read(part, context)),
    ...alternatives.map(each => oneOf(each.map(one => read(one, context)))),
  ]
  return allOf(shapes, new Set([schema, ...parts].flatMap(demandedBy)))
}

function ofTypes(schema: Json, context: Context): Shape {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? implied(schema)]
  return oneOf(types.map(type => ofType(type, schema, context)))
}

function demandedBy(schema: unknown): readonly unknown[] {
  return isObject(schema) && Array.isArray(schema.required) ? schema.required : []
}

function implied(schema: Json): string | undefined {
  if (isObject(schema.properties)) return 'object'
  return schema.items === undefined ? undefined : 'array'
}

function ofType(type: unknown, schema: Json, context: Context): Shape {
  switch (type) {
    case 'null':
      return NULL
    case 'boolean':
      return { types: ['boolean'], isNullable: false }
    case 'integer':
      return { types: ['long'], isNullable: false }
    case 'number':
      return { types: ['double'], isNullable: false }
    case 'string':
      return { types: ['string'], isNullable: false }
    case 'array': {
      const items = once(() => read(Array.isArray(schema.items) ? undefined : schema.items, fresh(context)))
      return { types: ['array'], isNullable: false, items }
    }
    case 'object':
      return ofObject(schema, context)
    default:
      return ANYTHING
  }
}

function ofObject(schema: Json, context: Context): Shape {
  const { properties, additionalProperties } = schema
  if (!isObject(properties)) {
    if (!isObject(additionalProperties)) return { types: ['record'], isNullable: false }
    const items = once(() => read(additionalProperties, fresh(context)))
    return { types: ['map'], isNullable: false, items }
  }
  const demanded = new Set(demandedBy(schema))
  const fields = once(
    () =>
      new Map<string, FieldShape>(
        Object.entries(properties).map(([name, property]) => [
          name,
          { shape: read(property, fresh(context)), isRequired: demanded.has(name) },
        ]),
      ),
  )
  return { types: ['record'], isNullable: false, fields }
}

/** What a field or an item is, is asked for later, from the top. */
function fresh(context: Context): Context {
  return { ...context, nested: 0 }
}

function ofValues(values: readonly unknown[]): Shape {
  return oneOf(
    values.map((value): Shape => {
      if (value === null) return NULL
      const type = typeof value === 'number' ? 'double' : typeof value
      const isNamed = TYPE_NAMES.includes(type as TypeName)
      return isNamed ? { types: [type as TypeName], isNullable: false } : ANYTHING
    }),
  )
}

/** `#/definitions/line`, `line.json#/definitions/item`, `line.json`, `#line`. */
function resolve(
  reference: string,
  context: Context,
): { readonly schema: unknown; readonly context: Context } | null {
  const [name = '', pointer = ''] = reference.split('#', 2)
  const root = name === '' ? context.root : context.documents.get(name)
  if (root === undefined) return null
  const isAnchor = pointer !== '' && !pointer.startsWith('/')
  const schema = isAnchor ? anchorsOf(root, context).get(pointer) : at(root, pointer)
  return schema === undefined ? null : { schema, context: { ...context, root } }
}

function at(root: unknown, pointer: string): unknown {
  let here = root
  for (const raw of pointer.split('/').slice(1)) {
    const step = decoded(raw)
    if (step === null || typeof here !== 'object' || here === null || !Object.hasOwn(here, step))
      return undefined
    here = (here as Json)[step]
  }
  return here
}

function decoded(step: string): string | null {
  try {
    return decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    return null
  }
}

/** Places that have a name of their own: by `$anchor`, or before it by an id that begins with `#`. */
function anchorsOf(root: unknown, { anchors }: Context): ReadonlyMap<string, unknown> {
  const known = anchors.get(root)
  if (known !== undefined) return known
  const found = new Map<string, unknown>()
  const left: unknown[] = [root]
  while (left.length > 0) {
    const here = left.pop()
    if (typeof here !== 'object' || here === null) continue
    const { $anchor, $id, id } = here as Json
    if (typeof $anchor === 'string') found.set($anchor, here)
    for (const each of [$id, id])
      if (typeof each === 'string' && each.startsWith('#')) found.set(each.slice(1), here)
    for (const within of Object.values(here)) left.push(within)
  }
  anchors.set(root, found)
  return found
}
