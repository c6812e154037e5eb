import { ExporterError, type FailureCode, messageOf } from '../errors.ts'

/** What a system error or one of TLS means to an operator; null for any other code. */
export function connectionCodeOf(code: unknown): FailureCode | null {
  switch (code) {
    case 'ECONNREFUSED':
      return 'CONNECTION_REFUSED'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'HOST_NOT_FOUND'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'CONNECTION_CLOSED'
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return 'TLS_EXPIRED'
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'TLS_HOST_MISMATCH'
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'TLS_UNTRUSTED'
  }
  if (typeof code !== 'string') return null
  if (/ALERT_/.test(code)) return 'TLS_CLIENT_CERTIFICATE'
  return /^(?:ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO)/.test(code) ? 'TLS_FAILED' : null
}

/** `peer` is what did not answer: "the registry". */
export function toConnectionFailure(cause: unknown, peer: string): ExporterError {
  const { code } = cause as { readonly code?: unknown }
  const meaning = connectionCodeOf(code) ?? 'CONNECTION_FAILED'
  return new ExporterError(meaning, textOf(meaning, cause, peer), { canRetry: true, cause })
}

function textOf(meaning: FailureCode, cause: unknown, peer: string): string {
  switch (meaning) {
    case 'CONNECTION_REFUSED':
      return 'connection refused'
    case 'HOST_NOT_FOUND':
      return 'the host name does not resolve'
    case 'CONNECTION_CLOSED':
      return `${peer} closed the connection`
    case 'TLS_EXPIRED':
      return 'the certificate has expired or is not yet valid'
    case 'TLS_HOST_MISMATCH':
      return 'the certificate is for another host name'
    case 'TLS_UNTRUSTED':
      return 'the certificate is not signed by a trusted authority'
    case 'TLS_CLIENT_CERTIFICATE':
      return `${peer} wants a client certificate, or refused ours`
    case 'TLS_FAILED':
      return `the TLS handshake failed (${(cause as { readonly code: string }).code})`
    default:
      return cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause)
  }
}
