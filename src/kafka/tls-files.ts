import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** PEM files; null = the system's authorities, or no client certificate. */
export interface TlsFiles {
  readonly caFile: string | null
  readonly certFile: string | null
  readonly keyFile: string | null
  /** Expected name on the certificate, where it is not the broker's host. */
  readonly serverName: string | null
  readonly insecureSkipVerify: boolean
}

/** Reads the files anew at every call, so that a renewed certificate counts from the next connection on. */
export function tlsFromFiles(files: TlsFiles): () => ConnectionOptions {
  return () => ({
    ...(files.caFile === null ? {} : { ca: readFileSync(files.caFile) }),
    ...(files.certFile === null ? {} : { cert: readFileSync(files.certFile) }),
    ...(files.keyFile === null ? {} : { key: readFileSync(files.keyFile) }),
    ...(files.serverName === null ? {} : { servername: files.serverName }),
    rejectUnauthorized: !files.insecureSkipVerify,
  })
}
