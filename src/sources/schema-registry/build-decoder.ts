import { messageOf } from '../../errors.ts'
import { avroDecoder } from './avro-decoder.ts'
import type { Decoder } from './decoded-value.ts'
import { jsonDecoder } from './json-decoder.ts'
import { protobufDecoder } from './protobuf-decoder.ts'
import type { RegisteredSchema } from './registered-schema.ts'

/** Throws an Error that says why the schema cannot be used. */
export function buildDecoder(schema: RegisteredSchema): Decoder {
  try {
    switch (schema.language) {
      case 'AVRO':
        return avroDecoder(schema)
      case 'JSON':
        return jsonDecoder(schema)
      case 'PROTOBUF':
        return protobufDecoder(schema)
    }
  } catch (error) {
    throw new Error(`the schema cannot be used: ${messageOf(error)}`, { cause: error })
  }
}
