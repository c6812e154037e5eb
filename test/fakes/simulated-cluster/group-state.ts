export type SimulatedGroupKind = 'classic' | 'consumer' | 'share' | 'streams'

export interface SimulatedMember {
  readonly memberId: string
  readonly clientId: string
  /** With the leading slash, as a coordinator keeps it. */
  readonly host?: string
  readonly instanceId?: string
  /** Partitions by topic. */
  readonly assignment?: Readonly<Record<string, readonly number[]>>
}

export interface ShareOffset {
  /** -1: not initialised. */
  readonly start: number
  /** -1: not known. Told from v1 of DescribeShareGroupOffsets on. */
  readonly lag: number
}

export interface GroupSpec {
  readonly id: string
  readonly kind?: SimulatedGroupKind
  readonly state?: string
  /** 'consumer' for classic and consumer groups unless told. */
  readonly protocolType?: string
  /** Assignor; 'range' unless told. */
  readonly protocol?: string
  readonly coordinator?: number
  readonly epoch?: number
  readonly members?: readonly SimulatedMember[]
  /** Committed offsets: by topic, by partition. */
  readonly commits?: Readonly<Record<string, Readonly<Record<number, number>> | readonly number[]>>
  readonly shareOffsets?: Readonly<Record<string, readonly ShareOffset[]>>
  readonly visible?: boolean
}

/** One group as its coordinator knows it. */
export class SimulatedGroup {
  readonly id: string
  kind: SimulatedGroupKind
  state: string
  protocolType: string
  protocol: string
  /** Broker id; -1: no broker is. */
  coordinator: number
  epoch: number
  members: readonly SimulatedMember[]
  /** By topic, by partition. */
  readonly commits = new Map<string, Map<number, number>>()
  readonly shareOffsets = new Map<string, ShareOffset[]>()
  /** `topic-partition` with a transactional commit pending: error 88 for who requires stable offsets. */
  readonly pending = new Set<string>()
  /** False: the principal may not describe it. Lists omit it, asking for it by name gives error 30. */
  visible: boolean
  /** Told in every committed offset; null is legal too. */
  metadata: string | null = ''

  constructor(spec: GroupSpec, coordinator: number) {
    this.id = spec.id
    this.kind = spec.kind ?? 'classic'
    this.members = spec.members ?? []
    this.state = spec.state ?? (this.members.length > 0 ? 'Stable' : 'Empty')
    this.protocolType = spec.protocolType ?? (this.kind === 'classic' ? 'consumer' : this.kind)
    this.protocol = spec.protocol ?? (this.kind === 'classic' ? 'range' : 'uniform')
    this.coordinator = coordinator
    this.epoch = spec.epoch ?? 1
    this.visible = spec.visible ?? true
    for (const [topic, offsets] of Object.entries(spec.commits ?? {})) {
      for (const [partition, offset] of Object.entries(offsets)) this.commit(topic, Number(partition), offset)
    }
    for (const [topic, offsets] of Object.entries(spec.shareOffsets ?? {})) {
      this.shareOffsets.set(topic, [...offsets])
    }
  }

  commit(topic: string, partition: number, offset: number): void {
    const offsets = this.commits.get(topic) ?? new Map<number, number>()
    offsets.set(partition, offset)
    this.commits.set(topic, offsets)
  }

  uncommit(topic: string, partition: number): void {
    const offsets = this.commits.get(topic)
    offsets?.delete(partition)
    if (offsets?.size === 0) this.commits.delete(topic)
  }
}
