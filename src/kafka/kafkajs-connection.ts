import { codeOf, ExporterError } from '../errors.ts'
import { addressOf, type BrokerConnection } from './broker-connection.ts'
import { BrokerSocket, type BrokerSocketOptions } from './broker-socket.ts'
import type { SaslCredential, SaslProvider } from './credentials/sasl-credential.ts'
import { classifyOpenTimeout } from './failure-classification.ts'
import { classifyKafkajsError } from './kafkajs-failures.ts'
import {
  type ClusterOf,
  connectionOf,
  guardAnswers,
  type InternalConnection,
  onSasl,
  restrainTimer,
} from './kafkajs-internals.ts'
import { emptySasl, type KafkajsSasl, presents } from './kafkajs-sasl.ts'
import { requestHeader } from './request-header.ts'
import { bodyOf } from './response-header.ts'
import { type ApiRequest, type ApiResponse, type ApiVersions, TransportError } from './transport.ts'
import type { TransportOptions } from './transport-options.ts'

interface SignIn {
  readonly provider: SaslProvider
  /** Read by kafkajs at each authentication. */
  readonly kafkajs: KafkajsSasl
  credential: SaslCredential
  /** SaslAuthenticate requests since the last handshake: of SCRAM the first names the user, the second proves it. */
  step: number
}

/** Used once: a connection that was cut inside an answer would misread every later one. */
export class KafkajsConnection implements BrokerConnection {
  readonly #options: Pick<TransportOptions, 'clientId' | 'sasl'>
  readonly #socketOptions: BrokerSocketOptions
  readonly #clusterOf: ClusterOf
  readonly #address: string
  /** Another one where a broker refused the newest credentials and older ones are left to try. */
  #socket: BrokerSocket
  #connection: InternalConnection | undefined
  #signIn: SignIn | null = null
  #destroyed: TransportError | undefined

  constructor(
    options: Pick<TransportOptions, 'clientId' | 'sasl'>,
    socketOptions: BrokerSocketOptions,
    clusterOf: ClusterOf,
  ) {
    this.#options = options
    this.#socketOptions = socketOptions
    this.#clusterOf = clusterOf
    this.#address = addressOf(socketOptions.endpoint)
    this.#socket = this.#newSocket()
  }

  async open(): Promise<ApiVersions> {
    const { sasl } = this.#options
    try {
      if (sasl === null) return await this.#openOnce()
      this.#socket.stage = 'credentials'
      const credentials = await sasl.credentials(this.#address)
      this.#socket.stage = 'tcp'
      return await this.#openWith(sasl, credentials)
    } catch (error) {
      throw this.#classify(error)
    }
  }

  /** Credentials in their order, each on a socket of its own, until one is accepted. */
  async #openWith(
    sasl: SaslProvider,
    [credential, ...others]: readonly SaslCredential[],
  ): Promise<ApiVersions> {
    const kafkajs = emptySasl(sasl)
    this.#signIn = { provider: sasl, kafkajs, credential: credential!, step: 0 }
    presents(kafkajs, credential!)
    try {
      const versions = await this.#openOnce()
      sasl.accepted(this.#address, credential!)
      return versions
    } catch (error) {
      const failure = this.#classify(error)
      if (others.length === 0 || !isRefusal(failure)) throw failure
      sasl.superseded(this.#address)
      this.#replaceSocket(failure)
      return this.#openWith(sasl, others)
    }
  }

  async #openOnce(): Promise<ApiVersions> {
    if (this.#destroyed !== undefined) throw this.#destroyed
    const socket = this.#socket
    const signIn = this.#signIn
    const { brokerPool } = this.#clusterOf(this.#options.clientId, signIn?.kafkajs ?? null, onReady =>
      socket.open(onReady),
    )
    await brokerPool.createSeedBroker()
    const connection = connectionOf(brokerPool.seedBroker)
    const broker = brokerPool.seedBroker!
    this.#connection = connection
    restrainTimer(connection)
    onSasl(connection, what => {
      if (socket.stage === 'versions') socket.stage = 'sasl'
      if (signIn !== null) signIn.step = what === 'handshake' ? 0 : signIn.step + 1
    })
    guardAnswers(connection, socket)
    await broker.connect()
    socket.stage = 'open'
    const ranges = Object.entries(broker.versions ?? {})
    return new Map(ranges.map(([key, { minVersion: min, maxVersion: max }]) => [Number(key), { min, max }]))
  }

  async exchange(request: ApiRequest): Promise<ApiResponse> {
    try {
      if (this.#signIn !== null && !this.#connection!.isAuthenticated()) {
        await this.#authenticateAnew(this.#signIn)
      }
      const connection = this.#connection!
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

  /**
   * The session is about to end (KIP-368). A broker closes the connection after it has refused, so that what is left
   * to try, and a re-authentication that the broker does not take where it is, need a new one.
   */
  async #authenticateAnew(signIn: SignIn): Promise<void> {
    const { provider } = signIn
    const [credential, ...others] = await provider.credentials(this.#address)
    signIn.credential = credential
    presents(signIn.kafkajs, credential)
    try {
      await this.#connection!.authenticate()
      provider.accepted(this.#address, credential)
    } catch (error) {
      const failure = this.#classify(error)
      const isMisplaced = failure.code === 'CONNECTION_FAILED'
      if (!isMisplaced && (others.length === 0 || !isRefusal(failure))) throw failure
      if (!isMisplaced) provider.superseded(this.#address)
      this.#replaceSocket(failure)
      await this.#openWith(provider, isMisplaced ? [credential, ...others] : others)
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
    this.#destroyed ??= reason
    this.#socket.destroy(reason)
  }

  #newSocket(): BrokerSocket {
    const socket: BrokerSocket = new BrokerSocket({
      ...this.#socketOptions,
      onGone: why => {
        if (socket === this.#socket) this.#socketOptions.onGone(why)
      },
    })
    return socket
  }

  #replaceSocket(why: TransportError): void {
    const old = this.#socket
    this.#socket = this.#newSocket()
    old.destroy(why)
  }

  #classify(error: unknown): TransportError {
    if (error instanceof TransportError) return error
    const failure = this.#socket.failure()
    if (failure !== null) return failure
    if (error instanceof ExporterError && codeOf(error) === 'CREDENTIALS_UNAVAILABLE') {
      const { message, canRetry, remedy } = error
      const details = { canRetry, ...(remedy === undefined ? {} : { remedy }) }
      return new TransportError('CREDENTIALS_UNAVAILABLE', this.#address, message, details)
    }
    const signIn = this.#signIn
    const attempt = signIn && {
      mechanism: signIn.provider.mechanism,
      tokenRemedy: signIn.provider.tokenRemedy,
      credential: signIn.credential,
      step: signIn.step,
      now: Date.now(),
    }
    return classifyKafkajsError(error, this.#socket.circumstances(), attempt)
  }
}

/** Whether other credentials may be accepted where these were not. */
function isRefusal({ code }: TransportError): boolean {
  return code.startsWith('SASL_') && code !== 'SASL_MECHANISM_UNSUPPORTED'
}
