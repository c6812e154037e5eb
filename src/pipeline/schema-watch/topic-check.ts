import type { FieldReason, Reading } from '../../model/schema-watch.ts'

/** A field that a consumer guarded by the check would drop. */
export interface Drop {
  readonly reason: FieldReason
  /** Path within the record. */
  readonly field: string
  /** Names and types, never values. */
  readonly detail: string
}

/** What is known of the fields of one topic, and what of a record contradicts it. */
export interface TopicCheck {
  /** Never throws; costs in proportion to the fields of the value. */
  check(reading: Extract<Reading, { readonly kind: 'value' | 'fallback' }>): readonly Drop[]
  /** What has to outlive a restart, as JSON has it. */
  save(): unknown
  /** Whatever cannot be used is left out. */
  restore(saved: unknown): void
}
