import type { ConnectionOptions } from 'node:tls'
import type { Endpoint } from './broker-connection.ts'
import type { SaslProvider } from './credentials/sasl-credential.ts'

export interface TransportOptions {
  readonly seeds: readonly Endpoint[]
  /** Null: plaintext. Called for every connection, so that renewed files count from the next one on; may throw. */
  readonly tls: null | (() => ConnectionOptions)
  /** Asked for each authentication, so that a changed secret counts from the next one on. */
  readonly sasl: SaslProvider | null
  readonly clientId: string
  readonly requestTimeoutMs?: number
  /** TCP, TLS, ApiVersions and SASL together. */
  readonly connectTimeoutMs?: number
  /** How long callers wait for a broker that has failed since its last answer. */
  readonly patienceMs?: number
  /** How long sendAny waits for one broker before it asks another one as well. */
  readonly hedgeMs?: number
  /** maxMs: less than the time between two polls, so that every poll asks every broker. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number }
  /** Monotonic milliseconds. */
  readonly now?: () => number
}
