import { ExporterError, type FailureCode, type FailureOptions } from '../errors.ts'

export interface NodeAddress {
  readonly id: number
  readonly host: string
  readonly port: number
}

/** The versions of one API that a broker speaks (ApiVersions, key 18), both inclusive. */
export interface ApiRange {
  readonly min: number
  readonly max: number
}

export type ApiVersions = ReadonlyMap<number, ApiRange>

/** One request, encoded. */
export interface ApiRequest {
  /** https://kafka.apache.org/protocol#protocol_api_keys */
  readonly key: number
  readonly version: number
  readonly name: string
  /** KIP-482: whether this version has compact types, tagged fields and the newer headers. */
  readonly flexible: boolean
  /** Without header. */
  readonly body: Buffer
  /** Overrides the transport's request deadline. */
  readonly timeoutMs?: number
  /**
   * The broker may need long for it alone. Without an answer in time only this request fails: the connection, which
   * would answer nothing else before, is given up for a new one, and the broker is not held to have failed.
   */
  readonly isHeavy?: boolean
}

export interface ApiResponse {
  /** Without header. Owned by the receiver. */
  readonly body: Buffer
  readonly version: number
  /** From writing the request to having the whole answer. */
  readonly durationMs: number
}

/** The only error that a Transport fails with. */
export class TransportError extends ExporterError<FailureCode> {
  override readonly name = 'TransportError'
  /** host:port */
  readonly address: string

  constructor(code: FailureCode, address: string, message: string, options: FailureOptions = {}) {
    super(code, `${address}: ${message}`, options)
    this.address = address
  }
}

/**
 * Bytes to and from brokers: connections, TLS, SASL, deadlines, back-off. Knows no API but ApiVersions and no retry:
 * what failed is reported at once, and the next call after the back-off connects anew.
 */
export interface Transport {
  /** Replaces the node table; call with the brokers of every Metadata answer. Links to unchanged addresses live on. */
  setNodes(nodes: readonly NodeAddress[]): void
  /** Negotiated per broker, anew on every connect. Connects if need be. */
  versions(node: number): Promise<ApiVersions>
  send(node: number, request: ApiRequest): Promise<ApiResponse>
  /** Asks any broker that answers: healthy ones first, a second one when the first is slow. */
  sendAny(build: (versions: ApiVersions) => ApiRequest): Promise<ApiResponse & { readonly address: string }>
  /** Sockets now open, for tests and leaks. */
  openSockets(): number
  close(): Promise<void>
}
