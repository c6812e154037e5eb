import { isObject, type Json, once } from '../once.ts'
import { ANYTHING, type FieldShape, NULL, oneOf, type Shape } from '../shape.ts'
import { TYPE_NAMES, type TypeName } from '../value-type.ts'

interface Context {
  readonly root: unknown
  /** Documents by the names they are referred to by. */
  readonly documents: ReadonlyMap<string, unknown>
  /** By document and pointer, so that one that refers to itself ends. */
  readonly known: Map<unknown, Shape>
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
  return read(document, { root: document, documents, known: new Map() })
}

function read(schema: unknown, context: Context): Shape {
  if (!isObject(schema)) return ANYTHING
  const known = context.known.get(schema)
  if (known !== undefined) return known
  const shape: { -readonly [Key in keyof Shape]: Shape[Key] } = { types: [], isNullable: true }
  context.known.set(schema, shape)
  Object.assign(shape, shapeOf(schema, context))
  return shape
}

function shapeOf(schema: Json, context: Context): Shape {
  if (typeof schema.$ref === 'string') {
    const found = resolve(schema.$ref, context)
    return found === null ? ANYTHING : read(found.schema, found.context)
  }
  if (Array.isArray(schema.enum) && schema.type === undefined) return ofValues(schema.enum)
  if ('const' in schema && schema.type === undefined) return ofValues([schema.const])
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray) as readonly unknown[] | undefined
  if (alternatives !== undefined) return oneOf(alternatives.map(each => read(each, context)))
  if (Array.isArray(schema.allOf)) return allOf([{ ...schema, allOf: undefined }, ...schema.allOf], context)
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? implied(schema)]
  return oneOf(types.map(type => ofType(type, schema, context)))
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
      const items = once(() => read(Array.isArray(schema.items) ? undefined : schema.items, context))
      return { types: ['array'], isNullable: false, items }
    }
    case 'object':
      return ofObject(schema, context)
    default:
      return ANYTHING
  }
}

function ofObject(schema: Json, context: Context): Shape {
  const { properties, additionalProperties, required } = schema
  if (!isObject(properties)) {
    if (!isObject(additionalProperties)) return { types: ['record'], isNullable: false }
    const items = once(() => read(additionalProperties, context))
    return { types: ['map'], isNullable: false, items }
  }
  const demanded = new Set(Array.isArray(required) ? required : [])
  const fields = once(
    () =>
      new Map<string, FieldShape>(
        Object.entries(properties).map(([name, property]) => [
          name,
          { shape: read(property, context), isRequired: demanded.has(name) },
        ]),
      ),
  )
  return { types: ['record'], isNullable: false, fields }
}

/** What one says and another leaves open holds. */
function allOf(parts: readonly unknown[], context: Context): Shape {
  const shapes = parts.map(part => read(part, context))
  const said = shapes.filter(shape => shape.types.length > 0)
  const [first] = said
  if (first === undefined) return ANYTHING
  const records = said.filter(shape => shape.fields !== undefined)
  const fields = once(() => new Map(records.flatMap(record => [...record.fields!()])))
  const isNullable = shapes.every(shape => shape.isNullable)
  return { ...first, isNullable, ...(records.length > 0 && { fields }) }
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

/** `#/definitions/line`, `line.json#/definitions/item`, `line.json`. */
function resolve(
  reference: string,
  context: Context,
): { readonly schema: unknown; readonly context: Context } | null {
  const [name = '', pointer = ''] = reference.split('#', 2)
  const root = name === '' ? context.root : context.documents.get(name)
  if (root === undefined) return null
  let schema: unknown = root
  for (const step of pointer.split('/').slice(1)) {
    if (!isObject(schema)) return null
    schema = schema[decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return schema === undefined ? null : { schema, context: { ...context, root } }
}
