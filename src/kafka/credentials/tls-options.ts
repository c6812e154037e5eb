import { X509Certificate } from 'node:crypto'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { messageOf } from '../../errors.ts'
import { certificatesFault } from '../../model/pem-certificates.ts'
import { KeptFiles, type ReadText } from './kept-files.ts'
import type { Troubles } from './troubles.ts'

const LARGEST_PEM_BYTES = 1024 * 1024

/** PEM files; null = the system's authorities, or no client certificate. */
export interface TlsFiles {
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
  /** Expected name on the certificate, where it is not the broker's host. */
  readonly serverName: string | null
  readonly insecureSkipVerify: boolean
}

export interface TlsSource {
  /** For one connection; files are read anew. */
  readonly options: () => ConnectionOptions
  readonly check: () => void
}

/** A renewed certificate counts from the next connection on; a pair that does not fit, or half a file, does not count. */
export function tlsSource(files: TlsFiles, read: ReadText, troubles: Troubles): TlsSource {
  const named = [
    ['ca', 'tls.ca_file', files.caFile],
    ['cert', 'tls.cert_file', files.certFile],
    ['key', 'tls.key_file', files.keyFile],
  ] as const
  const given = named.filter(([, , path]) => path !== null)
  const kept = new KeptFiles({
    place: given.map(([, setting]) => setting).join(', '),
    paths: given.map(([, , path]) => path!),
    maxBytes: LARGEST_PEM_BYTES,
    read,
    troubles,
    parse: texts => {
      const parts: { ca?: string; cert?: string; key?: string } = {}
      for (const [i, [part]] of given.entries()) parts[part] = texts[i]!
      prove(parts, part => named.find(([each]) => each === part)![2]!)
      return parts
    },
  })
  const fixed: ConnectionOptions = {
    ...(files.serverName === null ? {} : { servername: files.serverName }),
    rejectUnauthorized: !files.insecureSkipVerify,
  }
  return {
    options: () => ({ ...(given.length === 0 ? {} : kept.get()), ...fixed }),
    check: () => {
      if (given.length > 0) kept.check()
    },
  }
}

function prove(
  parts: { readonly ca?: string; readonly cert?: string; readonly key?: string },
  pathOf: (part: 'ca' | 'cert' | 'key') => string,
): void {
  for (const part of ['ca', 'cert'] as const) {
    const text = parts[part]
    if (text === undefined) continue
    const fault = certificatesFault(text, block => new X509Certificate(block))
    if (fault !== null) throw new Error(`${pathOf(part)} ${fault}`)
  }
  try {
    createSecureContext(parts)
  } catch (error) {
    const { code } = error as { readonly code?: string }
    if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') {
      throw new Error(`${pathOf('key')} is not the key of ${pathOf('cert')}`)
    }
    const path = parts.key === undefined ? pathOf('ca') : pathOf('key')
    throw new Error(`${path} cannot be used (${code ?? messageOf(error)})`)
  }
}
