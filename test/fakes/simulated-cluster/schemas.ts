import { type ApiSchema, loadSchemas, type Schemas } from '../schema-codec.ts'
import type { ApiName } from './ask.ts'

let loaded: Schemas | undefined

/** Kafka's own description of one API; loaded at the first use, because a benchmark may never need it. */
export function schemaOf(api: ApiName): ApiSchema {
  loaded ??= loadSchemas()
  return loaded.api(api)
}
