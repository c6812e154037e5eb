import { constants } from 'node:crypto'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { messageOf } from '../../errors.ts'
import type { ServerTls } from '../../model/web-access.ts'
import { clientRefusal } from './client-refusal.ts'

const HANDSHAKE_MS = 10_000

export interface TlsConnectionsOptions {
  /** What holds for the next connection. The same object as long as nothing has changed. */
  readonly tls: () => ServerTls
  /** Told why a connection was refused, in a few words. */
  readonly onRefused: (reason: string, from: string) => void
}

/**
 * Makes a server speak TLS, on each connection with what holds when it is made. The HTTP server keeps listening itself,
 * so that its deadlines and bounds hold as they do without; what it gets are the decrypted connections.
 *
 * @returns ends the connections that are still in their handshake, which the HTTP server does not know of
 */
export function serveTls(server: Server, { tls, onRefused }: TlsConnectionsOptions): () => void {
  const toHttp = server.listeners('connection') as ((socket: Socket) => void)[]
  const opened = new Set<Socket>()
  let latest: { readonly of: ServerTls; readonly server: TlsServer } | null = null

  const hand = (socket: TLSSocket, of: ServerTls) => {
    const refusal = clientRefusal(socket, of)
    if (refusal === null) {
      for (const listener of toHttp) listener.call(server, socket)
      return
    }
    onRefused(refusal, socket.remoteAddress ?? 'unknown')
    // Not before the last words of its handshake are on their way: with TLS 1.2 they are the server's.
    socket.on('error', () => {})
    socket.destroySoon()
  }

  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    opened.add(socket)
    socket.once('close', () => opened.delete(socket))
    const of = tls()
    if (latest?.of !== of) {
      const made = createTlsServer(of)
      made.on('secureConnection', secured => hand(secured, of))
      made.on('tlsClientError', (error, failed) => {
        onRefused(messageOf(error), failed.remoteAddress ?? 'unknown')
        failed.destroy()
      })
      latest = { of, server: made }
    }
    latest.server.emit('connection', socket)
  })
  return () => {
    for (const socket of opened) socket.destroy()
  }
}

/** Never listens: it is given each connection, and forgotten with its certificate. */
function createTlsServer({ context, clientAuth }: ServerTls): TlsServer {
  const wantsClient = clientAuth !== 'NoClientCert'
  return createServer({
    ...context,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: HANDSHAKE_MS,
    requestCert: wantsClient,
    // What is asked for differs in more than Node.js can be told: see clientRefusal.
    rejectUnauthorized: false,
    // A resumed session would bring the verdict of an earlier one, of authorities that may have gone since.
    ...(wantsClient ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
  })
}
