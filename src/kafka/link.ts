import type { FailureCode } from '../errors.ts'
import { addressOf, type BrokerConnection, type Connector, type Endpoint } from './broker-connection.ts'
import { type ApiRequest, type ApiResponse, type ApiVersions, TransportError } from './transport.ts'

export interface LinkOptions {
  readonly requestTimeoutMs: number
  /** Covers TCP, TLS, ApiVersions and SASL together: a stopped broker still accepts TCP. */
  readonly connectTimeoutMs: number
  /**
   * How long callers wait for an address that has failed since its last answer. Its attempt to connect, or its
   * request, goes on up to its own deadline: an answer that comes then is what ends the failure.
   */
  readonly patienceMs: number
  /** Delay after the first and, doubling, after many failures in a row. */
  readonly backoff: { readonly minMs: number; readonly maxMs: number }
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** From 0 to 1. */
  readonly random: () => number
}

/** More than any poll has chunks for one broker; beyond it the caller has lost count. */
const MAX_WAITING = 1_024

interface Waiting {
  readonly request: ApiRequest
  readonly resolve: (response: ApiResponse) => void
  readonly reject: (failure: TransportError) => void
}

interface OpenWaiting {
  readonly resolve: (versions: ApiVersions) => void
  readonly reject: (failure: TransportError) => void
}

/**
 * One address: at most one connection, requests one at a time in the order of their calls, and a pause after each
 * failure. Whatever fails, a heavy request's time-out excepted, fails everything that waits here at once with the same
 * error, and the connection is thrown away; the next call after the pause connects anew. Only the first connection is waited for as long as it
 * takes: a host that has failed or gone away is not worth the time of those who also wait for others.
 */
export class Link {
  readonly address: string
  readonly #endpoint: Endpoint
  readonly #connect: Connector
  readonly #options: LinkOptions
  #connection: BrokerConnection | null = null
  /** Null until the connection is open. */
  #versions: ApiVersions | null = null
  #active: Waiting | null = null
  #queue: Waiting[] = []
  #openWaiting: OpenWaiting[] = []
  #deadline: NodeJS.Timeout | undefined
  #patience: NodeJS.Timeout | undefined
  /** Whether a connection to this address has ever been open. */
  #wasOpen = false
  #failures = 0
  #retryAt = Number.NEGATIVE_INFINITY
  #lastFailure: TransportError | null = null
  #closed: TransportError | null = null

  constructor(endpoint: Endpoint, connect: Connector, options: LinkOptions) {
    this.address = addressOf(endpoint)
    this.#endpoint = endpoint
    this.#connect = connect
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#versions !== null
  }

  /** Failures since the last answer. */
  get failures(): number {
    return this.#failures
  }

  /** Requests sent or waiting. */
  get load(): number {
    return this.#queue.length + (this.#active === null ? 0 : 1)
  }

  versions(): Promise<ApiVersions> {
    if (this.#versions !== null) return Promise.resolve(this.#versions)
    const refusal = this.#refusal()
    if (refusal !== null) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      this.#openWaiting.push({ resolve, reject })
      this.#ensureConnection()
      this.#limitPatience()
    })
  }

  /** A request's deadline begins when it is sent; a request that stays unanswered fails those behind it with it. */
  send(request: ApiRequest): Promise<ApiResponse> {
    const refusal = this.#refusal()
    if (refusal !== null) return Promise.reject(refusal)
    if (this.#queue.length >= MAX_WAITING) {
      return Promise.reject(
        new TransportError(
          'INTERNAL',
          this.address,
          `more than ${MAX_WAITING} requests wait for this broker`,
        ),
      )
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject })
      this.#pump()
      this.#limitPatience()
    })
  }

  /** Closes the connection if nothing waits for it. Not a failure: the next call opens it again. */
  release(): void {
    if (this.load > 0 || this.#openWaiting.length > 0 || this.#connection === null) return
    this.#discard(new TransportError('CLOSED', this.address, 'not needed'))
  }

  /** For good: what waits fails with `reason`, and so does every later call. */
  close(reason: TransportError): void {
    this.#closed = reason
    this.#failAll(reason)
  }

  /** Why nothing may be sent now, or null. */
  #refusal(): TransportError | null {
    if (this.#closed !== null) return this.#closed
    const waitMs = this.#retryAt - this.#options.now()
    if (this.#connection !== null || waitMs <= 0 || this.#lastFailure === null) return null
    return this.#consequence('BACKING_OFF', `not asked for ${Math.ceil(waitMs)} ms`, this.#lastFailure)
  }

  #consequence(code: FailureCode, message: string, last: TransportError): TransportError {
    const lastText = last.message.slice(this.address.length + 2)
    return new TransportError(code, this.address, `${message} after: ${lastText}`, {
      canRetry: true,
      cause: last,
      ...(last.remedy === undefined ? {} : { remedy: last.remedy }),
    })
  }

  #pump(): void {
    if (this.#active !== null || this.#queue.length === 0) return
    const connection = this.#ensureConnection()
    if (connection === null || this.#versions === null) return
    const active = this.#queue.shift()!
    this.#active = active
    const timeoutMs = active.request.timeoutMs ?? this.#options.requestTimeoutMs
    this.#startDeadline(connection, timeoutMs, () => {
      const message = `${active.request.name}: no answer within ${timeoutMs} ms`
      return new TransportError('TIMEOUT', this.address, message, { canRetry: true })
    })
    connection.exchange(active.request).then(
      response => {
        if (connection !== this.#connection) return
        clearTimeout(this.#deadline)
        this.#endPatience()
        this.#active = null
        this.#failures = 0
        this.#lastFailure = null
        active.resolve(response)
        this.#pump()
      },
      failure => this.#fail(connection, failure),
    )
  }

  #ensureConnection(): BrokerConnection | null {
    if (this.#connection !== null) return this.#connection
    const connection = this.#connect(this.#endpoint, why => this.#gone(connection, why))
    this.#connection = connection
    const { connectTimeoutMs } = this.#options
    this.#startDeadline(connection, connectTimeoutMs, () => connection.openTimeout(connectTimeoutMs))
    connection.open().then(
      versions => {
        if (connection !== this.#connection) return
        clearTimeout(this.#deadline)
        this.#endPatience()
        this.#versions = versions
        this.#wasOpen = true
        for (const waiting of this.#openWaiting.splice(0)) waiting.resolve(versions)
        this.#pump()
        this.#limitPatience()
      },
      failure => this.#fail(connection, failure),
    )
    return connection
  }

  /** Opening and each exchange exclude one another, so that one timer is enough. */
  #startDeadline(connection: BrokerConnection, ms: number, failure: () => TransportError): void {
    this.#deadline = setTimeout(() => {
      // After a stall of this process the answer may lie in the socket's buffer: let it be read first.
      const waited = this.#active
      const opening = this.#versions === null
      setImmediate(() => {
        const unchanged = this.#active === waited && (this.#versions === null) === opening
        if (!unchanged) return
        if (waited?.request.isHeavy) this.#giveUp(connection, waited, failure())
        else this.#fail(connection, failure())
      })
    }, ms)
  }

  /** One timer for all that wait: it begins with the first of them and ends with any sign of life. */
  #limitPatience(): void {
    const isWaitedFor = this.load > 0 || this.#openWaiting.length > 0
    const isReconnecting = this.#wasOpen && this.#versions === null
    if (!isWaitedFor || this.#patience !== undefined || (this.#failures === 0 && !isReconnecting)) return
    const { patienceMs, requestTimeoutMs } = this.#options
    const ms = this.#failures > 0 ? Math.min(patienceMs, requestTimeoutMs) : requestTimeoutMs
    const patience = setTimeout(() => {
      // As with deadlines: what lies in the socket's buffer is read first.
      setImmediate(() => {
        if (this.#patience !== patience) return
        this.#patience = undefined
        const last = this.#lastFailure
        const message = `no answer within ${ms} ms`
        this.#rejectWaiting(
          last === null
            ? new TransportError('TIMEOUT', this.address, `not connected again: ${message}`, {
                canRetry: true,
              })
            : this.#consequence('TIMEOUT', message, last),
        )
      })
    }, ms)
    this.#patience = patience
  }

  #endPatience(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
  }

  /** Brokers close idle connections (connections.max.idle.ms): that is no failure. */
  #gone(connection: BrokerConnection, why: TransportError): void {
    if (connection !== this.#connection) return
    if (this.#versions !== null && this.#active === null) this.#discard(why)
    else this.#fail(connection, why)
  }

  #fail(connection: BrokerConnection, failure: TransportError): void {
    if (connection !== this.#connection) return
    this.#failures += 1
    this.#lastFailure = failure
    const { backoff, now, random } = this.#options
    const delayMs = Math.min(backoff.maxMs, backoff.minMs * 2 ** Math.min(this.#failures - 1, 30))
    // Spread downwards only, so that the longest pause never exceeds maxMs, which is at most one poll.
    this.#retryAt = now() + delayMs * (0.75 + 0.25 * random())
    this.#failAll(failure)
  }

  /** What waits behind a heavy request is sent on a new connection. */
  #giveUp(connection: BrokerConnection, heavy: Waiting, failure: TransportError): void {
    if (connection !== this.#connection) return
    this.#active = null
    this.#discard(failure)
    heavy.reject(failure)
    this.#pump()
    this.#limitPatience()
  }

  #failAll(failure: TransportError): void {
    const reject = this.#takeWaiting()
    this.#active = null
    this.#discard(failure)
    reject(failure)
  }

  /** The request under way stays, so that its answer or its deadline is still heard. */
  #rejectWaiting(failure: TransportError): void {
    this.#takeWaiting()(failure)
  }

  #takeWaiting(): (failure: TransportError) => void {
    const waiting = [...(this.#active === null ? [] : [this.#active]), ...this.#queue, ...this.#openWaiting]
    this.#queue = []
    this.#openWaiting = []
    return failure => {
      for (const one of waiting) one.reject(failure)
    }
  }

  #discard(reason: TransportError): void {
    clearTimeout(this.#deadline)
    this.#endPatience()
    const connection = this.#connection
    this.#connection = null
    this.#versions = null
    connection?.destroy(reason)
  }
}
