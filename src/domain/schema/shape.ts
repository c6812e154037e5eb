import { once } from './once.ts'
import type { TypeName } from './value-type.ts'

/** What a schema says of a value, whichever language it is written in. */
export interface Shape {
  /** None: anything. */
  readonly types: readonly TypeName[]
  readonly isNullable: boolean
  /** Null and nothing else. */
  readonly isNull?: boolean
  /** Of a `record`; asked for when a value is looked at, for schemas refer to themselves. */
  fields?(): ReadonlyMap<string, FieldShape>
  /** Of an `array` and of a `map`. */
  items?(): Shape
}

export interface FieldShape {
  readonly shape: Shape
  /** It has to be there, were it as null. */
  readonly isRequired: boolean
}

export const ANYTHING: Shape = { types: [], isNullable: true }

/** What may be any of several. */
export function oneOf(shapes: readonly Shape[]): Shape {
  const [only] = shapes
  if (only !== undefined && shapes.length === 1) return only
  if (shapes.some(shape => shape.types.length === 0 && shape.isNull !== true)) return ANYTHING
  const records = shapes.filter(shape => shape.fields !== undefined)
  const lists = shapes.filter(shape => shape.items !== undefined)
  const fields = once(() => (records.length === 1 ? records[0]!.fields!() : merged(records)))
  const items = once(() => oneOf(lists.map(list => list.items!())))
  return {
    types: [...new Set(shapes.flatMap(shape => shape.types))],
    isNullable: shapes.some(shape => shape.isNullable),
    // Of several kinds of records only what all of them could have is known: nothing is demanded.
    ...(records.length > 0 && { fields }),
    ...(lists.length > 0 && { items }),
  }
}

/**
 * What is all of several: what one says and another leaves open holds, and a field is what the first says that has it.
 *
 * @param demanded fields that have to be there, whichever part has them
 */
export function allOf(shapes: readonly Shape[], demanded: ReadonlySet<unknown> = new Set()): Shape {
  const first = shapes.find(shape => shape.types.length > 0) ?? shapes.find(shape => shape.isNull === true)
  if (first === undefined) return ANYTHING
  const records = shapes.filter(shape => shape.fields !== undefined)
  const fields = once(() => {
    const parts = new Map<string, FieldShape[]>()
    for (const record of records) {
      for (const [name, part] of record.fields!()) parts.set(name, [...(parts.get(name) ?? []), part])
    }
    return new Map([...parts].map(([name, of]): [string, FieldShape] => [name, fieldOf(name, of, demanded)]))
  })
  const isNullable = shapes.every(shape => shape.isNullable)
  return { ...first, isNullable, ...(records.length > 0 && { fields }) }
}

function fieldOf(name: string, parts: readonly FieldShape[], demanded: ReadonlySet<unknown>): FieldShape {
  const shapes = parts.map(part => part.shape)
  return {
    shape: shapes.length === 1 ? shapes[0]! : allOf(shapes),
    isRequired: demanded.has(name) || parts.some(part => part.isRequired),
  }
}

/** Null and nothing else. */
export const NULL: Shape = { types: [], isNullable: true, isNull: true }

function merged(records: readonly Shape[]): ReadonlyMap<string, FieldShape> {
  const byName = new Map<string, Shape[]>()
  for (const record of records) {
    for (const [name, { shape }] of record.fields!()) byName.set(name, [...(byName.get(name) ?? []), shape])
  }
  return new Map([...byName].map(([name, shapes]) => [name, { shape: oneOf(shapes), isRequired: false }]))
}
