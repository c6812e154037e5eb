/** Records of one batch, stamped by the producer one step after the other. */
export interface StampedBatch {
  readonly topic: string
  readonly partition: number
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly records: number
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly stepMs: number
  /** Length of each value, that nothing can compress. */
  readonly valueBytes: number
}

/** What clusters of this kind can do that older ones cannot; KafkaAbilities of a real one. */
export interface ContractAbilities {
  readonly consumerGroups: boolean
  readonly shareGroups: boolean
  /** Whether brokers name the transactions of a producer. */
  readonly transactions: boolean
}

/** What the contract needs of a cluster, simulated or real. Every call resolves when its effect can be read. */
export interface ContractCluster {
  readonly bootstrap: readonly { readonly host: string; readonly port: number }[]
  /** @param brokers of each partition; wherever the cluster likes unless told */
  createTopic(name: string, partitions: number, brokers?: readonly (readonly number[])[]): Promise<void>
  deleteTopic(name: string): Promise<void>
  produce(topic: string, partition: number, records: number): Promise<void>
  /** Moves the log start, as retention would. */
  deleteRecords(topic: string, partition: number, before: number): Promise<void>
  produceStamped(batch: StampedBatch): Promise<void>
  /** Produces as one transaction, which stays open or is ended; its marker may take its time. */
  transact(
    transactionalId: string,
    outcome: 'commit' | 'abort' | 'open',
    topic: string,
    partition: number,
    records: number,
  ): Promise<void>
  commit(group: string, offsets: readonly (readonly [string, number, number])[]): Promise<void>
  deleteGroup(group: string): Promise<void>
  /** One member, which stays and, but for share groups, has read the topic to its end. Its client id is `<group>-client`. */
  join(kind: 'classic' | 'consumer' | 'share', group: string, topic: string): Promise<void>
  /** Where a share group begins in partition 0: how far it gets with the same records depends on the broker. */
  shareStart(group: string, topic: string): Promise<number>
  leave(group: string): Promise<void>
  /** Ends a broker for good. */
  lose(broker: number): Promise<void>
  close(): Promise<void>
}
