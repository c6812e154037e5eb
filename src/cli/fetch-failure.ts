/** `fetch failed` in words that help, or null where the error is not one of fetch. */
export function fetchFailure(error: unknown, deadlineMs: number): string | null {
  if (!(error instanceof Error)) return null
  if (error.name === 'TimeoutError') return `no answer within ${deadlineMs / 1000} s`
  if (error.name === 'AbortError') return 'interrupted'
  const cause = error.cause as { readonly code?: unknown; readonly message?: unknown } | undefined
  switch (cause?.code) {
    case 'ECONNREFUSED':
      return 'connection refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name does not resolve'
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the connection was closed'
    default:
      return typeof cause?.message === 'string' && cause.message !== '' ? cause.message : null
  }
}
