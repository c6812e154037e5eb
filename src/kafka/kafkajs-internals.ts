import type { Socket } from 'node:net'
import { ExporterError, messageOf } from '../errors.ts'
import { type BrokerSocket, MAX_RESPONSE_BYTES } from './broker-socket.ts'
import { malformed, oversized } from './kafkajs-failures.ts'
import type { KafkajsSasl } from './kafkajs-sasl.ts'
import { TransportError } from './transport.ts'

/** The length of an answer does not count itself; kafkajs does. */
const LENGTH_BYTES = 4

const SASL_HANDSHAKE = 17
const SASL_AUTHENTICATE = 36

/** The touched internals of kafkajs 2.2.4, under its src/. */
export interface Internals {
  readonly brokerPool: {
    createSeedBroker(): Promise<void> // cluster/brokerPool.js
    readonly seedBroker?: {
      connect(): Promise<void> // broker/index.js: TCP, ApiVersions, SASL
      readonly versions: Readonly<Record<string, { minVersion: number; maxVersion: number }>> | null
      readonly connectionPool: { readonly pool: readonly InternalConnection[] } // network/connectionPool.js
    }
  }
}
/** Makes a cluster of one connection, over the socket that the factory gives. */
export type ClusterOf = (
  clientId: string,
  sasl: KafkajsSasl | null,
  socketFactory: (onReady: () => void) => Socket,
) => Internals
export type InternalBroker = NonNullable<Internals['brokerPool']['seedBroker']>
interface KafkajsExchange {
  readonly request: { readonly apiKey: number; readonly [detail: string]: unknown }
  readonly [detail: string]: unknown
}
export interface InternalConnection {
  send(exchange: KafkajsExchange): Promise<unknown> // network/connection.js
  authenticate(): Promise<void>
  isAuthenticated(): boolean
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

export function requireShape(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new ExporterError('INTERNAL', `kafkajs 2.2.4 is required: ${otherwise}`)
}

/** kafkajs keeps a second connection per broker for Fetch, which is never opened here: one socket, one order. */
export function connectionOf(broker: InternalBroker | undefined): InternalConnection {
  const connection = broker?.connectionPool?.pool?.[0]
  const queue = connection?.requestQueue
  requireShape(
    typeof broker?.connect === 'function' &&
      typeof connection?.send === 'function' &&
      typeof connection.authenticate === 'function' &&
      typeof connection.isAuthenticated === 'function' &&
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

/** Tells what a connection that hangs or is cut was doing. */
export function onSasl(
  connection: InternalConnection,
  notice: (what: 'handshake' | 'authenticate') => void,
): void {
  const send = connection.send
  connection.send = exchange => {
    const { apiKey } = exchange.request
    if (apiKey === SASL_HANDSHAKE) notice('handshake')
    if (apiKey === SASL_AUTHENTICATE) notice('authenticate')
    return send.call(connection, exchange)
  }
}

/** As shipped it re-arms itself every millisecond for as long as the connection lives, with negative delays. */
export function restrainTimer({ requestQueue }: InternalConnection): void {
  const schedule = requestQueue.scheduleCheckPendingRequests
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule.call(requestQueue)
  }
}

/**
 * Bytes that are no answer would throw inside kafkajs's 'data' listener, which ends the process, or be buffered
 * without bound, or be dropped in silence.
 */
export function guardAnswers(connection: InternalConnection, socket: BrokerSocket): void {
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
