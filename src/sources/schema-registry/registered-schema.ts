import type { SchemaLanguage } from '../../model/schema-watch.ts'

/** Another schema that a schema imports, by the name that it has there. */
export interface SchemaReference {
  readonly name: string
  readonly subject: string
  readonly version: number
}

/** A schema as the registry has it, with all that it refers to. */
export interface RegisteredSchema {
  readonly language: SchemaLanguage
  readonly text: string
  /** Those it refers to, directly or not, each after all that it refers to itself. */
  readonly references: readonly { readonly name: string; readonly text: string }[]
}

/** Which schema: by its number within the registry, or by its id that is the same in every registry. */
export type SchemaKey = number | string
