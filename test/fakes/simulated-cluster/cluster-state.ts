import { randomBytes } from 'node:crypto'
import type { SpokenVersions } from './api-table.ts'
import type { ApiName } from './ask.ts'
import { type GroupSpec, SimulatedGroup } from './group-state.ts'

export interface SimulatedPartition {
  /** Broker id, -1 without a leader. */
  leader: number
  leaderEpoch: number
  replicas: number[]
  isr: number[]
  logStart: number
  highWatermark: number
  /** Null: equal to the high watermark, as where no transaction is open. */
  lastStableOffset: number | null
  /** [offset, timestamp] in order of both, for searches by time. */
  timeline: readonly (readonly [number, number])[]
  sizeBytes: number
}

export interface SimulatedTopic {
  readonly name: string
  /** 22 characters of base64url; '' where the brokers know no topic ids. */
  readonly id: string
  readonly partitions: SimulatedPartition[]
  readonly internal: boolean
  readonly configs: Map<string, string>
  /** False: the principal may not describe it. Lists omit it, asking for it by name gives error 29. */
  visible: boolean
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
  readonly nodes = new Map<number, SimulatedNode>()
  readonly topics = new Map<string, SimulatedTopic>()
  readonly groups = new Map<string, SimulatedGroup>()

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
      return {
        leader: replicas[0]!,
        leaderEpoch: 0,
        replicas,
        isr: [...replicas],
        logStart: pick(spec.logStart, p),
        highWatermark: pick(spec.highWatermark, p),
        lastStableOffset: null,
        timeline: [],
        sizeBytes: pick(spec.highWatermark, p) * 100,
      }
    })
    const topic: SimulatedTopic = {
      name: spec.name,
      id: spec.id ?? randomBytes(16).toString('base64url'),
      partitions,
      internal: spec.internal ?? false,
      configs: new Map(Object.entries({ ...DEFAULT_CONFIGS, ...spec.configs })),
      visible: spec.visible ?? true,
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

  /** Appends records: moves the end of the log. */
  produce(topic: string, partition: number, records = 1): void {
    this.partition(topic, partition).highWatermark += records
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

  *#partitions(): Generator<SimulatedPartition> {
    for (const topic of this.topics.values()) yield* topic.partitions
  }
}

const DEFAULT_CONFIGS = {
  'cleanup.policy': 'delete',
  'message.timestamp.type': 'CreateTime',
  'retention.ms': '604800000',
  'retention.bytes': '-1',
}

function pick(value: number | readonly number[] | undefined, index: number): number {
  return typeof value === 'number' ? value : (value?.[index] ?? 0)
}
