import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { isAbsolute, join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { messageOf } from '../../errors.ts'
import type { ServerTls, TlsVersion } from '../../model/web-access.ts'
import { type Fault, shown } from '../fault.ts'
import type { Find, Found } from '../layers.ts'
import type { Option } from '../option.ts'
import { expectedFile, type ReadFile } from '../read-file.ts'
import { certificatesOf } from './certificates.ts'
import { ciphersOf, clientAuthOf, curvesOf, versionOf } from './tls-names.ts'
import { WEB } from './web-options.ts'

const LARGEST_PEM_BYTES = 1024 * 1024
const ORDER: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

export interface ServerTlsSources {
  readonly find: Find
  /** The folder that paths are relative to. */
  readonly dir: string
  readonly readFile: ReadFile
  readonly faults: Fault[]
}

/** The section `tls_server_config`; null after a fault. */
export function serverTls(sources: ServerTlsSources): ServerTls | null {
  const { find, faults } = sources
  const before = faults.length
  const cert = pemOf(sources, WEB.certFile, WEB.cert)
  const key = pemOf(sources, WEB.keyFile, WEB.key)
  const ca = pemOf(sources, WEB.clientCaFile, WEB.clientCa, false)
  if (cert === null || key === null) return null
  checkPair(cert, key, faults)
  if (ca !== null) checkCertificates(ca, faults)

  const clientAuth = clientAuthOf(find(WEB.clientAuthType).value ?? '')
  const allowedSans = find(WEB.clientAllowedSans)
  if (ca !== null && clientAuth === 'NoClientCert') {
    const expected = 'expected a client_auth_type that wants certificates beside it'
    faults.push({ at: ca.at, problem: `got authorities of clients, ${expected}` })
  }
  // Anybody can write any name on a certificate that nobody verifies.
  if (allowedSans.given && clientAuth !== 'RequireAndVerifyClientCert') {
    const expected = 'expected RequireAndVerifyClientCert as client_auth_type beside it'
    faults.push({ at: allowedSans.at, problem: `got names of clients, ${expected}` })
  }
  const minVersion = versionOf(find(WEB.minVersion).value ?? '')
  const maxVersion = versionOf(find(WEB.maxVersion).value ?? '')
  if (ORDER.indexOf(minVersion) > ORDER.indexOf(maxVersion)) {
    const { at, value } = find(WEB.maxVersion)
    faults.push({ at, problem: `got ${shown(value)}, expected at least min_version` })
  }
  const ciphers = ciphersOf(find(WEB.cipherSuites).value ?? [], minVersion)
  const curves = find(WEB.curvePreferences).value ?? []
  const context: ServerTls['context'] = {
    cert: cert.text,
    key: key.text,
    ...(ca === null ? {} : { ca: ca.text }),
    ...(ciphers === undefined ? {} : { ciphers }),
    ...(curves.length === 0 ? {} : { ecdhCurve: curvesOf(curves) }),
    minVersion,
    maxVersion,
    honorCipherOrder: find(WEB.preferServerCipherSuites).value ?? true,
  }
  if (faults.length > before) return null
  try {
    createSecureContext(context)
  } catch (error) {
    const problem = `got settings that OpenSSL refuses (${messageOf(error)}), expected others`
    faults.push({ at: 'tls_server_config', problem })
    return null
  }
  return { context, clientAuth, allowedSans: allowedSans.value ?? null }
}

interface Pem {
  readonly at: string
  readonly text: string
  /** What a fault says that was got. */
  readonly got: string
}

/** From the file or from the text itself: exactly one of them, or at most one. Null after a fault, or without any. */
function pemOf(
  { find, dir, readFile, faults }: ServerTlsSources,
  fileOption: Option<string, never>,
  textOption: Option<string, never>,
  isRequired = true,
): Pem | null {
  const file: Found<string> = find(fileOption)
  const text: Found<string> = find(textOption)
  if (file.given && text.given) {
    faults.push({ at: text.at, problem: `got a text beside ${fileOption.path}, expected one of them` })
    return null
  }
  if (text.given)
    return text.value === undefined ? null : { at: text.at, text: text.value, got: 'another text' }
  if (!file.given) {
    if (isRequired) faults.push({ at: file.at, problem: `got nothing, expected ${fileOption.type.expected}` })
    return null
  }
  if (file.value === undefined) return null
  try {
    const path = isAbsolute(file.value) ? file.value : join(dir, file.value)
    return { at: file.at, text: readFile(path, LARGEST_PEM_BYTES, 'again'), got: shown(file.value) }
  } catch (error) {
    const reason = messageOf(error)
    const problem = `got ${shown(file.value)} (${reason}), expected ${expectedFile(reason)}`
    faults.push({ at: file.at, problem })
    return null
  }
}

function checkPair(cert: Pem, key: Pem, faults: Fault[]): void {
  const certificate = checkCertificates(cert, faults)
  const privateKey = privateKeyOf(key, faults)
  if (certificate === null || privateKey === null || certificate.checkPrivateKey(privateKey)) return
  faults.push({ at: key.at, problem: `got ${key.got}, expected the private key of the certificate` })
}

/** The first one, which is the server's own in `cert`; null after a fault. */
function checkCertificates(pem: Pem, faults: Fault[]): X509Certificate | null {
  const certificates = certificatesOf(pem.text)
  const first = certificates?.[0]
  if (first !== undefined) return first
  const expected =
    certificates === null
      ? 'whole certificates: one is damaged or cut short'
      : 'a PEM file with a certificate'
  faults.push({ at: pem.at, problem: `got ${pem.got}, expected ${expected}` })
  return null
}

function privateKeyOf(pem: Pem, faults: Fault[]): KeyObject | null {
  try {
    return createPrivateKey(pem.text)
  } catch {
    // The library's words may quote what it could not read, which may be the key.
    const expected = 'a PEM file with a private key that is not encrypted'
    faults.push({ at: pem.at, problem: `got ${pem.got}, expected ${expected}` })
    return null
  }
}
