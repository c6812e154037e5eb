import type { Drop } from '../../../domain/schema/drop.ts'
import type { Shape } from '../../../domain/schema/shape.ts'
import { object, oneOf, optional } from '../options/option-kinds.ts'
import type { RulesOf } from '../options/option-rule.ts'
import { proveOptions } from '../options/prove-options.ts'
import type { DecodeEvent } from '../resilient/resilient-event.ts'
import type { Decode } from '../resilient/resilient-options.ts'
import { UnprocessableRecord } from '../resilient/verdict.ts'
import { dropFields } from './drop-fields.ts'

export interface SchemaGuardOptions {
  /** A SchemaCheck of `kafka-health-exporter/checks`. It learns with each record; one for each topic. */
  readonly check: { check(value: unknown, shape?: Shape | null, kind?: string): readonly Drop[] }
  /**
   * `report` tells of the fields and leaves the record as it is; `drop` takes them out of it too; `park` parks a record
   * that has one. Default `report`.
   */
  readonly action?: 'report' | 'drop' | 'park'
}

const OPTIONS: RulesOf<SchemaGuardOptions> = {
  check: object('a SchemaCheck', 'check'),
  action: optional(oneOf('report', 'drop', 'park')),
}

/** The record's fields are not what they were registered as. */
export class SchemaViolation extends UnprocessableRecord {
  override readonly name: string = 'SchemaViolation'
  readonly drops: readonly Drop[]

  constructor(drops: readonly Drop[]) {
    super(`fields that do not fit: ${drops.map(({ field, reason }) => `${field} (${reason})`).join(', ')}`)
    this.drops = drops
  }
}

/** Holds decoded records to what their fields were first registered as, before a handler sees them. */
export class SchemaGuard {
  readonly #check: SchemaGuardOptions['check']
  readonly #action: NonNullable<SchemaGuardOptions['action']>

  /** Throws a TypeError that names all faults of the options. */
  constructor(options: SchemaGuardOptions) {
    proveOptions('SchemaGuard', options, OPTIONS)
    const { check, action = 'report' } = options
    this.#check = check
    this.#action = action
  }

  /**
   * Returns the value, with `drop` without the fields, which are taken out of this very value. Throws SchemaViolation
   * with `park`, and with `drop` where the value as a whole is not what it should be.
   */
  apply(value: unknown, tell: (event: DecodeEvent) => void, shape: Shape | null = null, kind = ''): unknown {
    const drops = this.#check.check(value, shape, kind)
    if (drops.length === 0) return value
    tell({ kind: 'dropped_fields', drops })
    if (this.#action === 'report') return value
    if (this.#action === 'park' || drops.some(({ field }) => field === '')) throw new SchemaViolation(drops)
    // What is missing cannot be taken out.
    const present = drops.filter(({ reason }) => reason !== 'missing_required')
    if (present.length > 0) dropFields(value, new Set(present.map(({ field }) => field)))
    return value
  }
}

/**
 * A decoder whose values the guard looks at. Records without a value are passed by: they delete their key in a compacted
 * topic, no schema speaks of them, and one that is parked would leave the key where it is.
 */
export function withGuard<Value>(guard: SchemaGuard, decode: Decode<Value>): Decode<Value> {
  return async (record, tell) => {
    const value = await decode(record, tell)
    return record.message.value === null ? value : (guard.apply(value, tell) as Value)
  }
}
