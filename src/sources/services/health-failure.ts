import { ExporterError } from '../../errors.ts'
import type { ServiceFailure, ServiceStatus } from '../../model/service-status.ts'
import { toConnectionFailure } from '../connection-failure.ts'
import type { Reach } from './health-session.ts'

/** What one check has found. */
export interface HealthFinding {
  readonly status: ServiceStatus
  /** Null where the service has answered. */
  readonly failure: ServiceFailure | null
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

/** Of an answer that is an error. The service's own words stay out: they may hold anything. */
export function statusFinding(number: number, healthName: string): HealthFinding {
  const code = CODES[number] ?? 'UNKNOWN'
  switch (code) {
    case 'NOT_FOUND':
      return found('unknown', code, `the server tells no health of ${JSON.stringify(healthName)}`)
    case 'UNIMPLEMENTED':
      return found('unknown', code, 'the server does not tell its health')
    case 'UNAUTHENTICATED':
    case 'PERMISSION_DENIED':
      return found('unknown', code, 'the server does not tell us its health')
    default:
      return found('unhealthy', code, `the answer was ${code}`)
  }
}

/** Of a check without an answer in time. */
export function lateFinding(reach: Reach, timeoutMs: number): HealthFinding {
  switch (reach) {
    case 'speaking':
      return found('unhealthy', 'TIMEOUT', `connected, but no answer within ${timeoutMs} ms`)
    case 'listening':
      return found('unhealthy', 'TIMEOUT', `something listens, but does not speak within ${timeoutMs} ms`)
    case 'nobody':
      return found('offline', 'TIMEOUT', `no connection within ${timeoutMs} ms`)
  }
}

/** Of a connection that could not be made, or that has ended without an answer. */
export function brokenFinding(reach: Reach, cause: unknown): HealthFinding {
  const { code, message } = failureOf(cause)
  return found(reach === 'nobody' ? 'offline' : 'unhealthy', code, message)
}

function failureOf(cause: unknown): ServiceFailure {
  if (cause instanceof ExporterError) return cause
  const code = (cause as { readonly code?: unknown } | null)?.code
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') {
    return { code: 'PLAINTEXT_PORT', message: 'TLS is on, and the port speaks plaintext' }
  }
  if (code === 'ERR_HTTP2_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR') {
    return { code: 'MALFORMED_RESPONSE', message: 'what listens there does not speak gRPC, or speaks TLS' }
  }
  const isClosed = cause === null || (typeof code === 'string' && code.startsWith('ERR_HTTP2_'))
  if (isClosed || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return { code: 'CONNECTION_CLOSED', message: 'the service closed the connection' }
  }
  return toConnectionFailure(cause, 'the service')
}

function found(status: ServiceStatus, code: string, message: string): HealthFinding {
  return { status, failure: { code, message } }
}
