import { collisionsWithin } from '../../domain/schema/collisions-within.ts'
import type { Drop } from '../../domain/schema/drop.ts'
import { SchemaCheck } from '../../domain/schema/schema-check.ts'
import { ANYTHING, type Shape } from '../../domain/schema/shape.ts'
import { shapeOfAvro } from '../../domain/schema/shapes/avro.ts'
import { shapeOfJsonSchema } from '../../domain/schema/shapes/json-schema.ts'
import { shapeOfProtobuf } from '../../domain/schema/shapes/protobuf.ts'
import type { Target } from '../../domain/schema/target.ts'
import type { ParsedSchema, Reading } from '../../model/schema-watch.ts'

/** Of one topic; names of fields can be data in disguise, and there may be no end of them. */
const MOST_FIELDS = 5_000

/** Shapes are the same for every topic. */
const SHAPES = new WeakMap<ParsedSchema, Shape>()

/** What is registered of the fields of one topic, and what of a record contradicts it. */
export class TopicCheck {
  readonly #target: Target
  #fields: SchemaCheck
  #saved: { readonly revision: number; readonly text: string } | null = null

  constructor(target: Target) {
    this.#target = target
    this.#fields = checkFor(target)
  }

  /** Nothing is registered any more. */
  forget(): void {
    this.#fields = checkFor(this.#target)
    this.#saved = null
  }

  check(reading: Extract<Reading, { readonly kind: 'value' | 'fallback' }>): readonly Drop[] {
    if (reading.kind === 'value') {
      const { value, record, schema } = reading
      return this.#fields.check(value, schema === null ? null : shapeOf(schema), record)
    }
    // Without its schema nobody can say of which kind it is: only what collides within it can be told.
    return collisionsWithin(reading.value, this.#target)
  }

  /** As JSON: thousands of fields, of which hardly one is new. */
  save(): string {
    const { revision } = this.#fields
    if (this.#saved?.revision !== revision) {
      this.#saved = { revision, text: JSON.stringify(this.#fields.save()) }
    }
    return this.#saved.text
  }

  restore(saved: unknown): void {
    this.#fields.restore(saved)
  }
}

function checkFor(target: Target): SchemaCheck {
  return new SchemaCheck({ target, maxFields: MOST_FIELDS })
}

function shapeOf(schema: ParsedSchema): Shape {
  let shape = SHAPES.get(schema)
  if (shape === undefined) {
    shape = parsed(schema)
    SHAPES.set(schema, shape)
  }
  return shape
}

function parsed({ language, document, references, message }: ParsedSchema): Shape {
  switch (language) {
    case 'AVRO':
      return shapeOfAvro(
        document,
        references.map(reference => reference.document),
      )
    case 'JSON':
      return shapeOfJsonSchema(document, references)
    case 'PROTOBUF':
      return message === null ? ANYTHING : shapeOfProtobuf(document, message)
  }
}
