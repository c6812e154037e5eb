import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { type Cluster, Kafka, logLevel, type SASLOptions } from 'kafkajs'
import { ExporterError, messageOf } from '../errors.ts'
import type { BrokerConnection, Connector } from './broker-connection.ts'
import { openBrokerLinks } from './broker-links.ts'
import { BrokerSocket, MAX_RESPONSE_BYTES } from './broker-socket.ts'
import { classifyOpenTimeout } from './failure-classification.ts'
import { classifyKafkajsError, malformed, oversized } from './kafkajs-failures.ts'
import { requestHeader } from './request-header.ts'
import { bodyOf } from './response-header.ts'
import {
  type ApiRequest,
  type ApiResponse,
  type ApiVersions,
  type Transport,
  TransportError,
} from './transport.ts'
import type { TransportOptions } from './transport-options.ts'

export type { TransportOptions }

/** kafkajs authenticates anew this long before a session ends (KIP-368); its 10 s never fit a 10 s session. */
const REAUTHENTICATION_THRESHOLD_MS = 3_000
const SASL_HANDSHAKE = 17
/** The length of an answer does not count itself; kafkajs does. */
const LENGTH_BYTES = 4

/**
 * kafkajs gives the bytes of one connection: socket handling, framing, ApiVersions, SASL and re-authentication.
 * Deadlines, queues, back-off, the node table and reconnecting are ours. Throws ExporterError INTERNAL where kafkajs
 * is not the version whose internals are known here.
 */
export function openKafkajsTransport(options: TransportOptions): Transport {
  requireKafkajs()
  const sockets = new Set<Socket>()
  const { tls } = options
  const sasl = options.sasl !== null
  const connect: Connector = (endpoint, onGone) =>
    new KafkajsConnection(options, new BrokerSocket({ endpoint, tls, sasl, sockets, onGone }))
  const links = openBrokerLinks(
    {
      seeds: options.seeds,
      requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      patienceMs: options.patienceMs ?? 1_000,
      hedgeMs: options.hedgeMs ?? 1_000,
      backoff: options.backoff ?? { minMs: 250, maxMs: 10_000 },
      now: options.now ?? (() => performance.now()),
      random: Math.random,
    },
    connect,
  )
  return {
    ...links,
    openSockets: () => sockets.size,
    async close() {
      await links.close()
      await Promise.all([...sockets].map(socket => new Promise(closed => socket.once('close', closed))))
    },
  }
}

/** The touched internals of kafkajs 2.2.4, under its src/. */
interface Internals {
  readonly brokerPool: {
    createSeedBroker(): Promise<void> // cluster/brokerPool.js
    readonly seedBroker?: {
      connect(): Promise<void> // broker/index.js: TCP, ApiVersions, SASL
      readonly versions: Readonly<Record<string, { minVersion: number; maxVersion: number }>> | null
      readonly connectionPool: { readonly pool: readonly InternalConnection[] } // network/connectionPool.js
    }
  }
}
type InternalBroker = NonNullable<Internals['brokerPool']['seedBroker']>
interface KafkajsExchange {
  readonly request: { readonly apiKey: number; readonly [detail: string]: unknown }
  readonly [detail: string]: unknown
}
interface InternalConnection {
  send(exchange: KafkajsExchange): Promise<unknown> // network/connection.js
  authenticate(): Promise<void>
  failIfNotConnected(): void
  nextCorrelationId(): number
  readonly socket: Socket
  processData(data: Buffer): void
  chunks: Buffer[]
  readonly bytesBuffered: number
  readonly bytesNeeded: number
  readonly requestQueue: {
    readonly pending: readonly unknown[] // network/requestQueue/index.js
    readonly inflight: ReadonlyMap<number, unknown>
    push(request: QueuedRequest): void
    scheduleCheckPendingRequests(): void
    fulfillRequest(answer: { correlationId: number }): void
  }
}

interface QueuedRequest {
  readonly entry: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    readonly correlationId: number
    resolve(answer: { readonly payload: Buffer }): void
    reject(error: unknown): void
  }
  readonly expectResponse: true
  sendRequest(): void
}

function requireKafkajs(): void {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  requireShape(version === '2.2.4', `found ${version}`)
  clusterOf({ clientId: 'check', sasl: null }, () => {
    throw new Error('nothing is sent by the check')
  })
}

export function requireShape(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ExporterError('INTERNAL', `kafkajs 2.2.4 is required: ${otherwise}`)
}

/**
 * A kafkajs cluster of one connection, through the documented `partitionAssigners` hook of a consumer that is never
 * connected: it sends nothing and joins no group. The broker's address is the socket factory's business, because
 * kafkajs splits addresses at ':' and cannot name an IPv6 host.
 */
function clusterOf(
  { clientId, sasl }: Pick<TransportOptions, 'clientId' | 'sasl'>,
  socketFactory: (onReady: () => void) => Socket,
): Internals {
  // Never reached: the deadlines are Link's, because kafkajs's neither close the socket nor cover SASL.
  const unreachedMs = 2 ** 30
  let captured: Cluster | undefined
  new Kafka({
    clientId,
    brokers: ['broker:9092'],
    ...(sasl === null ? {} : { sasl: { ...sasl } as SASLOptions }),
    connectionTimeout: unreachedMs,
    authenticationTimeout: unreachedMs,
    requestTimeout: unreachedMs,
    // Would keep a timer of 100 ms per connection running.
    enforceRequestTimeout: false,
    reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    logCreator: () => () => {},
    socketFactory: ({ onConnect }) => socketFactory(onConnect),
  }).consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        captured = cluster
        const protocol = () => ({ name: 'never', metadata: Buffer.alloc(0) })
        return { name: 'never', version: 0, assign: async () => [], protocol }
      },
    ],
  })
  const cluster = captured as unknown as Internals | undefined
  requireShape(
    typeof cluster?.brokerPool?.createSeedBroker === 'function',
    'the cluster has no createSeedBroker',
  )
  return cluster
}

/** kafkajs keeps a second connection per broker for Fetch, which is never opened here: one socket, one order. */
function connectionOf(broker: InternalBroker | undefined): InternalConnection {
  const connection = broker?.connectionPool?.pool?.[0]
  const queue = connection?.requestQueue
  requireShape(
    typeof broker?.connect === 'function' &&
      typeof connection?.send === 'function' &&
      typeof connection.authenticate === 'function' &&
      typeof connection.failIfNotConnected === 'function' &&
      typeof connection.nextCorrelationId === 'function' &&
      typeof connection.processData === 'function' &&
      Array.isArray(connection.chunks) &&
      typeof connection.bytesBuffered === 'number' &&
      typeof connection.bytesNeeded === 'number' &&
      typeof queue?.scheduleCheckPendingRequests === 'function' &&
      typeof queue.fulfillRequest === 'function' &&
      typeof queue.push === 'function' &&
      Array.isArray(queue.pending) &&
      queue.inflight instanceof Map,
    'a connection has not the expected members',
  )
  return connection
}

/** Used once: a connection that was cut inside an answer would misread every later one. */
class KafkajsConnection implements BrokerConnection {
  readonly #options: TransportOptions
  readonly #socket: BrokerSocket
  #connection: InternalConnection | undefined

  constructor(options: TransportOptions, socket: BrokerSocket) {
    this.#options = options
    this.#socket = socket
  }

  async open(): Promise<ApiVersions> {
    try {
      const { brokerPool } = clusterOf(this.#options, onReady => this.#socket.open(onReady))
      await brokerPool.createSeedBroker()
      const connection = connectionOf(brokerPool.seedBroker)
      const broker = brokerPool.seedBroker!
      this.#connection = connection
      restrainTimer(connection)
      onSaslHandshake(connection, () => {
        if (this.#socket.stage === 'versions') this.#socket.stage = 'sasl'
      })
      guardAnswers(connection, this.#socket)
      await broker.connect()
      this.#socket.stage = 'open'
      const ranges = Object.entries(broker.versions ?? {})
      return new Map(ranges.map(([key, { minVersion: min, maxVersion: max }]) => [Number(key), { min, max }]))
    } catch (error) {
      throw this.#classify(error)
    }
  }

  async exchange(request: ApiRequest): Promise<ApiResponse> {
    const connection = this.#connection!
    try {
      await connection.authenticate() // anew, where the session is about to end
      const sentAt = performance.now()
      const payload = await this.#roundTrip(connection, request)
      const durationMs = performance.now() - sentAt
      this.#socket.answered = true
      // The empty rest of the buffer would keep the whole answer in memory until the next one.
      if (connection.bytesBuffered === 0) connection.chunks = []
      return { body: bodyOf(payload, request), version: request.version, durationMs }
    } catch (error) {
      throw this.#classify(error)
    }
  }

  /** As kafkajs's own `send`, which would copy a request of megabytes three times into buffers up to twice its size. */
  #roundTrip(connection: InternalConnection, request: ApiRequest): Promise<Buffer> {
    const { socket, requestQueue } = connection
    const correlationId = connection.nextCorrelationId()
    const header = requestHeader(request, this.#options.clientId, correlationId)
    const { key: apiKey, version: apiVersion, name: apiName, body } = request
    return new Promise((resolve, reject) => {
      connection.failIfNotConnected()
      requestQueue.push({
        entry: {
          apiKey,
          apiVersion,
          apiName,
          correlationId,
          resolve: ({ payload }) => resolve(payload),
          reject,
        },
        expectResponse: true,
        sendRequest() {
          socket.cork()
          socket.write(header)
          socket.write(body)
          socket.uncork()
        },
      })
    })
  }

  openTimeout(deadlineMs: number): TransportError {
    return classifyOpenTimeout(deadlineMs, this.#socket.circumstances())
  }

  destroy(reason: TransportError): void {
    this.#socket.destroy(reason)
  }

  #classify(error: unknown): TransportError {
    return (
      this.#socket.failure() ?? classifyKafkajsError(error, this.#socket.circumstances(), this.#options.sasl)
    )
  }
}

/** Tells what a connection that hangs or is cut was doing. */
function onSaslHandshake(connection: InternalConnection, notice: () => void): void {
  const send = connection.send
  connection.send = exchange => {
    if (exchange.request.apiKey === SASL_HANDSHAKE) notice()
    return send.call(connection, exchange)
  }
}

/** As shipped it re-arms itself every millisecond for as long as the connection lives, with negative delays. */
function restrainTimer({ requestQueue }: InternalConnection): void {
  const schedule = requestQueue.scheduleCheckPendingRequests
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule.call(requestQueue)
  }
}

/**
 * Bytes that are no answer would throw inside kafkajs's 'data' listener, which ends the process, or be buffered
 * without bound, or be dropped in silence.
 */
function guardAnswers(connection: InternalConnection, socket: BrokerSocket): void {
  const { requestQueue } = connection
  const process = connection.processData
  const fulfill = requestQueue.fulfillRequest
  requestQueue.fulfillRequest = answer => {
    if (!requestQueue.inflight.has(answer.correlationId)) {
      const what = `an answer to no request (correlation id ${answer.correlationId})`
      throw malformed(socket.circumstances(), what)
    }
    fulfill.call(requestQueue, answer)
  }
  connection.processData = data => {
    try {
      process.call(connection, data)
      const announced = connection.bytesNeeded - LENGTH_BYTES
      if (announced > MAX_RESPONSE_BYTES) throw oversized(announced, socket.circumstances())
    } catch (error) {
      const foreign = () => malformed(socket.circumstances(), `no answer of Kafka: ${messageOf(error)}`)
      socket.fail(error instanceof TransportError ? error : foreign())
    }
  }
}
