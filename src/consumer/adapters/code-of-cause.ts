/** The system's code of what a `fetch` failed with, such as ECONNREFUSED; the name of the error where it has none. */
export function codeOfCause(error: unknown): string {
  const { cause, name } = (error ?? {}) as { readonly cause?: unknown; readonly name?: unknown }
  const { code, errors } = (cause ?? {}) as { readonly code?: unknown; readonly errors?: readonly unknown[] }
  if (typeof code === 'string') return code
  const [first] = errors ?? []
  const inner = (first as { readonly code?: unknown } | undefined)?.code
  if (typeof inner === 'string') return inner
  return typeof name === 'string' ? name : 'unknown'
}
