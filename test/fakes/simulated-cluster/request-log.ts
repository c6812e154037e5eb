import type { Message } from '../schema-codec.ts'
import { apiNameOf } from './api-table.ts'
import type { ApiName } from './ask.ts'
import { schemaOf } from './schemas.ts'

/** One request that a broker received, whether or not it answered. */
export class ReceivedRequest {
  /** `Unknown` where the simulation does not know the API; see `key`. */
  readonly api: ApiName | 'Unknown'
  readonly key: number
  readonly version: number
  readonly node: number
  readonly clientId: string | null
  /** With header. */
  readonly bytes: number
  readonly #body: Buffer | null

  constructor(
    request: { key: number; version: number; node: number; clientId: string | null },
    body: Buffer | null,
    bytes: number,
  ) {
    this.api = apiNameOf(request.key) ?? 'Unknown'
    this.key = request.key
    this.version = request.version
    this.node = request.node
    this.clientId = request.clientId
    this.bytes = bytes
    this.#body = body
  }

  /** Decoded by Kafka's own schema. Throws where bodies are not kept, and for what the schema does not allow. */
  body(): Message {
    if (this.#body === null || this.api === 'Unknown')
      throw new Error('The body of this request was not kept')
    return schemaOf(this.api).request.decode(this.version, this.#body)
  }
}
