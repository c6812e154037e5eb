import type { BearerToken } from './sasl-credential.ts'

export const LARGEST_TOKEN_BYTES = 64 * 1024

/** RFC 6750, section 2.1: what may follow "Bearer ". */
const BEARER_TOKEN = /^[\w.~+/-]+=*$/

/** Throws an Error that never repeats the text. */
export function parseToken(text: string): BearerToken {
  const token = text.trim()
  if (token === '') throw new Error('empty, expected a token')
  if (!BEARER_TOKEN.test(token))
    throw new Error('holds what no bearer token may hold, expected a token alone')
  return { kind: 'token', token, expiresAt: expiryOf(token) }
}

/** `exp` of a JWT (RFC 7519), in milliseconds since the epoch; null where it has none or is no JWT. */
export function expiryOf(token: string): number | null {
  const [, payload, ...rest] = token.split('.')
  if (payload === undefined || rest.length !== 1) return null
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly exp?: unknown }
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null
  } catch {
    return null
  }
}
