import { type Release, versionsOf } from './api-table.ts'
import type { ApiName } from './ask.ts'
import { ClusterState, type SimulatedNode, type SimulatedTopic, type TopicSpec } from './cluster-state.ts'
import { type Fault, FaultBook } from './faults.ts'
import type { GroupSpec, SimulatedGroup } from './group-state.ts'
import type { ReceivedRequest } from './request-log.ts'
import { SimulatedBroker } from './simulated-broker.ts'
import type { SimulatedPartition } from './simulated-partition.ts'

export interface SimulationOptions {
  /** Brokers 1 to this; 3 unless told. */
  readonly brokers?: number
  /** What all brokers speak; '4.3' unless told. Single brokers: change `state.node(id).versions`. */
  readonly release?: Release
  readonly topics?: readonly TopicSpec[]
  readonly groups?: readonly GroupSpec[]
  /** The brokers' clock; the machine's unless told. */
  readonly now?: () => number
  /** Requests kept in `requests`, the last ones; 20,000 unless told. */
  readonly keepRequests?: number
  /** False where bodies would only cost memory. */
  readonly keepBodies?: boolean
}

/**
 * A Kafka cluster on loopback sockets that speaks the wire protocol. It shares no code with src/kafka/wire: it answers
 * by its own encoders and by Kafka's own schemas, so that agreement with it means something.
 */
export class SimulatedCluster {
  /** Everything that the brokers answer from; change it at will. */
  readonly state: ClusterState
  readonly #brokers = new Map<number, SimulatedBroker>()
  readonly #faults: FaultBook
  readonly #requests: ReceivedRequest[] = []
  readonly #keepRequests: number
  readonly #counts = new Map<string, number>()
  readonly #options: SimulationOptions

  constructor(state: ClusterState, faults: FaultBook, options: SimulationOptions) {
    this.state = state
    this.#faults = faults
    this.#keepRequests = options.keepRequests ?? 20_000
    this.#options = options
    for (const id of state.nodes.keys()) this.#brokers.set(id, this.#newBroker(id))
  }

  get topics(): Map<string, SimulatedTopic> {
    return this.state.topics
  }

  get groups(): Map<string, SimulatedGroup> {
    return this.state.groups
  }

  /** Every broker's address, dead ones included. */
  get bootstrap(): { readonly host: string; readonly port: number }[] {
    return [...this.state.nodes.values()].map(({ host, port }) => ({ host, port }))
  }

  /** What the brokers received, in order, without what `clearRequests` forgot. */
  get requests(): readonly ReceivedRequest[] {
    return this.#requests
  }

  /** Requests ever received, by API; also those that `requests` no longer holds. */
  get requestCounts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  get bytesSent(): number {
    return [...this.#brokers.values()].reduce((sum, broker) => sum + broker.bytesSent, 0)
  }

  /** Clients connected now, at all brokers. */
  get connections(): number {
    return [...this.#brokers.values()].reduce((sum, broker) => sum + broker.connections, 0)
  }

  broker(id: number): SimulatedBroker {
    const broker = this.#brokers.get(id)
    if (!broker) throw new Error(`The simulated cluster has no broker ${id}`)
    return broker
  }

  topic(name: string): SimulatedTopic {
    return this.state.topic(name)
  }

  partition(topic: string, index: number): SimulatedPartition {
    return this.state.partition(topic, index)
  }

  group(id: string): SimulatedGroup {
    return this.state.group(id)
  }

  /** Puts a fault in force; call the answer to end it. */
  fault(fault: Fault): () => void {
    return this.#faults.add(fault)
  }

  clearFaults(): void {
    this.#faults.clear()
  }

  requestsOf(api: ApiName): readonly ReceivedRequest[] {
    return this.#requests.filter(request => request.api === api)
  }

  clearRequests(): void {
    this.#requests.length = 0
  }

  async start(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map(broker => broker.start()))
  }

  /** A broker joins: it leads what is made from now on. */
  async addBroker(id: number): Promise<void> {
    this.state.nodes.set(id, newNode(id, this.#options))
    const broker = this.#newBroker(id)
    this.#brokers.set(id, broker)
    await broker.start()
  }

  /** It hands on what it holds and leaves for good. */
  async removeBroker(id: number): Promise<void> {
    this.state.retire(id)
    await this.broker(id).kill()
    this.#brokers.delete(id)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map(broker => broker.kill()))
  }

  #newBroker(id: number): SimulatedBroker {
    const parts = { cluster: this.state, faults: this.#faults, keepBodies: this.#options.keepBodies ?? true }
    return new SimulatedBroker(id, parts, request => this.#record(request))
  }

  #record(request: ReceivedRequest): void {
    this.#counts.set(request.api, (this.#counts.get(request.api) ?? 0) + 1)
    this.#requests.push(request)
    if (this.#requests.length > this.#keepRequests) this.#requests.shift()
  }
}

/** Starts brokers on free loopback ports, with these topics and groups. Close it in the end. */
export async function startSimulatedCluster(options: SimulationOptions = {}): Promise<SimulatedCluster> {
  const state = new ClusterState()
  if (options.now) state.now = options.now
  for (let id = 1; id <= (options.brokers ?? 3); id++) {
    state.nodes.set(id, newNode(id, options))
  }
  for (const topic of options.topics ?? []) state.addTopic(topic)
  for (const group of options.groups ?? []) state.addGroup(group)
  const cluster = new SimulatedCluster(state, new FaultBook(), options)
  await cluster.start()
  return cluster
}

function newNode(id: number, { release = '4.3' }: SimulationOptions): SimulatedNode {
  const versions = versionsOf(release)
  return { id, host: '127.0.0.1', port: 0, rack: null, alive: true, versions, logDirs: ['/var/lib/kafka'] }
}
