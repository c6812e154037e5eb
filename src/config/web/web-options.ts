import type { WebAccess } from '../../model/web-access.ts'
import { names } from '../list-types.ts'
import { type AnyOption, optionsOf } from '../option.ts'
import { duration, filePath, secretText, text, truth } from '../scalar-types.ts'
import { passwordHashes } from './password-hashes.ts'
import { requestCount } from './request-count.ts'
import { CIPHER_NAME, CLIENT_AUTH_NAME, CURVE_NAME, VERSION_NAME } from './tls-names.ts'

const ofFile = optionsOf<WebAccess>()
const version = text('TLS10, TLS11, TLS12 or TLS13', 'VERSION', { pattern: VERSION_NAME })
const pem = text('PEM text', 'PEM', { pattern: /-----BEGIN /s })
const headerText = text('one line of text', 'TEXT', { pattern: /^[\t\x20-\x7e]*$/ })

/** What `web.config.file` may hold: the keys of Prometheus' exporter-toolkit. */
export const WEB = {
  certFile: ofFile({
    path: 'tls_server_config.cert_file',
    flag: null,
    type: filePath,
    help: 'PEM file with the certificate that is shown to clients, and what leads from it to its authority.',
  }),
  keyFile: ofFile({
    path: 'tls_server_config.key_file',
    flag: null,
    type: filePath,
    help: 'PEM file with its private key, not encrypted.',
  }),
  cert: ofFile({
    path: 'tls_server_config.cert',
    flag: null,
    type: pem,
    help: 'The certificate itself, instead of `cert_file`.',
  }),
  key: ofFile({
    path: 'tls_server_config.key',
    flag: null,
    type: secretText,
    help: 'The private key itself, instead of `key_file`.',
  }),
  clientAuthType: ofFile({
    path: 'tls_server_config.client_auth_type',
    flag: null,
    type: text(
      'NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven or RequireAndVerifyClientCert',
      'TYPE',
      { pattern: CLIENT_AUTH_NAME },
    ),
    fallback: 'NoClientCert',
    help: "What is wanted of the client's certificate. Only RequireAndVerifyClientCert keeps strangers out.",
  }),
  clientCaFile: ofFile({
    path: 'tls_server_config.client_ca_file',
    flag: null,
    type: filePath,
    fallbackText: "the system's authorities",
    help: 'PEM file with the authorities of client certificates.',
  }),
  clientCa: ofFile({
    path: 'tls_server_config.client_ca',
    flag: null,
    type: pem,
    help: 'The authorities themselves, instead of `client_ca_file`.',
  }),
  clientAllowedSans: ofFile({
    path: 'tls_server_config.client_allowed_sans',
    flag: null,
    type: names('a DNS name, an IP address, an e-mail address or a URI', /^\S+$/),
    fallbackText: 'whatever',
    help: "The client's certificate must be for one of these, to the letter. Beside RequireAndVerifyClientCert only.",
  }),
  minVersion: ofFile({
    path: 'tls_server_config.min_version',
    flag: null,
    type: version,
    fallback: 'TLS12',
    help: 'Oldest version of TLS that is spoken.',
  }),
  maxVersion: ofFile({
    path: 'tls_server_config.max_version',
    flag: null,
    type: version,
    fallback: 'TLS13',
    help: 'Newest version of TLS that is spoken.',
  }),
  cipherSuites: ofFile({
    path: 'tls_server_config.cipher_suites',
    flag: null,
    type: names(
      'the name of a cipher suite in Go, such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      CIPHER_NAME,
    ),
    fallbackText: "Node.js' own",
    help: 'Cipher suites up to TLS 1.2, the preferred first; those of TLS 1.3 are always on.',
  }),
  preferServerCipherSuites: ofFile({
    path: 'tls_server_config.prefer_server_cipher_suites',
    flag: null,
    type: truth,
    fallback: true,
    help: "Whether that order counts, rather than the client's.",
  }),
  curvePreferences: ofFile({
    path: 'tls_server_config.curve_preferences',
    flag: null,
    type: names('CurveP256, CurveP384, CurveP521 or X25519', CURVE_NAME),
    fallbackText: "Node.js' own",
    help: 'Elliptic curves, the preferred first.',
  }),
  http2: ofFile({
    path: 'http_server_config.http2',
    flag: null,
    type: truth,
    fallback: true,
    help: 'Accepted and without effect: HTTP/1.1 is spoken either way, which every client falls back to.',
  }),
  contentSecurityPolicy: header('Content-Security-Policy', headerText, "the page's own"),
  frameOptions: header(
    'X-Frame-Options',
    text('deny or sameorigin', 'WORD', { pattern: /^(?:deny|sameorigin)?$/ }),
  ),
  contentTypeOptions: header(
    'X-Content-Type-Options',
    text('nosniff', 'WORD', { pattern: /^(?:nosniff)?$/ }),
    'nosniff',
  ),
  xssProtection: header('X-XSS-Protection', headerText),
  strictTransportSecurity: header('Strict-Transport-Security', headerText),
  users: ofFile({
    path: 'basic_auth_users',
    flag: null,
    type: passwordHashes,
    fallbackText: 'none: everybody may ask',
    help: 'Users and the bcrypt hashes of their passwords. Every address asks for them then, health too.',
  }),
  rateInterval: ofFile({
    path: 'rate_limit.interval',
    flag: null,
    type: duration('0s', '1h'),
    fallback: 0,
    help: 'Time from one request to the next, once `burst` is spent; 0s: no limit.',
  }),
  rateBurst: ofFile({
    path: 'rate_limit.burst',
    flag: null,
    type: requestCount,
    fallback: 1,
    help: 'Requests that may come at once; at least 1 where there is an interval.',
  }),
}

export const WEB_OPTIONS: readonly AnyOption[] = Object.values(WEB)

export const HEADER_OPTIONS = [
  WEB.contentSecurityPolicy,
  WEB.frameOptions,
  WEB.contentTypeOptions,
  WEB.xssProtection,
  WEB.strictTransportSecurity,
] as const

function header(name: string, type: typeof headerText, fallbackText = 'not sent') {
  return ofFile({
    path: `http_server_config.headers.${name}`,
    flag: null,
    type,
    fallbackText,
    help: 'This header of every answer; empty: as if left out.',
  })
}
