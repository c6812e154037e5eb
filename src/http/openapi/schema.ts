/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>

export const text: Schema = { type: 'string' }
export const truth: Schema = { type: 'boolean' }
/** A count, an id or an offset. */
export const whole: Schema = { type: 'integer' }
export const count: Schema = { type: 'integer', minimum: 0 }
export const number: Schema = { type: 'number' }
export const seconds: Schema = number
export const instant: Schema = { type: 'string', format: 'date-time' }

export function listOf(items: Schema): Schema {
  return { type: 'array', items }
}

export function oneOf(values: readonly string[]): Schema {
  return { type: 'string', enum: values }
}

/** Null means "not known" or "does not apply". */
export function orNull(schema: Schema): Schema {
  if (typeof schema.type !== 'string') return { oneOf: [schema, { type: 'null' }] }
  const {
    type,
    enum: values,
    ...rest
  } = schema as { readonly type: string; readonly enum?: readonly string[] }
  return { type: [type, 'null'], ...(values && { enum: [...values, null] }), ...rest }
}

export function mapOf(values: Schema): Schema {
  return { type: 'object', additionalProperties: values }
}

/** Every field of `Body` and no other; all of them are always there. Further ones may come with a later version. */
export function object<Body extends object>(
  fields: { readonly [Field in keyof Required<Body>]: Schema },
  description?: string,
): Schema {
  return {
    type: 'object',
    ...(description !== undefined && { description }),
    properties: fields,
    required: Object.keys(fields),
  }
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}
