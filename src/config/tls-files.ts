import type { TlsFiles } from '../model/registry-access.ts'
import type { Fault } from './fault.ts'
import type { Found } from './layers.ts'
import type { NamedFiles } from './named-files.ts'

interface TlsSources {
  readonly files: NamedFiles
  readonly faults: Fault[]
}

interface TlsFound {
  readonly ca: Found<string>
  readonly cert: Found<string>
  readonly key: Found<string>
}

/** Files of TLS where it is on: a certificate and its key go together. */
export function pemFiles({ ca, cert, key }: TlsFound, { files, faults }: TlsSources): TlsFiles {
  if (cert.given !== key.given) {
    const [missing, other] = cert.given ? [key, cert] : [cert, key]
    faults.push({ at: missing.at, problem: `got nothing, expected a file path beside ${other.at}` })
  }
  return {
    caFile: files.pem(ca, 'CERTIFICATE'),
    certFile: files.pem(cert, 'CERTIFICATE'),
    keyFile: files.pem(key, 'PRIVATE KEY'),
  }
}

/** As `pemFiles`; `plain` is what has no use for them, null where it has: "a registry of http://". */
export function tlsFiles(found: TlsFound, plain: string | null, sources: TlsSources): TlsFiles {
  if (plain === null) return pemFiles(found, sources)
  for (const { given, at } of [found.ca, found.cert, found.key]) {
    if (given) sources.faults.push({ at, problem: `got a value, expected none with ${plain}` })
  }
  return { caFile: null, certFile: null, keyFile: null }
}
