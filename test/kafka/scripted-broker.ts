import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import type { Endpoint } from '../../src/kafka/broker-connection.ts'

export interface ScriptedRequest {
  readonly key: number
  readonly version: number
  readonly correlationId: number
  /** After request header v1; a flexible request's begins with the header's tagged fields. */
  readonly body: Buffer
  /** Number of the connection, counted from 1. */
  readonly connection: number
  readonly socket: net.Socket
}

/** Writes its answer to the socket itself, or does not. */
export type Script = (request: ScriptedRequest) => void

export interface ScriptedBrokerOptions {
  readonly tls?: tls.TlsOptions
  readonly port?: number
  readonly host?: string
  readonly versions?: readonly (readonly [key: number, min: number, max: number])[]
  /** For every request but those of `connect`. Default: the body comes back. */
  readonly script?: Script
  /** ApiVersions, SaslHandshake, SaslAuthenticate. Default: everybody is let in. */
  readonly onOpening?: Script
  readonly onConnection?: (socket: net.Socket) => void
}

const OPENING = new Set([18, 17, 36])
export const DEFAULT_VERSIONS = [
  [1, 0, 17],
  [3, 0, 13],
  [17, 0, 1],
  [18, 0, 4],
  [36, 0, 2],
] as const

/** A listener that speaks as much of Kafka's protocol as a connection needs, and for the rest obeys its script. */
export class ScriptedBroker {
  readonly requests: ScriptedRequest[] = []
  readonly sockets = new Set<net.Socket>()
  connections = 0
  script: Script
  #port = 0
  readonly #server: net.Server
  readonly #options: ScriptedBrokerOptions

  private constructor(options: ScriptedBrokerOptions) {
    this.#options = options
    this.script = options.script ?? echo
    const accept = (socket: net.Socket) => this.#accept(socket)
    this.#server = options.tls ? tls.createServer(options.tls, accept) : net.createServer(accept)
    if (options.tls) this.#server.on('tlsClientError', () => {})
    this.#server.on('connection', (socket: net.Socket) => {
      this.sockets.add(socket)
      socket.once('close', () => this.sockets.delete(socket))
    })
  }

  static async start(options: ScriptedBrokerOptions = {}): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker(options)
    broker.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
    await once(broker.#server, 'listening')
    broker.#port = (broker.#server.address() as net.AddressInfo).port
    return broker
  }

  get endpoint(): Endpoint {
    return { host: this.#options.host ?? '127.0.0.1', port: this.#port }
  }

  get address(): string {
    return `${this.endpoint.host}:${this.endpoint.port}`
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.sockets) socket.destroy()
    await closed
  }

  #accept(socket: net.Socket): void {
    const connection = ++this.connections
    socket.on('error', () => {})
    this.#options.onConnection?.(socket)
    let received = Buffer.alloc(0)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0)
        this.#handle(received.subarray(4, 4 + size), connection, socket)
        received = received.subarray(4 + size)
      }
    })
  }

  #handle(request: Buffer, connection: number, socket: net.Socket): void {
    const key = request.readInt16BE(0)
    const parsed = {
      key,
      version: request.readInt16BE(2),
      correlationId: request.readInt32BE(4),
      body: request.subarray(10 + Math.max(0, request.readInt16BE(8))),
      connection,
      socket,
    }
    this.requests.push(parsed)
    const opening = this.#options.onOpening ?? (one => welcome(one, this.#options.versions))
    if (OPENING.has(key)) opening(parsed)
    else this.script(parsed)
  }
}

export function frame(correlationId: number, body: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.writeInt32BE(4 + body.length, 0)
  header.writeInt32BE(correlationId, 4)
  return Buffer.concat([header, body])
}

export const echo: Script = ({ socket, correlationId, body }) => socket.write(frame(correlationId, body))

/** Answers what a connection needs before its first request. */
export function welcome(
  { key, correlationId, socket }: ScriptedRequest,
  versions: ScriptedBrokerOptions['versions'] = DEFAULT_VERSIONS,
): void {
  socket.write(
    frame(
      correlationId,
      key === 18 ? apiVersions(versions) : key === 17 ? mechanisms(['PLAIN']) : signedIn(),
    ),
  )
}

function apiVersions(versions: readonly (readonly [number, number, number])[]): Buffer {
  const body = Buffer.alloc(2 + 4 + versions.length * 6 + 4)
  body.writeInt32BE(versions.length, 2)
  versions.flat().forEach((value, i) => {
    body.writeInt16BE(value, 6 + i * 2)
  })
  return body
}

/** SaslHandshakeResponse v1. */
export function mechanisms(names: readonly string[], errorCode = 0): Buffer {
  const head = Buffer.alloc(6)
  head.writeInt16BE(errorCode, 0)
  head.writeInt32BE(names.length, 2)
  return Buffer.concat([head, ...names.map(string)])
}

/** SaslAuthenticateResponse v1. */
export function signedIn(errorCode = 0, message: string | null = null): Buffer {
  const code = Buffer.alloc(2)
  code.writeInt16BE(errorCode, 0)
  return Buffer.concat([
    code,
    message === null ? Buffer.of(0xff, 0xff) : string(message),
    Buffer.alloc(4 + 8),
  ])
}

function string(text: string): Buffer {
  const size = Buffer.alloc(2)
  size.writeInt16BE(Buffer.byteLength(text), 0)
  return Buffer.concat([size, Buffer.from(text)])
}
