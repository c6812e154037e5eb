import { FIELD_REASONS } from '../../model/field-reasons.ts'
import { RECORD_REASONS, UNDECODABLE_REASONS } from '../../model/schema-watch.ts'
import type { SchemaProblemSummary, SchemaSummary } from '../api/schema-summary.ts'
import type { SchemasAnswer } from '../api-routes.ts'
import { count, instant, listOf, object, oneOf, orNull, ref, type Schema, text } from './schema.ts'

/** The answer about schemas. */
export const SCHEMA_SCHEMAS: Readonly<Record<string, Schema>> = {
  Schemas: object<SchemasAnswer>({
    total: count,
    topics: listOf(ref('SchemaTopic')),
    unavailable: listOf(ref('UnavailableCluster')),
  }),
  SchemaTopic: object<SchemaSummary>(
    {
      cluster: orNull(text),
      topic: text,
      readError: orNull(text),
      checked: count,
      fallback: count,
      undecodable: counts(UNDECODABLE_REASONS),
      unsampled: count,
      droppedFields: counts(FIELD_REASONS),
      affectedRecords: counts(RECORD_REASONS),
      problems: listOf(ref('SchemaProblem')),
      problemsLeftOut: count,
    },
    'What is counted of one topic whose records are checked.',
  ),
  SchemaProblem: object<SchemaProblemSummary>(
    {
      reason: oneOf(FIELD_REASONS),
      field: text,
      detail: text,
      count,
      firstAt: orNull(instant),
      lastAt: orNull(instant),
    },
    'A field with something wrong: names and types, never values.',
  ),
}

function counts<Reason extends string>(reasons: readonly Reason[]): Schema {
  const fields = Object.fromEntries(reasons.map(reason => [reason, count])) as Record<Reason, Schema>
  return object<Record<Reason, number>>(
    fields as { readonly [Each in keyof Required<Record<Reason, number>>]: Schema },
  )
}
