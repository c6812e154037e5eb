import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { ExporterError, messageOf } from '../errors.ts'
import { certificatesFault } from '../model/pem-certificates.ts'
import type { RegistryAccess } from '../model/registry-access.ts'

/** What one request needs. */
export interface RequestCredentials {
  /** Null: what the URL itself has. */
  readonly authorization: string | null
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
}

/** Throws an Error that says in a few words why the file cannot be had, without path and content. */
export type ReadText = (path: string, maxBytes: number) => string

const LARGEST_SECRET_BYTES = 64 * 1024
const LARGEST_PEM_BYTES = 1024 * 1024
/** Characters that no header can carry; one of them in a secret would be named in the library's own error. */
const NOT_IN_HEADER = /[^\x21-\x7e]/

/**
 * Reads the files anew. Throws CREDENTIALS_UNAVAILABLE, which names the file and nothing of its content; certificates
 * that cannot be used are found here rather than at the connection.
 */
export function readCredentials(
  { login, tls }: Pick<RegistryAccess, 'login' | 'tls'>,
  read: ReadText,
): RequestCredentials {
  const pem = (path: string | null) => (path === null ? undefined : textOf(path, LARGEST_PEM_BYTES, read))
  const certificates = (path: string | null) => {
    const text = pem(path)
    // OpenSSL passes over an authority that it cannot read.
    const fault = text === undefined ? null : certificatesFault(text, block => new X509Certificate(block))
    if (fault !== null) throw unavailable(`${path} ${fault}`)
    return text
  }
  const [ca, cert, key] = [certificates(tls.caFile), certificates(tls.certFile), pem(tls.keyFile)]
  const files = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  }
  if (Object.keys(files).length > 0) {
    try {
      createSecureContext(files)
    } catch (error) {
      const named = [tls.caFile, tls.certFile, tls.keyFile].filter(path => path !== null).join(', ')
      const { code } = error as { readonly code?: string }
      throw unavailable(`${named} cannot be used (${code ?? messageOf(error)})`)
    }
  }
  return { authorization: authorizationOf(login, read), tls: files }
}

function authorizationOf(login: RegistryAccess['login'], read: ReadText): string | null {
  if (login === null) return null
  if (login.kind === 'basic') {
    const password = secretOf(login.passwordFile, read)
    return `Basic ${Buffer.from(`${login.username}:${password}`).toString('base64')}`
  }
  const token = secretOf(login.tokenFile, read)
  if (NOT_IN_HEADER.test(token)) throw unavailable(`${login.tokenFile} holds no token`)
  return `Bearer ${token}`
}

function secretOf(path: string, read: ReadText): string {
  const secret = textOf(path, LARGEST_SECRET_BYTES, read).replace(/\r?\n$/, '')
  if (secret === '') throw unavailable(`${path} is empty`)
  return secret
}

function textOf(path: string, maxBytes: number, read: ReadText): string {
  try {
    return read(path, maxBytes)
  } catch (error) {
    throw unavailable(`${path} cannot be read (${messageOf(error)})`)
  }
}

function unavailable(message: string): ExporterError {
  return new ExporterError('CREDENTIALS_UNAVAILABLE', message, { canRetry: true })
}
