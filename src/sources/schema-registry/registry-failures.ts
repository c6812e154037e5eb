import { ExporterError, messageOf } from '../../errors.ts'

/** System errors, those of TLS and the end of the request's time, by their meaning to an operator. */
export function toRegistryFailure(cause: unknown, signal: AbortSignal): ExporterError {
  if (cause instanceof ExporterError) return cause
  const { code } = cause as { readonly code?: unknown }
  if (signal.aborted) return failure('TIMEOUT', 'the registry gave no answer in time', cause)
  switch (code) {
    case 'ECONNREFUSED':
      return failure('CONNECTION_REFUSED', 'connection refused', cause)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure('HOST_NOT_FOUND', 'the host name does not resolve', cause)
    case 'ECONNRESET':
    case 'EPIPE':
      return failure('CONNECTION_CLOSED', 'the registry closed the connection', cause)
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return failure('TLS_EXPIRED', 'the certificate has expired or is not yet valid', cause)
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return failure('TLS_HOST_MISMATCH', 'the certificate is for another host name', cause)
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return failure('TLS_UNTRUSTED', 'the certificate is not signed by a trusted authority', cause)
  }
  if (typeof code === 'string' && /ALERT_/.test(code)) {
    return failure(
      'TLS_CLIENT_CERTIFICATE',
      'the registry wants a client certificate, or refused ours',
      cause,
    )
  }
  if (typeof code === 'string' && /^(?:ERR_SSL|ERR_TLS|ERR_OSSL|EPROTO)/.test(code)) {
    return failure('TLS_FAILED', `the TLS handshake failed (${code})`, cause)
  }
  const text = cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause)
  return failure('CONNECTION_FAILED', text, cause)
}

/** Why an answer is no schema. Its text is the registry's own and stays out. */
export function toStatusFailure(status: number): ExporterError {
  if (status === 401 || status === 403) {
    return failure('AUTHENTICATION_FAILED', `the registry refused our credentials (HTTP ${status})`)
  }
  if (status === 404) return failure('SCHEMA_NOT_FOUND', 'the registry has no such schema')
  return failure('REGISTRY_ERROR', `the registry answered HTTP ${status}`)
}

function failure(code: string, message: string, cause?: unknown): ExporterError {
  return new ExporterError(code, message, { canRetry: code !== 'SCHEMA_NOT_FOUND', cause })
}
