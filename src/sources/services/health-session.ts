import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import type { TlsFiles } from '../../model/registry-access.ts'
import { lookUpOnce } from '../look-up-once.ts'
import { type ReadText, readCredentials } from '../request-credentials.ts'
import { HEALTH_CHECK } from './health-messages.ts'

export interface HealthTarget {
  readonly address: { readonly host: string; readonly port: number }
  /** Null: plaintext. */
  readonly tls: (TlsFiles & { readonly serverName: string | null }) | null
}

/** How far a connection has come: nobody has taken it; somebody has; HTTP/2 is spoken over it. */
export type Reach = 'nobody' | 'listening' | 'speaking'

/**
 * How a call has ended: with the bytes of its answer; with a status code of gRPC; with an answer that has none, and so
 * is of another protocol; or without an end of the answer.
 */
export type CallEnd =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'status'; readonly code: number }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'broken'; readonly cause: unknown }

export interface Call {
  readonly ended: Promise<CallEnd>
  /** It ends at once, as broken. */
  cancel(): void
}

/** An answer is a few bytes. */
const LARGEST_ANSWER_BYTES = 64 * 1024
/** Of a message: whether it is compressed, which nobody has been asked for, and its length. */
const PREFIX_BYTES = 5
/** https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md; every other is UNKNOWN. Where there is no status of gRPC. */
const CODES_OF_HTTP: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
}
const UNKNOWN = 2

/** One connection over which a service is asked for its health, made at once. It does not keep the process alive. */
export class HealthSession {
  readonly #session: http2.ClientHttp2Session
  readonly #socket: net.Socket
  readonly #authority: string
  #reach: Reach = 'nobody'
  #failure: unknown = null

  /** Throws CREDENTIALS_UNAVAILABLE where certificates cannot be used; they are read anew. */
  constructor(target: HealthTarget, read: ReadText) {
    this.#authority = authorityOf(target)
    this.#socket = connect(target, read)
    this.#socket.on('error', error => this.#fail(error))
    this.#socket.once('connect', () => {
      this.#reach = 'listening'
    })
    const scheme = target.tls === null ? 'http' : 'https'
    try {
      // Not by the address: URLs refuse some that the system connects to. Each call has its own authority.
      this.#session = http2.connect(`${scheme}://localhost`, {
        createConnection: () => this.#socket,
        settings: { enablePush: false },
      })
    } catch (error) {
      this.#socket.destroy()
      throw error
    }
    this.#session.on('error', error => this.#fail(error))
    this.#session.once('remoteSettings', () => {
      this.#reach = 'speaking'
    })
    this.#session.unref()
  }

  get reach(): Reach {
    return this.#reach
  }

  /** False once either side has begun to end it. */
  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed
  }

  /** @param message of protobuf, for `Check` */
  call(message: Buffer): Call {
    let stream: http2.ClientHttp2Stream
    try {
      stream = this.#session.request({
        ':method': 'POST',
        ':path': HEALTH_CHECK,
        ':authority': this.#authority,
        'content-type': 'application/grpc+proto',
        'user-agent': 'kafka-health-exporter',
        te: 'trailers',
      })
    } catch (cause) {
      return { ended: Promise.resolve({ kind: 'broken', cause: this.#failure ?? cause }), cancel() {} }
    }
    const ended = new Promise<CallEnd>(resolve => {
      const chunks: Buffer[] = []
      let [bytes, httpStatus] = [0, 0]
      let grpcStatus: string | undefined
      let failure: unknown = null
      const take = (headers: http2.IncomingHttpHeaders) => {
        const status = headers['grpc-status']
        if (typeof status === 'string') grpcStatus = status
      }
      stream.on('response', headers => {
        httpStatus = headers[':status'] ?? 0
        take(headers)
      })
      stream.on('trailers', take)
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk)
        else stream.close(http2.constants.NGHTTP2_CANCEL)
      })
      stream.on('error', error => {
        failure = error
      })
      // What has ended the connection is told after its streams have ended.
      stream.on('close', () =>
        setImmediate(() => {
          const cause = this.#failure ?? failure
          const hasEnded = stream.rstCode === http2.constants.NGHTTP2_NO_ERROR || bytes > LARGEST_ANSWER_BYTES
          if (grpcStatus === '0') resolve(messageIn(Buffer.concat(chunks)))
          else if (grpcStatus !== undefined) resolve({ kind: 'status', code: codeOf(grpcStatus) })
          else if (httpStatus !== 0 && httpStatus !== 200) {
            resolve({ kind: 'status', code: CODES_OF_HTTP[httpStatus] ?? UNKNOWN })
          } else if (httpStatus === 200 && cause === null && hasEnded) resolve({ kind: 'foreign' })
          else resolve({ kind: 'broken', cause })
        }),
      )
    })
    const prefix = Buffer.alloc(PREFIX_BYTES)
    prefix.writeUInt32BE(message.length, 1)
    stream.end(Buffer.concat([prefix, message]))
    return { ended, cancel: () => this.destroy() }
  }

  /** Ends it at once, however far it has come, and what is under way over it. */
  destroy(): void {
    this.#session.destroy()
    this.#socket.destroy()
  }

  #fail(error: unknown): void {
    this.#failure ??= error
  }
}

/** The zone of an address is of this machine alone. */
function authorityOf({ address: { host, port }, tls }: HealthTarget): string {
  const name = tls?.serverName ?? (net.isIPv6(host) ? `[${host.replace(/%.*$/, '')}]` : host)
  return `${name}:${port}`
}

function connect({ address, tls: files }: HealthTarget, read: ReadText): net.Socket {
  if (files === null) return net.connect({ ...address, lookup: lookUpOnce, noDelay: true })
  const material = readCredentials({ login: null, tls: files }, read).tls
  const named = files.serverName === null ? {} : { servername: files.serverName }
  // The name of an address of numbers is not sent, but checked all the same.
  const hosted = net.isIP(address.host) === 0 ? { servername: address.host } : {}
  return tls.connect({
    ...address,
    lookup: lookUpOnce,
    ...hosted,
    ...named,
    ...material,
    ALPNProtocols: ['h2'],
  })
}

function messageIn(body: Buffer): CallEnd {
  const isWhole = body.length >= PREFIX_BYTES && body.length === PREFIX_BYTES + body.readUInt32BE(1)
  if (!isWhole || body[0] !== 0) return { kind: 'status', code: UNKNOWN }
  return { kind: 'message', bytes: body.subarray(PREFIX_BYTES) }
}

function codeOf(status: string): number {
  return /^\d{1,2}$/.test(status) ? Number(status) : UNKNOWN
}
