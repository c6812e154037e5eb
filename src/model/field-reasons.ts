/** Why a consumer that goes by the check would drop a field. */
export const FIELD_REASONS = [
  'case_collision',
  'name_collision',
  'type_flip',
  'missing_required',
  'null_violation',
] as const
export type FieldReason = (typeof FIELD_REASONS)[number]
