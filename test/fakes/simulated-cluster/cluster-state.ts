import { randomBytes } from 'node:crypto'
import type { SpokenVersions } from './api-table.ts'
import type { ApiName } from './ask.ts'
import { type GroupSpec, SimulatedGroup } from './group-state.ts'
import type { LogOptions } from './log/log-options.ts'
import { SimulatedLog } from './log/simulated-log.ts'
import { SimulatedPartition } from './simulated-partition.ts'
import { SimulatedTransaction, type TransactionSpec } from './transaction-state.ts'

export interface SimulatedTopic {
  readonly name: string
  /** 22 characters of base64url; '' where the brokers know no topic ids. */
  readonly id: string
  readonly partitions: SimulatedPartition[]
  readonly internal: boolean
  readonly configs: Map<string, string>
  /** False: the principal may not describe it. Lists omit it, asking for it by name gives error 29. */
  visible: boolean
  /** False: no READ. Its records and its producers are refused with error 29; all else is as before. */
  readable: boolean
}

export interface TopicSpec {
  readonly name: string
  /** 1 unless told. Replicas go round the brokers. */
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly id?: string
  readonly internal?: boolean
  readonly configs?: Readonly<Record<string, string>>
  /** Of every partition, where it is not a list with one entry per partition. */
  readonly logStart?: number | readonly number[]
  readonly highWatermark?: number | readonly number[]
  readonly visible?: boolean
  readonly readable?: boolean
}

export interface SimulatedNode {
  readonly id: number
  host: string
  port: number
  rack: string | null
  /** False: fenced, so not in Metadata. */
  alive: boolean
  readonly versions: Map<ApiName, SpokenVersions>
  /** Log directories; replicas lie in the first one. */
  readonly logDirs: string[]
}

/** The whole truth about one simulated cluster. All of it may be changed between two requests. */
export class ClusterState {
  clusterId: string | null = 'simulated-cluster-0001'
  controller = 1
  /** As `auto.create.topics.enable`: asking for an unknown topic with that permission makes one. */
  autoCreateTopics = true
  /** The brokers' clock, milliseconds since the epoch. */
  now: () => number = Date.now
  readonly nodes = new Map<number, SimulatedNode>()
  /** Of all Fetch requests so far: partitions that were answered. */
  partitionsFetched = 0
  readonly topics = new Map<string, SimulatedTopic>()
  readonly groups = new Map<string, SimulatedGroup>()
  /** By transactional id. */
  readonly transactions = new Map<string, SimulatedTransaction>()

  node(id: number): SimulatedNode {
    const node = this.nodes.get(id)
    if (!node) throw new Error(`The simulated cluster has no broker ${id}`)
    return node
  }

  topic(name: string): SimulatedTopic {
    const topic = this.topics.get(name)
    if (!topic) throw new Error(`The simulated cluster has no topic ${name}`)
    return topic
  }

  partition(topic: string, index: number): SimulatedPartition {
    const partition = this.topic(topic).partitions[index]
    if (!partition) throw new Error(`Topic ${topic} has no partition ${index}`)
    return partition
  }

  group(id: string): SimulatedGroup {
    const group = this.groups.get(id)
    if (!group) throw new Error(`The simulated cluster has no group ${id}`)
    return group
  }

  topicById(id: string): SimulatedTopic | undefined {
    for (const topic of this.topics.values()) if (topic.id === id) return topic
    return undefined
  }

  addTopic(spec: TopicSpec): SimulatedTopic {
    const nodes = [...this.nodes.keys()]
    const copies = Math.min(spec.replicationFactor ?? Math.min(3, nodes.length), nodes.length)
    const first = this.topics.size
    const partitions = Array.from({ length: spec.partitions ?? 1 }, (_, p): SimulatedPartition => {
      const replicas = Array.from({ length: copies }, (_, r) => nodes[(first + p + r) % nodes.length]!)
      const [logStart, highWatermark] = [pick(spec.logStart, p), pick(spec.highWatermark, p)]
      return new SimulatedPartition({ leader: replicas[0]!, replicas, logStart, highWatermark })
    })
    const topic: SimulatedTopic = {
      name: spec.name,
      id: spec.id ?? randomBytes(16).toString('base64url'),
      partitions,
      internal: spec.internal ?? false,
      configs: new Map(Object.entries({ ...DEFAULT_CONFIGS, ...spec.configs })),
      visible: spec.visible ?? true,
      readable: spec.readable ?? true,
    }
    this.topics.set(spec.name, topic)
    return topic
  }

  /** As Kafka does, the commits of all groups on it go too, unless told otherwise. */
  deleteTopic(name: string, { keepCommits = false } = {}): void {
    this.topics.delete(name)
    if (keepCommits) return
    for (const group of this.groups.values()) group.commits.delete(name)
  }

  addGroup(spec: GroupSpec): SimulatedGroup {
    const nodes = [...this.nodes.keys()]
    const group = new SimulatedGroup(spec, spec.coordinator ?? nodes[this.groups.size % nodes.length]!)
    this.groups.set(spec.id, group)
    return group
  }

  deleteGroup(id: string): void {
    this.groups.delete(id)
  }

  /** Gives the partition a log that holds records, in place of its numbers. */
  keepLog(topic: string, partition: number, options?: LogOptions): SimulatedLog {
    const log = new SimulatedLog(options)
    this.partition(topic, partition).log = log
    return log
  }

  /** Appends records of this moment as one batch; without a log it moves the end. */
  produce(topic: string, partition: number, records = 1): void {
    const target = this.partition(topic, partition)
    if (target.log instanceof SimulatedLog) target.log.append(new Array(records).fill(this.now()))
    else target.highWatermark += records
  }

  transaction(id: string): SimulatedTransaction {
    const transaction = this.transactions.get(id)
    if (!transaction) throw new Error(`The simulated cluster has no transactional id ${id}`)
    return transaction
  }

  addTransaction(spec: TransactionSpec): SimulatedTransaction {
    const nodes = [...this.nodes.keys()]
    const coordinator = spec.coordinator ?? nodes[this.transactions.size % nodes.length]!
    const transaction = new SimulatedTransaction(spec, coordinator)
    this.transactions.set(spec.id, transaction)
    return transaction
  }

  /** Appends records of this moment in the transaction, as one batch, which opens it where it is not. */
  produceIn(id: string, topic: string, partition: number, records = 1): void {
    const transaction = this.transaction(id)
    transaction.add(topic, partition, this.now())
    const { producerId, producerEpoch } = transaction
    const times = new Array(records).fill(this.now())
    this.#logOf(topic, partition).append(times, { producerId, producerEpoch, isTransactional: true })
  }

  /** The coordinator decides and writes its markers. */
  endTransaction(id: string, outcome: 'commit' | 'abort'): void {
    const transaction = this.transaction(id)
    // KIP-890: since Kafka 4 the markers carry a new epoch.
    const producerEpoch = ++transaction.producerEpoch
    for (const [topic, partitions] of transaction.partitions) {
      for (const partition of partitions) {
        const log = this.#logOf(topic, partition)
        log.endTransaction(transaction.producerId, outcome, this.now(), { producerEpoch })
      }
    }
    transaction.complete(outcome)
  }

  #logOf(topic: string, partition: number): SimulatedLog {
    const { log } = this.partition(topic, partition)
    if (log instanceof SimulatedLog) return log
    throw new Error(`${topic}-${partition} has no log: transactions need one`)
  }

  /** What a controller does with a lost broker: out of Metadata, leaders and coordinators move to others. */
  fence(id: number): void {
    this.node(id).alive = false
    const heir = [...this.nodes.values()].find(node => node.alive)?.id ?? -1
    for (const partition of this.#partitions()) {
      if (partition.isr.length > 1) partition.isr = partition.isr.filter(replica => replica !== id)
      if (partition.leader !== id) continue
      const next = partition.isr.find(replica => this.node(replica).alive)
      partition.leader = next ?? -1
      partition.leaderEpoch++
    }
    for (const group of this.groups.values()) if (group.coordinator === id) group.coordinator = heir
    for (const transaction of this.transactions.values()) {
      if (transaction.coordinator === id) transaction.coordinator = heir
    }
    if (this.controller === id) this.controller = heir
  }

  /** The broker is back: in Metadata and in sync, leader only of what had none. */
  unfence(id: number): void {
    this.node(id).alive = true
    for (const partition of this.#partitions()) {
      if (!partition.replicas.includes(id)) continue
      if (!partition.isr.includes(id)) partition.isr.push(id)
      if (partition.leader !== -1) continue
      partition.leader = id
      partition.leaderEpoch++
    }
  }

  /** Its replicas move to others, and it is gone. */
  retire(id: number): void {
    this.fence(id)
    this.nodes.delete(id)
    const others = [...this.nodes.keys()]
    for (const partition of this.#partitions()) {
      if (!partition.replicas.includes(id)) continue
      const free = others.find(other => !partition.replicas.includes(other))
      const moved = partition.replicas.flatMap(replica => (replica !== id ? replica : (free ?? [])))
      partition.replicas = moved
      partition.isr = [...moved]
      if (partition.leader === -1) partition.leader = moved[0] ?? -1
    }
  }

  *#partitions(): Generator<SimulatedPartition> {
    for (const topic of this.topics.values()) yield* topic.partitions
  }
}

const DEFAULT_CONFIGS = {
  'cleanup.policy': 'delete',
  'message.timestamp.type': 'CreateTime',
  'retention.ms': '604800000',
  'retention.bytes': '-1',
  'remote.storage.enable': 'false',
}

function pick(value: number | readonly number[] | undefined, index: number): number {
  return typeof value === 'number' ? value : (value?.[index] ?? 0)
}
