import { X509Certificate } from 'node:crypto'
import net from 'node:net'
import tls from 'node:tls'
import { ExporterError, messageOf } from '../errors.ts'
import { addressOf, type ConnectionStage, type Endpoint } from './broker-connection.ts'
import { type Circumstances, classifyClosed, classifySocketError } from './failure-classification.ts'
import { FrameAssembler } from './frame-assembler.ts'
import { TransportError } from './transport.ts'

const KEEP_ALIVE_DELAY_MS = 30_000
/** Node's default of 250 ms gives up on the first address of a distant dual-stack host. */
const ADDRESS_ATTEMPT_MS = 1_500
/** Anything longer is not an answer of Kafka: "HTTP" and a TLS alert read as 1.2 GB and 350 MB. */
export const MAX_RESPONSE_BYTES = 256 * 2 ** 20
const RECEIVE_BYTES = 65_536

export interface BrokerSocketOptions {
  readonly endpoint: Endpoint
  /** Null: plaintext. May throw, for instance because a file cannot be read. */
  readonly tls: null | (() => tls.ConnectionOptions)
  readonly sasl: boolean
  /** Every socket from its birth to its 'close' event. */
  readonly sockets: Set<net.Socket>
  /** At most once, and not after `destroy`. */
  readonly onGone: (why: TransportError) => void
}

/** One socket, what is known about it, and therefore why it failed. */
export class BrokerSocket {
  stage: ConnectionStage = 'tcp'
  /** Whether a request of ours has been answered. */
  answered = false
  readonly #options: BrokerSocketOptions
  #socket: net.Socket | undefined
  #error: Error | undefined
  #ended = false
  #clientCertificate: Circumstances['clientCertificate'] = null
  /** Decided by us, and stronger than whatever follows from it on the socket. */
  #verdict: TransportError | undefined

  constructor(options: BrokerSocketOptions) {
    this.#options = options
  }

  /** `onReady` is called once bytes may be written: after TCP, or after the TLS handshake. */
  open(onReady: () => void): net.Socket {
    if (this.#verdict !== undefined) throw this.#verdict
    if (this.#socket !== undefined) throw new Error('a connection has one socket only')
    const socket = this.#connect(() => {
      this.stage = 'versions'
      onReady()
    })
    this.#socket = socket
    const { sockets } = this.#options
    sockets.add(socket)
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS)
    socket.setNoDelay(true)
    socket.once('connect', () => {
      if (this.#options.tls !== null) this.stage = 'tls'
    })
    socket.once('error', error => {
      this.#error ??= error
    })
    socket.once('end', () => this.#gone())
    socket.once('close', () => {
      sockets.delete(socket)
      this.#gone()
    })
    return socket
  }

  /** Closes without waiting for anything, with an error: kafkajs does not listen to 'close' alone. */
  destroy(reason: TransportError): void {
    this.#verdict ??= reason
    this.#socket?.destroy(reason)
  }

  /** Reports `why` as the reason of the end, and closes. */
  fail(why: TransportError): void {
    if (this.#verdict !== undefined) return
    this.destroy(why)
    this.#options.onGone(why)
  }

  /** Why the socket is of no use any more, or null while it is. */
  failure(): TransportError | null {
    if (this.#verdict !== undefined) return this.#verdict
    if (this.#error !== undefined) return classifySocketError(this.#error, this.circumstances())
    return this.#ended ? classifyClosed(this.circumstances()) : null
  }

  circumstances(): Circumstances {
    const { endpoint, tls, sasl } = this.#options
    return {
      address: addressOf(endpoint),
      stage: this.stage,
      tls: tls !== null,
      clientCertificate: this.#clientCertificate,
      sasl,
      heard: (this.#socket?.bytesRead ?? 0) > 0,
      answered: this.answered,
    }
  }

  #connect(onReady: () => void): net.Socket {
    const { endpoint } = this.#options
    const host = endpoint.host.replace(/^\[(.*)\]$/, '$1')
    const onread = this.#received()
    const to = { host, port: endpoint.port, autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS, onread }
    if (this.#options.tls === null) return net.connect(to, onReady)
    try {
      const servername = net.isIP(host) === 0 ? { servername: host } : {}
      const options = this.#options.tls()
      this.#clientCertificate = clientCertificateOf(options)
      return tls.connect({ ...servername, ...options, ...to }, onReady)
    } catch (error) {
      const known = error instanceof ExporterError && error.code === 'CREDENTIALS_UNAVAILABLE'
      const remedy = (known && error.remedy) || 'Check the TLS certificate, key and CA files.'
      this.#verdict = new TransportError(
        known ? 'CREDENTIALS_UNAVAILABLE' : 'TLS_FAILED',
        addressOf(endpoint),
        known ? error.message : `TLS settings: ${messageOf(error)}`,
        { canRetry: true, remedy },
      )
      throw this.#verdict
    }
  }

  /** One 'data' event for each answer, however many pieces it comes in, and no memory for the pieces. */
  #received(): net.OnReadOpts {
    const frames = new FrameAssembler(MAX_RESPONSE_BYTES, frame => {
      if (this.#verdict === undefined) this.#socket?.emit('data', frame)
    })
    return {
      buffer: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
      callback(length, bytes) {
        frames.take(bytes.subarray(0, length))
        return true
      },
    }
  }

  /** Not before the last answer, which may have come with the end, has made its way through its promises. */
  #gone(): void {
    if (this.#ended) return
    setImmediate(() => {
      this.#ended = true
      const failure = this.failure()
      if (this.#verdict === undefined && failure !== null) this.fail(failure)
    })
  }
}

function clientCertificateOf({ cert }: tls.ConnectionOptions): Circumstances['clientCertificate'] {
  if (typeof cert !== 'string' && !Buffer.isBuffer(cert)) return null
  return { validTo: Date.parse(new X509Certificate(cert).validTo) }
}
