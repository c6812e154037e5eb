import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ServerTls } from '../../model/web-access.ts'

/** Why a client may not go on after its handshake, or null. */
export function clientRefusal(socket: TLSSocket, { clientAuth, allowedSans }: ServerTls): string | null {
  if (clientAuth === 'NoClientCert' || clientAuth === 'RequestClientCert') return null
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) {
    return clientAuth === 'VerifyClientCertIfGiven' ? null : 'the client has no certificate'
  }
  if (clientAuth !== 'RequireAnyClientCert' && !socket.authorized) {
    return `the client's certificate is not trusted: ${socket.authorizationError}`
  }
  if (allowedSans === null || namesOf(certificate).some(name => allowedSans.includes(name))) return null
  return "the client's certificate is for none of client_allowed_sans"
}

/** As OpenSSL writes them: `DNS:a.example, IP Address:10.0.0.7`; what could be misread is in quotes, as JSON. */
const NAME = /(?:DNS|IP Address|URI|email):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g

function namesOf({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return [...subjectAltName.matchAll(NAME)].map(([, name = '']) =>
    name.startsWith('"') ? (JSON.parse(name) as string) : name,
  )
}
