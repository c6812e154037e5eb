export interface NewTopic {
  readonly name: string
  /** Default 1. */
  readonly partitions?: number
  /** Default: the brokers' own, three or as many as there are. */
  readonly replication?: number
  /** Broker ids of each partition, instead of the two above. */
  readonly assignments?: readonly (readonly number[])[]
  readonly configs?: Readonly<Record<string, string>>
}

/** Records for one partition. `count` may be left out where there are `values`. */
export interface Batch {
  readonly topic: string
  /** Default 0. */
  readonly partition?: number
  readonly count?: number
  readonly values?: readonly string[]
  readonly keys?: readonly string[]
  /** Milliseconds; default: the time of producing. */
  readonly timestamp?: number
  readonly timestampStepMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Offsets of the first and last record. */
export interface Produced {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly last: number
}

export interface CommitRows {
  readonly group: string
  readonly offsets: readonly (readonly [topic: string, partition: number, offset: number])[]
}

export interface Grant {
  readonly user: string
  readonly resource: 'topic' | 'group' | 'cluster' | 'transactional_id'
  /** '*' for all; of a cluster 'kafka-cluster'. */
  readonly name: string
  readonly operation: 'Describe' | 'DescribeConfigs' | 'Read' | 'Write'
}

/** The first record that a consumer is given from an offset on. */
export interface RecordTime {
  readonly offset: number
  readonly timestamp: number
  readonly type: 'CreateTime' | 'LogAppendTime'
}

export interface Steering {
  /** Classic and consumer only; 0 = as fast as it can. */
  readonly recordsPerSecond?: number
  /** Classic and consumer only, without `recordsPerSecond`; 0 = when something has been dealt with. */
  readonly commitEverySeconds?: number
  /** Classic and consumer only: these partitions stand still while their siblings move. */
  readonly wedged?: readonly (readonly [topic: string, partition: number])[]
  /** Polls no more, without leaving. */
  readonly frozen?: boolean
}

export interface MemberOptions extends Steering {
  /** How the harness calls it. */
  readonly member: string
  readonly kind: 'classic' | 'consumer' | 'share' | 'streams'
  readonly group: string
  readonly topics: readonly string[]
  /** Default: the member's name. */
  readonly clientId?: string
  /** Consumer configs: session.timeout.ms, group.instance.id, max.poll.records, … */
  readonly configs?: Readonly<Record<string, string>>
  readonly awaitAssigned?: boolean
}

/** Null: the Admin client could not read it. */
export interface OraclePartition {
  readonly partition: number
  readonly leader: number | null
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
  readonly start: number | null
  readonly end: number | null
  readonly lastStable: number | null
}

export interface OracleMember {
  readonly id: string
  readonly clientId: string
  readonly host: string
  readonly instanceId: string | null
  /** "topic-partition", sorted; empty for streams groups. */
  readonly partitions: readonly string[]
}

/** For share groups `offset` is the start offset, and the lag is null before Kafka 4.2. */
export interface OracleOffset {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly lag: number | null
}

export interface OracleGroup {
  readonly type: 'classic' | 'consumer' | 'share' | 'streams'
  /** "consumer", "connect", "share", "streams" or "". */
  readonly protocolType: string
  /** As Kafka writes it: Stable, Empty, PreparingRebalance, … */
  readonly state: string | null
  readonly coordinator: number | null
  readonly members: readonly OracleMember[]
  readonly offsets: readonly OracleOffset[]
}

export interface OracleAnswer {
  readonly topics: Readonly<
    Record<string, { readonly id: string; readonly partitions: readonly OraclePartition[] }>
  >
  readonly groups: Readonly<Record<string, OracleGroup>>
}
