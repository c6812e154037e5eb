import type { FieldShape, Shape } from './shape.ts'
import { foldedCase, normalised, type Target } from './target.ts'
import { bitOf, heldBy, learntType, TYPE_NAMES, type TypeName } from './value-type.ts'

/** As JSON has it. */
export interface SavedField {
  /** Types; none: anything; null: not known yet. */
  readonly t: readonly TypeName[] | null
  /** Whether it may be null, and be left out. */
  readonly n: boolean
  readonly o: boolean
  readonly f?: Readonly<Record<string, SavedField>>
  readonly i?: SavedField
}

/** What a field was registered as: by the first schema or value that had it, for good. */
export interface Registered {
  /** Null where only null has been seen of it. */
  types: readonly TypeName[] | null
  /** Which values it takes, as bits. */
  held: number
  isNullable: boolean
  isRequired: boolean
  /** Of a record. */
  fields: RegisteredFields | null
  /** Of an array or a map. */
  items: Registered | null
}

/** Shared by all fields of one check. */
export interface Registry {
  readonly target: Target
  /** Fields that may yet be registered. */
  left: number
  /** Counts what has been registered otherwise than before. */
  revision: number
}

/** A whole schema evolves slower than that; more are forgotten, and looked at anew. */
const MOST_SHAPES = 64

/** The fields of one record, and which names they keep from being taken. */
export class RegisteredFields {
  readonly byName = new Map<string, Registered>()
  requiredCount = 0
  readonly #registry: Registry
  readonly #byCase = new Map<string, string>()
  readonly #byNormalised = new Map<string, string>()
  #shapes = new Set<Shape>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /**
   * Takes in what a schema says, where that is new: a field that it would take another's name with is not registered.
   * What one schema leaves out may be left out; and of what a later one brings there are records without it.
   */
  adopt(shape: Shape): void {
    if (this.#shapes.has(shape)) return
    const isFirst = this.#shapes.size === 0 && this.byName.size === 0
    if (this.#shapes.size >= MOST_SHAPES) this.#shapes = new Set()
    this.#shapes.add(shape)
    const fields = shape.fields?.()
    if (fields === undefined) return
    for (const [name, { shape, isRequired }] of fields) this.#relax(name, shape, isRequired)
    const fresh = [...fields.keys()].filter(name => !this.byName.has(name))
    const colliding = new Set(collisionsIn(fresh, this.#registry.target).flat())
    for (const name of fresh) {
      if (colliding.has(name) || this.takenBy(name) !== null) continue
      const { shape, isRequired } = fields.get(name) as FieldShape
      this.#add(name, registeredAs(shape, isRequired && isFirst, this.#registry.target))
    }
  }

  #relax(name: string, shape: Shape, isRequired: boolean): void {
    const field = this.byName.get(name)
    if (field === undefined) return
    if (shape.isNullable) letBeNull(field, this.#registry)
    if (isRequired || !field.isRequired) return
    field.isRequired = false
    this.#registry.revision++
    this.requiredCount--
  }

  /** By the first value that is not null. */
  learn(name: string, value: unknown): void {
    const field = this.byName.get(name) ?? this.#add(name, unknownField())
    if (field !== null && value !== null && value !== undefined) learn(field, value, this.#registry)
  }

  /** The registered name that is the same to the target, and how it is. */
  takenBy(name: string): { readonly name: string; readonly by: 'case' | 'name' } | null {
    const byCase = this.#byCase.get(foldedCase(name))
    if (byCase !== undefined) return { name: byCase, by: 'case' }
    const byNormalised = this.#byNormalised.get(normalised(name, this.#registry.target))
    return byNormalised === undefined ? null : { name: byNormalised, by: 'name' }
  }

  #add(name: string, field: Registered): Registered | null {
    if (this.#registry.left <= 0) return null
    this.#registry.left--
    this.#registry.revision++
    this.byName.set(name, field)
    if (field.isRequired) this.requiredCount++
    this.#byCase.set(foldedCase(name), name)
    this.#byNormalised.set(normalised(name, this.#registry.target), name)
    return field
  }

  save(): Readonly<Record<string, SavedField>> {
    return Object.fromEntries([...this.byName].map(([name, field]) => [name, saveField(field)]))
  }

  restore(saved: unknown): void {
    if (typeof saved !== 'object' || saved === null) return
    for (const [name, field] of Object.entries(saved)) {
      if (this.byName.has(name) || this.takenBy(name) !== null) continue
      const restored = restoreField(field, this.#registry)
      if (restored !== null) this.#add(name, restored)
    }
  }
}

/** Fields of a record for its first look: those of the shape, and those that come with values. */
export function fieldsWithin(field: Registered, registry: Registry): RegisteredFields {
  if (field.fields === null) {
    field.fields = new RegisteredFields(registry)
    registry.revision++
  }
  return field.fields
}

/** @param first what they are, where they have not been met yet */
export function itemsWithin(field: Registered, registry: Registry, first: () => Registered): Registered {
  if (field.items === null) {
    field.items = first()
    registry.revision++
  }
  return field.items
}

export function letBeNull(field: Registered, registry: Registry): void {
  if (field.isNullable) return
  field.isNullable = true
  registry.revision++
}

export function learn(field: Registered, value: unknown, registry: Registry): void {
  const type = learntType(bitOf(value), registry.target)
  if (type === null || field.types !== null) return
  field.types = [type]
  field.held = heldBy(field.types, registry.target)
  registry.revision++
}

export function unknownField(): Registered {
  return { types: null, held: ~0, isNullable: true, isRequired: false, fields: null, items: null }
}

export function registeredAs(shape: Shape, isRequired: boolean, target: Target): Registered {
  return {
    types: shape.types,
    held: heldBy(shape.types, target),
    isNullable: shape.isNullable,
    isRequired,
    fields: null,
    items: null,
  }
}

/** Names that differ in case alone, or that the target makes one of: each group of them. */
export function collisionsIn(names: readonly string[], target: Target): readonly (readonly string[])[] {
  const groups = new Map<string, Set<string>>()
  for (const name of names) {
    for (const key of [`c${foldedCase(name)}`, `n${normalised(name, target)}`]) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, new Set([name]))
      else group.add(name)
    }
  }
  return [...groups.values()].filter(group => group.size > 1).map(group => [...group])
}

export function saveField({ types, isNullable, isRequired, fields, items }: Registered): SavedField {
  return {
    t: types,
    n: isNullable,
    o: !isRequired,
    ...(fields !== null && { f: fields.save() }),
    ...(items !== null && { i: saveField(items) }),
  }
}

/** Null where these are no fields. */
export function restoreField(saved: unknown, registry: Registry): Registered | null {
  if (typeof saved !== 'object' || saved === null) return null
  const { t, n, o, f, i } = saved as Partial<SavedField>
  const isKnown = (type: unknown): type is TypeName => TYPE_NAMES.includes(type as TypeName)
  if (t !== null && !(Array.isArray(t) && t.every(isKnown))) return null
  const field: Registered = {
    types: t,
    held: t === null ? ~0 : heldBy(t, registry.target),
    isNullable: n !== false,
    isRequired: o === false,
    fields: null,
    items: null,
  }
  if (f !== undefined) fieldsWithin(field, registry).restore(f)
  if (i !== undefined) field.items = restoreField(i, registry)
  return field
}
