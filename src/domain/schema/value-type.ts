import type { Target } from './target.ts'

/** What a value is, as a bit. */
export const BOOLEAN = 1
/** Whole, within 32 bits. */
export const INT = 2
/** Whole, beyond. */
export const LONG = 4
export const DOUBLE = 8
export const STRING = 16
export const BYTES = 32
export const ARRAY = 64
export const RECORD = 128

/** What a field may be registered as; several where a schema allows several. */
export const TYPE_NAMES = [
  'boolean',
  'int',
  'long',
  'double',
  'string',
  'bytes',
  'array',
  'record',
  'map',
] as const
export type TypeName = (typeof TYPE_NAMES)[number]

const HOLDS: Readonly<Record<TypeName, number>> = {
  boolean: BOOLEAN,
  int: INT,
  // A smaller number is held by what is wider: Avro's promotions, and those of every target.
  long: INT | LONG,
  double: INT | LONG | DOUBLE,
  string: STRING,
  bytes: BYTES,
  array: ARRAY,
  record: RECORD,
  map: RECORD,
}

/** Which values a field of these types takes, as bits. None of them: anything. */
export function heldBy(types: readonly TypeName[], target: Target): number {
  if (types.length === 0) return ~0
  let held = 0
  for (const type of types) held |= HOLDS[type]
  // Its INTEGER has 64 bits, whatever the producer calls it.
  return target === 'bigquery' && (held & INT) !== 0 ? held | LONG : held
}

/** The bit of a value that is not null. 0: nothing that a record can hold. */
export function bitOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return STRING
    case 'number':
      if ((value | 0) === value) return INT
      return Number.isInteger(value) ? LONG : DOUBLE
    case 'boolean':
      return BOOLEAN
    case 'bigint':
      return LONG
    case 'object':
      if (Array.isArray(value)) return ARRAY
      return ArrayBuffer.isView(value) ? BYTES : RECORD
    default:
      return 0
  }
}

/**
 * What a field without a schema is registered as by its first value. JSON has one kind of number; BigQuery, which makes
 * a column of what comes first, has two.
 */
export function learntType(bit: number, target: Target): TypeName | null {
  switch (bit) {
    case BOOLEAN:
      return 'boolean'
    case INT:
    case LONG:
      return target === 'bigquery' ? 'long' : 'double'
    case DOUBLE:
      return 'double'
    case STRING:
      return 'string'
    case BYTES:
      return 'bytes'
    case ARRAY:
      return 'array'
    case RECORD:
      return 'record'
    default:
      return null
  }
}

/** For people. */
export function nameOfBit(bit: number): string {
  const names: Readonly<Record<number, string>> = {
    [BOOLEAN]: 'boolean',
    [INT]: 'int',
    [LONG]: 'long',
    [DOUBLE]: 'double',
    [STRING]: 'string',
    [BYTES]: 'bytes',
    [ARRAY]: 'array',
    [RECORD]: 'record',
  }
  return names[bit] ?? 'nothing that a record holds'
}
