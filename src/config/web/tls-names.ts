import type { ClientAuth, TlsVersion } from '../../model/web-access.ts'

/** What Go calls them, and OpenSSL: https://pkg.go.dev/crypto/tls#CipherSuites */
const CIPHERS: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
}

/** Go's list is about TLS 1.2 and before: whatever it says, all of these are on. */
const OF_TLS13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

const CURVES: Readonly<Record<string, string>> = {
  CurveP256: 'P-256',
  CurveP384: 'P-384',
  CurveP521: 'P-521',
  X25519: 'X25519',
}

const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
}

const CLIENT_AUTH: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: 'NoClientCert',
  RequestClientCert: 'RequestClientCert',
  RequireAnyClientCert: 'RequireAnyClientCert',
  // What exporter-toolkit called it at first.
  RequireClientCert: 'RequireAnyClientCert',
  VerifyClientCertIfGiven: 'VerifyClientCertIfGiven',
  RequireAndVerifyClientCert: 'RequireAndVerifyClientCert',
}

const oneOf = (names: readonly string[]) => new RegExp(`^(?:${names.join('|')})$`)

export const CIPHER_NAME = oneOf([...Object.keys(CIPHERS), ...OF_TLS13])
export const CURVE_NAME = oneOf(Object.keys(CURVES))
export const VERSION_NAME = oneOf(Object.keys(VERSIONS))
export const CLIENT_AUTH_NAME = oneOf(Object.keys(CLIENT_AUTH))

export const versionOf = (name: string): TlsVersion => VERSIONS[name] ?? 'TLSv1.2'
export const clientAuthOf = (name: string): ClientAuth => CLIENT_AUTH[name] ?? 'RequireAndVerifyClientCert'
export const curvesOf = (names: readonly string[]): string => names.map(name => CURVES[name]).join(':')

/** @param lowest OpenSSL speaks what is older than TLS 1.2 at its lowest level of security only */
export function ciphersOf(names: readonly string[], lowest: TlsVersion): string | undefined {
  const isOld = lowest === 'TLSv1' || lowest === 'TLSv1.1'
  if (names.length === 0) return isOld ? 'DEFAULT@SECLEVEL=0' : undefined
  const listed = names.flatMap(name => CIPHERS[name] ?? [])
  return [...OF_TLS13, ...listed, ...(isOld ? ['@SECLEVEL=0'] : [])].join(':')
}
