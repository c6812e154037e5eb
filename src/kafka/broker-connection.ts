import type { ApiRequest, ApiResponse, ApiVersions, TransportError } from './transport.ts'

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** host:port as people write it, IPv6 in brackets: the key of a link and the beginning of every message. */
export function addressOf({ host, port }: Endpoint): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`
}

/** How far opening a connection got; 'open' once requests may be sent. */
export type ConnectionStage = 'credentials' | 'tcp' | 'tls' | 'versions' | 'sasl' | 'open'

/** One connection to one broker, used once: opened, asked one request at a time, destroyed. It never reconnects. */
export interface BrokerConnection {
  /** TCP, TLS, ApiVersions and SASL. Has no deadline of its own. Rejects with TransportError. */
  open(): Promise<ApiVersions>
  /** Has no deadline of its own. Rejects with TransportError; the connection must be destroyed then. */
  exchange(request: ApiRequest): Promise<ApiResponse>
  /** What to say when it did not open within `deadlineMs`. */
  openTimeout(deadlineMs: number): TransportError
  /** Closes the socket without waiting for anything; promises still pending may never settle. */
  destroy(reason: TransportError): void
}

/** `onGone` is called at most once, when the peer closed or the socket broke; never from within the connector. */
export type Connector = (endpoint: Endpoint, onGone: (why: TransportError) => void) => BrokerConnection
