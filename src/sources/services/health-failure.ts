import type { ServiceFailure, ServiceStatus } from '../../model/service-status.ts'

/** What one check has found. */
export interface HealthFinding {
  readonly status: ServiceStatus
  /** Null where the service has answered. */
  readonly failure: ServiceFailure | null
}

/** How a call has failed, and what was seen beside it. */
export interface HealthCallFailure {
  /** A status code of gRPC. */
  readonly code: number
  /** The library's own words where there was no answer. */
  readonly details: string
  /** Whether there was a connection that requests could be sent over. */
  readonly isConnected: boolean
  /** Whether something accepts connections at the address, whatever it makes of them. */
  readonly isListening: boolean
}

/** Names of gRPC's status codes, by number. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const

/**
 * The status of a service whose check has failed: `offline` where nobody listens, `unhealthy` where somebody does and
 * gives no proper answer, `unknown` where the answer is that there is nothing to tell. The service's own words stay
 * out: they may hold anything.
 */
export function findingOf(failed: HealthCallFailure, healthName: string, timeoutMs: number): HealthFinding {
  const { isConnected, isListening } = failed
  const code = CODES[failed.code] ?? 'UNKNOWN'
  if (code === 'DEADLINE_EXCEEDED') {
    const timedOut = (status: ServiceStatus, message: string): HealthFinding => {
      return { status, failure: { code: 'TIMEOUT', message: `${message} within ${timeoutMs} ms` } }
    }
    if (isConnected) return timedOut('unhealthy', 'connected, but no answer')
    if (isListening) return timedOut('unhealthy', 'something listens, but does not speak')
    return timedOut('offline', 'no connection')
  }
  if (!isConnected && (code === 'UNAVAILABLE' || code === 'CANCELLED')) return unconnected(failed.details)
  switch (code) {
    case 'NOT_FOUND':
      return {
        status: 'unknown',
        failure: { code, message: `the server tells no health of ${JSON.stringify(healthName)}` },
      }
    case 'UNIMPLEMENTED':
      return { status: 'unknown', failure: { code, message: 'the server does not tell its health' } }
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
      return { status: 'unknown', failure: { code, message: 'the server does not tell us its health' } }
    default:
      return { status: 'unhealthy', failure: { code, message: `the answer was ${code}` } }
  }
}

type Reason = readonly [pattern: RegExp, status: ServiceStatus, code: string, message: string]

/** By what the library says of its last attempt: it hands on no code. The first that matches. */
const REASONS: readonly Reason[] = [
  [/ECONNREFUSED/, 'offline', 'CONNECTION_REFUSED', 'connection refused'],
  [
    /Name resolution failed|ENOTFOUND|EAI_AGAIN/,
    'offline',
    'HOST_NOT_FOUND',
    'the host name does not resolve',
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    'unhealthy',
    'TLS_HOST_MISMATCH',
    'the certificate is for another host name',
  ],
  [
    /certificate (?:has expired|is not yet valid)/,
    'unhealthy',
    'TLS_EXPIRED',
    'the certificate has expired or is not yet valid',
  ],
  [
    /self[- ]signed certificate|unable to (?:verify|get)/,
    'unhealthy',
    'TLS_UNTRUSTED',
    'the certificate is not signed by a trusted authority',
  ],
  [
    /SSL alert number/,
    'unhealthy',
    'TLS_CLIENT_CERTIFICATE',
    'the service wants a client certificate, or refused ours',
  ],
  [/wrong version number/, 'unhealthy', 'PLAINTEXT_PORT', 'TLS is on, and the port speaks plaintext'],
  [/SSL routines|ERR_SSL|ERR_TLS|EPROTO/, 'unhealthy', 'TLS_FAILED', 'the TLS handshake failed'],
  [/Protocol error|ERR_HTTP2/, 'unhealthy', 'MALFORMED_RESPONSE', 'what listens there does not speak gRPC'],
  [
    /ECONNRESET|EPIPE|Failed to connect|Connection dropped|[Ss]ocket closed|cancel/i,
    'unhealthy',
    'CONNECTION_CLOSED',
    'the connection is closed at once: TLS or a client certificate may be missing',
  ],
]

function unconnected(details: string): HealthFinding {
  const [, status, code, message] = REASONS.find(([pattern]) => pattern.test(details)) ?? UNTOLD
  return { status, failure: { code, message } }
}

const UNTOLD: Reason = [/(?:)/, 'offline', 'CONNECTION_FAILED', 'the connection could not be made']
