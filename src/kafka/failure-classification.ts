import { type FailureCode, messageOf } from '../errors.ts'
import type { ConnectionStage } from './broker-connection.ts'
import { TransportError } from './transport.ts'

/** What is known about a connection when it fails. */
export interface Circumstances {
  readonly address: string
  readonly stage: ConnectionStage
  readonly tls: boolean
  /** Whether we have one to show, and until when it is valid, in milliseconds since the epoch. */
  readonly clientCertificate: { readonly validTo: number } | null
  readonly sasl: boolean
  /** Whether a single byte has come. */
  readonly heard: boolean
  /** Whether a request of ours has been answered on this connection. */
  readonly answered: boolean
}

interface Verdict {
  readonly code: FailureCode
  readonly text: string
  readonly remedy?: string
  readonly canRetry: boolean
}

const PLAINTEXT_REMEDY = 'Use the port of a TLS listener, or switch TLS off.'

/** Codes of node:net, node:dns, node:tls and OpenSSL, in the order in which they are tried; the last one fits all. */
const SOCKET_ERRORS: readonly (readonly [RegExp, Verdict])[] = [
  [
    /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    {
      code: 'TLS_HOST_MISMATCH',
      text: 'the certificate is for another host name',
      remedy: "Use a host name that the broker's certificate carries, or set the TLS server name.",
      canRetry: false,
    },
  ],
  [
    /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/,
    {
      code: 'TLS_EXPIRED',
      text: 'the certificate of the broker, or of its authority, has expired or is not yet valid',
      remedy: "Renew the broker's certificate, or correct this machine's clock.",
      canRetry: false,
    },
  ],
  [
    /ALERT_(BAD_CERTIFICATE|CERTIFICATE_|NO_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/,
    {
      code: 'TLS_CLIENT_CERTIFICATE',
      text: 'the broker wants a client certificate, or refused ours',
      remedy:
        "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
      canRetry: false,
    },
  ],
  [
    /^(SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)/,
    {
      code: 'TLS_UNTRUSTED',
      text: "the broker's certificate is not signed by a trusted authority",
      remedy: "Set the TLS CA file to the authority that signed the broker's certificate.",
      canRetry: false,
    },
  ],
  [
    /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/,
    {
      code: 'PLAINTEXT_PORT',
      text: 'the port answers without TLS: it is a plaintext listener',
      remedy: PLAINTEXT_REMEDY,
      canRetry: false,
    },
  ],
  [
    /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/,
    {
      code: 'TLS_FAILED',
      text: 'the TLS handshake failed',
      remedy:
        'Compare TLS versions and ciphers with those of the broker; it may also want a client certificate.',
      canRetry: false,
    },
  ],
  [
    /^ECONNREFUSED$/,
    {
      code: 'CONNECTION_REFUSED',
      text: 'connection refused',
      remedy: 'Check that the broker runs and that host and port are right.',
      canRetry: true,
    },
  ],
  [
    /^(ENOTFOUND|EAI_)/,
    {
      code: 'HOST_NOT_FOUND',
      text: 'the host name does not resolve',
      remedy: 'Check the name (for a broker: its advertised.listeners) and the DNS of this machine.',
      canRetry: true,
    },
  ],
  [
    /^ETIMEDOUT$/,
    {
      code: 'TIMEOUT',
      text: 'the network gave no answer',
      remedy: 'Check that no firewall drops packets to this address.',
      canRetry: true,
    },
  ],
  [/./, { code: 'CONNECTION_FAILED', text: 'the connection failed', canRetry: true }],
]

/** A socket's 'error' event, or what was thrown while it was made. */
export function classifySocketError(error: Error, at: Circumstances): TransportError {
  const code = codeOfSystemError(error)
  if (/^(ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_.*)$/.test(code)) return classifyClosed(at)
  const verdict = SOCKET_ERRORS.find(([pattern]) => pattern.test(code || ' '))![1]
  const told = verdict.code === 'TLS_CLIENT_CERTIFICATE' ? clientCertificateVerdict(at) : verdict
  return toError(told, at, detailOf(error, code))
}

function clientCertificateVerdict({ clientCertificate }: Circumstances): Verdict {
  const verdict = { code: 'TLS_CLIENT_CERTIFICATE', canRetry: false } as const
  if (clientCertificate === null) {
    return {
      ...verdict,
      text: 'the listener wants a client certificate, and we have none',
      remedy:
        "Set the TLS certificate and key files to a client certificate that the broker's authorities signed.",
    }
  }
  if (clientCertificate.validTo < Date.now()) {
    const expiredAt = new Date(clientCertificate.validTo).toISOString()
    const text = `the broker refused our client certificate, which expired at ${expiredAt}`
    return { ...verdict, text, remedy: 'Renew the client certificate; the files are read anew.' }
  }
  return {
    ...verdict,
    text: 'the broker refused our client certificate',
    remedy: "Use a client certificate that an authority in the broker's truststore signed.",
  }
}

/** The peer closed the connection without saying why; what it was waiting for makes the usual reason likely. */
export function classifyClosed(at: Circumstances): TransportError {
  if (at.stage === 'tls' && !at.heard) {
    const text = 'closed without a word of TLS: the port seems to be a plaintext listener'
    return toError({ code: 'PLAINTEXT_PORT', text, remedy: PLAINTEXT_REMEDY, canRetry: true }, at)
  }
  if (at.stage === 'tls') {
    const text = 'closed during the TLS handshake'
    const remedy = 'Compare TLS versions and ciphers with those of the broker.'
    return toError({ code: 'TLS_FAILED', text, remedy, canRetry: false }, at)
  }
  if (at.stage === 'versions' && at.tls) {
    // With TLS 1.3 a client certificate is refused after the handshake, and the reason may get lost with the connection.
    const { text, ...verdict } = clientCertificateVerdict(at)
    return toError(
      { ...verdict, text: `closed right after the TLS handshake: it seems that ${text}`, canRetry: true },
      at,
    )
  }
  const [text, remedy] = closedHint(at)
  const closed = { code: 'CONNECTION_CLOSED', text, canRetry: true } as const
  return toError(remedy === undefined ? closed : { ...closed, remedy }, at)
}

function closedHint({ stage, sasl, answered }: Circumstances): readonly [text: string, remedy?: string] {
  switch (stage) {
    case 'credentials':
    case 'tcp':
    case 'tls':
      return ['the broker closed the connection at once']
    case 'versions':
      return [
        'the broker closed the connection at the first request',
        'The port may be a TLS listener: switch TLS on.',
      ]
    case 'sasl':
      return ['the broker closed the connection during SASL', 'Check the credentials and the SASL mechanism.']
    case 'open':
      return answered || sasl
        ? ['the broker closed the connection']
        : ['the broker closed the connection at the first request', 'The listener may require SASL.']
  }
}

/** Opening the connection took longer than `deadlineMs`. */
export function classifyOpenTimeout(deadlineMs: number, at: Circumstances): TransportError {
  const [text, remedy] = {
    credentials: ['no password or token', 'The token command, or AWS, may hang; see connect_timeout.'],
    tcp: ['no TCP connection', 'Check that no firewall drops packets to this address.'],
    tls: ['TCP connected, but no TLS handshake', 'The broker may hang, or the port may not speak TLS.'],
    versions: [
      'connected, but no answer to ApiVersions',
      at.tls ? 'The broker may hang.' : 'The broker may hang, or the port may be a TLS listener.',
    ],
    sasl: ['connected, but no answer to SASL', 'The broker, or what it asks for credentials, may hang.'],
    open: ['not ready', 'The broker may hang.'],
  }[at.stage] as [string, string]
  return toError({ code: 'TIMEOUT', text: `${text} within ${deadlineMs} ms`, remedy, canRetry: true }, at)
}

function toError({ code, text, ...options }: Verdict, at: Circumstances, detail = ''): TransportError {
  return new TransportError(code, at.address, detail === '' ? text : `${text} (${detail})`, options)
}

/** AggregateError: every address that the name resolves to failed; the first failure stands for all. */
function codeOfSystemError(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (typeof code === 'string') return code
  const [first] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? codeOfSystemError(first) : ''
}

/** The library's words on one line; OpenSSL keeps the part for people in `reason`. */
function detailOf(error: Error, code: string): string {
  if (error instanceof AggregateError) return error.errors.map(each => detailOf(each, code)).join('; ')
  const { reason } = error as { readonly reason?: unknown }
  const line = typeof reason === 'string' ? reason : messageOf(error).trim()
  if (line === '' || code === '' || line.includes(code)) return line || code
  return `${code}: ${line}`
}
