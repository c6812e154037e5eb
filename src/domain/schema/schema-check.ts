import { collisionsWithin, MAX_DEPTH } from './collisions-within.ts'
import { collision, type Drop } from './drop.ts'
import {
  collisionsIn,
  fieldsWithin,
  itemsWithin,
  learn,
  letBeNull,
  type Registered,
  type RegisteredFields,
  type Registry,
  registeredAs,
  restoreField,
  saveField,
  unknownField,
} from './registered-fields.ts'
import type { Shape } from './shape.ts'
import type { Target } from './target.ts'
import { ARRAY, bitOf, nameOfBit, RECORD } from './value-type.ts'

export interface SchemaCheckOptions {
  /** Default `none`. */
  readonly target?: Target
  /** Fields that are registered, over all kinds of records; what comes after them is not checked. Default 10,000. */
  readonly maxFields?: number
  /** How deep is looked. Default 32. */
  readonly maxDepth?: number
}

/** Kinds of records that are told apart; the rest is held to be of one. */
const MOST_KINDS = 1_000
const NO_DROPS: readonly Drop[] = []

/**
 * Finds in records what a consumer would drop that takes each field for what it was first registered as: names that
 * collide, types that flip, what is missing or null though it must not be. A type is registered by the first schema or
 * value that has the field, and stands from then on; null registers nothing and is no flip. A dropped field registers
 * nothing either.
 *
 * Each look is one pass over the value: it costs in proportion to its fields. Values are plain: objects for records
 * and maps, arrays, strings, numbers, bigints, booleans, null, and Uint8Arrays for bytes.
 */
export class SchemaCheck {
  readonly #registry: Registry
  readonly #maxDepth: number
  readonly #kinds = new Map<string, Registered>()

  constructor(options: SchemaCheckOptions = {}) {
    this.#registry = { target: options.target ?? 'none', left: options.maxFields ?? 10_000, revision: 0 }
    this.#maxDepth = options.maxDepth ?? MAX_DEPTH
  }

  /**
   * @param shape what the schema of this very value says; null where it has none
   * @param kind which records are of one kind: the full name that their schemas have, where they have one
   */
  check(value: unknown, shape: Shape | null = null, kind = ''): readonly Drop[] {
    const drops: Drop[] = []
    this.#checkValue(this.#kind(kind, shape), shape, value, '', drops, 0)
    return drops.length === 0 ? NO_DROPS : drops
  }

  /** Another one when `save` would give something else than before. */
  get revision(): number {
    return this.#registry.revision
  }

  /** What has to outlive a restart, as JSON has it. */
  save(): unknown {
    return Object.fromEntries([...this.#kinds].map(([kind, field]) => [kind, saveField(field)]))
  }

  /** What was saved; before the first look. What cannot be used is left out. */
  restore(saved: unknown): void {
    if (typeof saved !== 'object' || saved === null) return
    this.#registry.revision++
    for (const [kind, field] of Object.entries(saved)) {
      const restored = restoreField(field, this.#registry)
      if (restored !== null && this.#kinds.size < MOST_KINDS) this.#kinds.set(kind, restored)
    }
  }

  #kind(kind: string, shape: Shape | null): Registered {
    const known = this.#kinds.get(kind)
    if (known !== undefined) return known
    if (this.#kinds.size >= MOST_KINDS && kind !== '') return this.#kind('', shape)
    // A schema that says nothing is as good as none.
    const isSaid = shape !== null && (shape.types.length > 0 || shape.isNull === true)
    const field = isSaid ? registeredAs(shape, false, this.#registry.target) : unknownField()
    this.#kinds.set(kind, field)
    this.#registry.revision++
    return field
  }

  /** The field is there, and its name is its own. */
  #checkValue(
    field: Registered,
    shape: Shape | null,
    value: unknown,
    path: string,
    drops: Drop[],
    depth: number,
  ): void {
    // What one schema lets be null is no fault in the records of others.
    if (shape?.isNullable === true) letBeNull(field, this.#registry)
    if (value === null || value === undefined) {
      if (!field.isNullable)
        drops.push({ reason: 'null_violation', field: path, detail: `null, not ${typesOf(field)}` })
      return
    }
    const bit = bitOf(value)
    if (field.types === null) learn(field, value, this.#registry)
    if ((field.held & bit) === 0) {
      const detail = `${nameOfBit(bit)}, registered as ${typesOf(field)}`
      drops.push({ reason: 'type_flip', field: path, detail })
      return
    }
    // Where anything may be, nothing is registered of what is within.
    if (field.types?.length === 0) {
      collisionsWithin(value, this.#registry.target, path, drops, this.#maxDepth - depth)
    } else if (bit === RECORD) {
      if (depth >= this.#maxDepth) return
      if (field.types?.includes('map'))
        this.#checkItems(field, shape, Object.values(value), `${path}{}`, drops, depth)
      else this.#checkRecord(field, shape, value as object, path, drops, depth)
    } else if (bit === ARRAY && depth < this.#maxDepth) {
      this.#checkItems(field, shape, value as readonly unknown[], `${path}[]`, drops, depth)
    }
  }

  /** Of a list or of a map. */
  #checkItems(
    field: Registered,
    shape: Shape | null,
    values: readonly unknown[],
    within: string,
    drops: Drop[],
    depth: number,
  ) {
    const items = itemsShape(shape)
    const registered = this.#items(field, items)
    // A repeated column holds no null, whatever the schema says: BigQuery refuses the record.
    const refusesNull = this.#registry.target === 'bigquery' && within.endsWith(']')
    for (const item of values) {
      if (refusesNull && (item === null || item === undefined))
        drops.push({ reason: 'null_violation', field: within, detail: 'null, not taken in an array' })
      else this.#checkValue(registered, items, item, within, drops, depth + 1)
    }
  }

  #items(field: Registered, shape: Shape | null): Registered {
    return itemsWithin(field, this.#registry, () =>
      shape === null ? unknownField() : registeredAs(shape, false, this.#registry.target),
    )
  }

  #checkRecord(
    field: Registered,
    shape: Shape | null,
    value: object,
    path: string,
    drops: Drop[],
    depth: number,
  ) {
    const fields = fieldsWithin(field, this.#registry)
    if (shape !== null) fields.adopt(shape)
    const shapes = shape?.fields?.() ?? null
    const record = value as Readonly<Record<string, unknown>>
    const names = Object.keys(record)
    let required = 0
    let strangers: string[] | null = null
    /** Registered ones that others of the same record collide with. */
    let lost: Set<string> | null = null
    for (const name of names) {
      const registered = fields.byName.get(name)
      if (registered === undefined) {
        if (strangers === null) strangers = [name]
        else strangers.push(name)
      } else if (registered.isRequired) required++
    }
    if (strangers !== null) lost = this.#takeIn(fields, strangers, record, path, drops)
    if (required < fields.requiredCount) tellMissing(fields, record, path, drops)
    for (const name of names) {
      const registered = fields.byName.get(name)
      if (registered === undefined || lost?.has(name)) continue
      const within = path === '' ? name : `${path}.${name}`
      this.#checkValue(registered, shapes?.get(name)?.shape ?? null, record[name], within, drops, depth + 1)
    }
  }

  /** Fields that nobody has registered. Returns those that were, and are dropped with one of them. */
  #takeIn(
    fields: RegisteredFields,
    strangers: readonly string[],
    record: Readonly<Record<string, unknown>>,
    path: string,
    drops: Drop[],
  ): Set<string> | null {
    const dropped = new Map<string, Drop>()
    let lost: Set<string> | null = null
    const drop = (name: string, other: string) => {
      if (!dropped.has(name)) dropped.set(name, collision(path, name, other))
    }
    if (strangers.length > 1) {
      for (const group of collisionsIn(strangers, this.#registry.target)) {
        for (const name of group) drop(name, group.find(other => other !== name) as string)
      }
    }
    for (const name of strangers) {
      const taken = fields.takenBy(name)
      if (taken === null) {
        if (!dropped.has(name)) fields.learn(name, record[name])
        continue
      }
      drop(name, taken.name)
      if (!Object.hasOwn(record, taken.name)) continue
      // Both are there: nobody can say which of them is meant.
      drop(taken.name, name)
      lost ??= new Set()
      lost.add(taken.name)
    }
    for (const one of dropped.values()) drops.push(one)
    return lost
  }
}

function tellMissing(
  fields: RegisteredFields,
  record: Readonly<Record<string, unknown>>,
  path: string,
  drops: Drop[],
): void {
  for (const [name, registered] of fields.byName) {
    if (!registered.isRequired || Object.hasOwn(record, name)) continue
    const field = path === '' ? name : `${path}.${name}`
    drops.push({ reason: 'missing_required', field, detail: `required as ${typesOf(registered)}` })
  }
}

function itemsShape(shape: Shape | null): Shape | null {
  return shape?.items?.() ?? null
}

function typesOf({ types }: Registered): string {
  return types === null || types.length === 0 ? 'anything' : types.join(' or ')
}
