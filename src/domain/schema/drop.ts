import { FIELD_REASONS } from '../../model/field-reasons.ts'
import { foldedCase } from './target.ts'

/** Why a consumer that goes by the check drops a field. */
export const DROP_REASONS = FIELD_REASONS
export type DropReason = (typeof DROP_REASONS)[number]

/** A field that is dropped. Names and types alone, never values. */
export interface Drop {
  readonly reason: DropReason
  /** Path within the record: `order.lines[].price`. */
  readonly field: string
  /** In words. */
  readonly detail: string
}

/** Of two names that the target takes for one. */
export function collision(path: string, name: string, other: string): Drop {
  const reason = foldedCase(name) === foldedCase(other) ? 'case_collision' : 'name_collision'
  return { reason, field: path === '' ? name : `${path}.${name}`, detail: `beside ${other}` }
}
