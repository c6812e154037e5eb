import { FIELD_REASONS, type FieldReason } from './field-reasons.ts'
import type { TailedRecord } from './tail.ts'

export const RECORD_REASONS = [...FIELD_REASONS, 'oversize'] as const
export type RecordReason = (typeof RECORD_REASONS)[number]

/** `unknown_schema_id`: the registry has no such schema, or cannot be asked, and the bytes are no JSON. */
export const UNDECODABLE_REASONS = ['undecodable', 'unknown_schema_id'] as const
export type UndecodableReason = (typeof UNDECODABLE_REASONS)[number]

export type SchemaLanguage = 'AVRO' | 'JSON' | 'PROTOBUF'

/** A schema as plain objects. The same object for every value that was written with it. */
export interface ParsedSchema {
  readonly language: SchemaLanguage
  /** Avro and JSON Schema: the document. Protobuf: the file and what it imports, as protobufjs writes descriptors in JSON. */
  readonly document: unknown
  /** What it refers to, by the names that it uses; each after what it refers to itself. */
  readonly references: readonly { readonly name: string; readonly document: unknown }[]
  /** Protobuf: the full name of the message. */
  readonly message: string | null
}

/** What a value holds, as plain JavaScript values; bytes are Buffers. */
export type Reading =
  | {
      readonly kind: 'value'
      readonly value: unknown
      /** The kind of record: its full name, where the language has one; the same for every version of it. */
      readonly record: string
      /** Null for plain JSON without a schema of its own. */
      readonly schema: ParsedSchema | null
    }
  /** Its schema cannot be had, and the bytes are JSON all the same. */
  | { readonly kind: 'fallback'; readonly value: unknown }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason }

/** How the values of a topic are written. */
export interface ValueReader {
  /** Finds out what `read` will need; undefined where nothing is missing. Never rejects, and takes a bounded time. */
  prepare(records: readonly TailedRecord[]): Promise<void> | undefined
  /** Not for a record without a value. Never throws. */
  read(record: TailedRecord): Reading
}

/** What the schema watch has found out, and made durable. */
export interface SchemaView {
  /** By name. */
  readonly topics: readonly SchemaTopicView[]
}

/** Counters of one topic. Each record counts in exactly one of `checked`, `fallback`, `undecodable` and `unsampled`. */
export interface SchemaTopicView {
  readonly topic: string
  readonly checked: number
  readonly fallback: number
  readonly undecodable: Readonly<Record<UndecodableReason, number>>
  readonly unsampled: number
  readonly droppedFields: Readonly<Record<FieldReason, number>>
  readonly affectedRecords: Readonly<Record<RecordReason, number>>
  /** The most frequent first. */
  readonly problems: readonly SchemaProblem[]
  /** Fields that are not among `problems`, because there are too many of them. */
  readonly problemsLeftOut: number
}

/** One field and what is wrong with it. Names and types alone, never values. */
export interface SchemaProblem {
  readonly reason: FieldReason
  /** Path within the record: `order.lines[].price`. */
  readonly field: string
  /** In words: what it collides with, or which types were registered and found. */
  readonly detail: string
  readonly count: number
  /** Milliseconds since the epoch, when it was first and last seen. */
  readonly firstAt: number
  readonly lastAt: number
}
