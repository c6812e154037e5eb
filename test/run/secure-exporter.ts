import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Agent, type RequestOptions, request } from 'node:https'

export interface SecureAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly protocol: string | null
  /** Common name on the certificate that was shown. */
  readonly shown: string
  readonly isReused: boolean
}

/** One request over TLS, on a connection of its own unless an agent is given. */
export async function askSecurely(
  url: string,
  options: RequestOptions & { readonly agent?: Agent | false },
): Promise<SecureAnswer> {
  const sent = request(url, { agent: false, ...options })
  sent.end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  const socket = answer.socket as import('node:tls').TLSSocket
  const shown = String(socket.getPeerCertificate().subject?.CN)
  const protocol = socket.getProtocol()
  const body = Buffer.concat(await answer.toArray())
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    body,
    protocol,
    shown,
    isReused: sent.reusedSocket,
  }
}
