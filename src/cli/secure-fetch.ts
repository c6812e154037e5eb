import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { Readable } from 'node:stream'

export interface ClientTls {
  /** PEM; the system's authorities where it is left out. */
  readonly ca: string | undefined
  readonly cert: string | undefined
  readonly key: string | undefined
  readonly rejectUnauthorized: boolean
}

const NOT_SECURE = 'certificates are given, expected an https:// address'
/** What node:https says of a connection that the other side ends, or resets, before it has answered. */
const CLOSED: ReadonlySet<string | undefined> = new Set(['ECONNRESET', 'EPIPE'])

/** A handshake was completed and no answer came: what was missed is a certificate of the client. */
export class ClosedAfterHandshake extends Error {
  override readonly name = 'ClosedAfterHandshake'

  constructor() {
    super('the connection was closed after the handshake, as where another --url.cert-file is asked for')
  }
}

/** `fetch` for GET with certificates, which the one of Node.js takes none of. Follows no redirects. */
export function secureFetch(tls: ClientTls, plainFetch: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.protocol !== 'https:') {
      if (tls.ca === undefined && tls.cert === undefined) return plainFetch(input, init)
      // A password would go to whoever listens there, in clear.
      throw new TypeError('fetch failed', { cause: new Error(NOT_SECURE) })
    }
    const signal = init?.signal ?? undefined
    const headers = Object.fromEntries(new Headers(init?.headers))
    let answer: IncomingMessage
    let isSecured = false
    try {
      answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const { ca, cert, key, rejectUnauthorized } = tls
        const options = { headers, ca, cert, key, rejectUnauthorized, agent: false, signal } as const
        const sent = request(url, options, resolve).on('error', reject)
        sent.on('socket', socket => socket.once('secureConnect', () => (isSecured = true)))
        sent.end()
      })
    } catch (cause) {
      // As fetch does: the reason of the signal, or an error of its own with the failure in it.
      signal?.throwIfAborted()
      const isClosed = isSecured && CLOSED.has((cause as NodeJS.ErrnoException).code)
      throw new TypeError('fetch failed', { cause: isClosed ? new ClosedAfterHandshake() : cause })
    }
    const status = answer.statusCode ?? 500
    const body = status === 204 || status === 304 ? null : (Readable.toWeb(answer) as ReadableStream)
    return new Response(body, { status, headers: flat(answer.headers) })
  }
}

function flat(headers: IncomingMessage['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map(each => [name, each] as [string, string]),
  )
}
