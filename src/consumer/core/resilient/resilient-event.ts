import type { Drop } from '../../../domain/schema/drop.ts'
import type { FailureTraits } from './failure.ts'

/** Where a record was read. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  /** A decimal string, as KafkaJS has it. */
  readonly offset: string
}

/** What a decoder tells of a record. */
export type DecodeEvent =
  /** The schema guard found fields that a consumer by its rules drops. Names of fields, no values. */
  | { readonly kind: 'dropped_fields'; readonly drops: readonly Drop[] }
  /** The registry could not be asked, and the fallback decoded the record. */
  | { readonly kind: 'fallback_decode'; readonly schemaId: number }

/** An attempt that did not succeed. */
export interface Failed {
  readonly waitMs: number
  readonly traits: FailureTraits
  /** What was thrown; its message may hold what the record holds. */
  readonly error: unknown
}

export type RecordEvent =
  | DecodeEvent
  /** The handler has failed, and is called again after `waitMs`. `attempt`: how often it has been called. */
  | (Failed & { readonly kind: 'retry'; readonly attempt: number })
  /** What the record needs is away, for the `times`th time in a row; it is tried again after `waitMs`, without a limit. */
  | (Failed & { readonly kind: 'waiting'; readonly times: number })
  /** The record is in the dead-letter topic; its offset may now be committed. `attempts`: calls of its handler. */
  | {
      readonly kind: 'dead_letter'
      readonly deadLetterTopic: string
      readonly attempts: number
      readonly traits: FailureTraits
    }
  /** The dead letter could not be written, for the `times`th time. The partition stands until it can be. */
  | (Failed & {
      readonly kind: 'dead_letter_failed'
      readonly deadLetterTopic: string
      readonly times: number
    })
  /** The handler has succeeded, after `durationMs` of the attempt that did. */
  | { readonly kind: 'processed'; readonly durationMs: number }

/** What a resilient consumer tells of what it does; for metrics, alerts and logs. */
export type ResilientEvent =
  | (RecordPlace & RecordEvent)
  /** KafkaJS had given up, for the `times`th time in a row, and is started again. */
  | { readonly kind: 'revived'; readonly times: number; readonly error: unknown }
  /** Of what is done, not all could be committed before the stop: those records will be handled again. */
  | { readonly kind: 'commit_failed'; readonly error: unknown }
