import type { ParsedSchema } from '../../model/schema-watch.ts'
import type { FramedValue } from './wire-format.ts'

/** What a value holds, and the schema that it was written with. */
export interface DecodedValue {
  readonly value: unknown
  /** Of one kind of record: the full name where the language has one. The same for every version of it. */
  readonly record: string
  /** As `parsed` of the decoder has it; the same object for every value of that kind and schema. */
  readonly schema: ParsedSchema
}

export interface Decoder {
  /** Throws an Error where the bytes are not of the schema. Its message may hold values and goes nowhere. */
  decode(frame: FramedValue): DecodedValue
}
