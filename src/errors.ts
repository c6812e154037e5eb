/**
 * Why a broker or a dependency could not be reached. Logs, metric labels `code`, the API and docs/api.md use these
 * strings. Errors that a broker answered keep Kafka's own names (`GROUP_AUTHORIZATION_FAILED`), see
 * src/kafka/wire/error-codes.ts.
 */
export type FailureCode =
  | 'TIMEOUT' //               no answer within the deadline
  | 'CONNECTION_REFUSED' //    nobody listens there
  | 'CONNECTION_FAILED' //     the connection could not be made, for another reason
  | 'CONNECTION_CLOSED' //     the peer closed the connection
  | 'HOST_NOT_FOUND' //        the name does not resolve
  | 'TLS_UNTRUSTED' //         certificate not signed by a trusted authority
  | 'TLS_HOST_MISMATCH' //     certificate is for another host name
  | 'TLS_EXPIRED' //           certificate expired or not yet valid
  | 'TLS_CLIENT_CERTIFICATE' //the broker refused our client certificate, or wants one
  | 'PLAINTEXT_PORT' //        TLS is on, and the port speaks plaintext
  | 'TLS_PORT' //              TLS is off, and the port is a TLS listener
  | 'TLS_FAILED' //            any other failed handshake (versions, ciphers), or our own files cannot be used
  | 'SASL_AUTHENTICATION_FAILED' // wrong password; of PLAIN, or user name
  | 'SASL_USER_UNKNOWN' //     SCRAM: no such user, or none with this mechanism
  | 'SASL_TOKEN_EXPIRED' //    the token that the broker refused had expired
  | 'SASL_TOKEN_REFUSED' //    revoked, or of another issuer, audience, key or scope
  | 'SASL_MECHANISM_UNSUPPORTED'
  | 'CREDENTIALS_UNAVAILABLE' // the password, token, certificate or key cannot be had: a file or a command failed
  | 'CREDENTIALS_STALE' //     what was read last cannot be used or was refused; what worked before is used on
  | 'BACKING_OFF' //           not tried: an earlier attempt failed a moment ago
  | 'UNKNOWN_BROKER' //        not in the cluster's metadata
  | 'VERSION_UNSUPPORTED' //   the broker speaks no version of this request that we speak
  | 'MALFORMED_RESPONSE' //    an answer that the protocol does not allow
  | 'CLOSED' //                this side was shut down
  | 'INTERNAL' //              a defect of this program

export interface FailureOptions {
  readonly cause?: unknown
  /** Whether the same attempt may succeed later with nothing changed on our side. */
  readonly canRetry?: boolean
  /** What the operator can do, in one sentence. */
  readonly remedy?: string
}

/** Base of every error that leaves a module of this program. `code` is for machines, `message` for people. */
export class ExporterError<Code extends string = string> extends Error {
  override readonly name: string = 'ExporterError'
  readonly code: Code
  readonly canRetry: boolean
  readonly remedy: string | undefined

  constructor(code: Code, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.canRetry = options.canRetry ?? false
    this.remedy = options.remedy
  }
}

/** The code that an unknown thrown value is counted under. */
export function codeOf(error: unknown): string {
  return error instanceof ExporterError ? error.code : 'INTERNAL'
}

/** One line for a log or an answer, whatever was thrown. */
export function messageOf(error: unknown): string {
  try {
    // Some set a message that is no string, and of an object without a prototype there is none.
    const text = String(error instanceof Error ? error.message : error)
    return text.split('\n', 1)[0] ?? ''
  } catch {
    return 'an error that cannot be shown'
  }
}
