import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { ClusterState } from './cluster-state.ts'
import { Connection, type Host } from './connection.ts'
import type { FaultBook } from './faults.ts'
import type { ReceivedRequest } from './request-log.ts'

/** One listening socket of the simulated cluster. */
export class SimulatedBroker implements Host {
  readonly node: number
  readonly cluster: ClusterState
  readonly faults: FaultBook
  readonly keepBodies: boolean
  readonly #onRequest: (request: ReceivedRequest) => void
  readonly #connections = new Set<Connection>()
  #server: Server | undefined
  #asleep: { readonly until: Promise<void>; readonly wake: () => void } | undefined
  #bytesSent = 0

  constructor(
    node: number,
    parts: { cluster: ClusterState; faults: FaultBook; keepBodies: boolean },
    onRequest: (request: ReceivedRequest) => void,
  ) {
    this.node = node
    this.cluster = parts.cluster
    this.faults = parts.faults
    this.keepBodies = parts.keepBodies
    this.#onRequest = onRequest
  }

  /** Clients connected now. */
  get connections(): number {
    return this.#connections.size
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Listens: on a free port the first time, on the same one ever after. */
  async start(): Promise<void> {
    const node = this.cluster.node(this.node)
    const server = createServer(socket => {
      const connection = new Connection(this, socket)
      this.#connections.add(connection)
      if (this.#asleep) connection.freeze()
      socket.on('close', () => this.#connections.delete(connection))
    })
    server.listen(node.port, node.host)
    await once(server, 'listening')
    node.port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** As a killed process: connections end, new ones are refused. Metadata keeps it until it is fenced. */
  async kill(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = undefined
    const closed = once(server, 'close')
    server.close()
    this.disconnectAll()
    this.thaw()
    await closed
  }

  /** Ends every connection; new ones are welcome. */
  disconnectAll(): void {
    for (const connection of this.#connections) connection.destroy()
  }

  /** As a process under SIGSTOP: connections are accepted and requests received, but nothing is answered. */
  freeze(): void {
    if (this.#asleep) return
    let wake = () => {}
    const until = new Promise<void>(resolve => {
      wake = resolve
    })
    this.#asleep = { until, wake }
    for (const connection of this.#connections) connection.freeze()
  }

  /** As SIGCONT: what was asked in the meantime is answered late. */
  thaw(): void {
    const asleep = this.#asleep
    this.#asleep = undefined
    asleep?.wake()
    for (const connection of this.#connections) connection.thaw()
  }

  async awake(): Promise<void> {
    while (this.#asleep) await this.#asleep.until
  }

  received(request: ReceivedRequest): void {
    this.#onRequest(request)
  }

  sent(bytes: number): void {
    this.#bytesSent += bytes
  }
}
