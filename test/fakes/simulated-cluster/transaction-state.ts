export const TRANSACTION_STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const

export type TransactionState = (typeof TRANSACTION_STATES)[number]

export interface TransactionSpec {
  readonly id: string
  readonly producerId: number
  readonly producerEpoch?: number
  readonly timeoutMs?: number
  readonly coordinator?: number
  readonly visible?: boolean
}

/** One transactional id as its coordinator knows it. */
export class SimulatedTransaction {
  readonly id: string
  producerId: number
  producerEpoch: number
  state: TransactionState = 'Empty'
  timeoutMs: number
  /** Milliseconds since the epoch; -1 before the first transaction. */
  startedAt = -1
  /** Broker id. */
  coordinator: number
  /** False: the principal may not describe it. Lists omit it, asking for it gives error 53. */
  visible: boolean
  /** Those that have no marker yet: by topic. */
  readonly partitions = new Map<string, Set<number>>()

  constructor(spec: TransactionSpec, coordinator: number) {
    this.id = spec.id
    this.producerId = spec.producerId
    this.producerEpoch = spec.producerEpoch ?? 0
    this.timeoutMs = spec.timeoutMs ?? 60_000
    this.coordinator = coordinator
    this.visible = spec.visible ?? true
  }

  /** As AddPartitionsToTxn: the first one begins a transaction. */
  add(topic: string, partition: number, now: number): void {
    if (this.state !== 'Ongoing') this.startedAt = now
    this.state = 'Ongoing'
    const known = this.partitions.get(topic) ?? new Set()
    this.partitions.set(topic, known.add(partition))
  }

  complete(outcome: 'commit' | 'abort'): void {
    this.state = outcome === 'commit' ? 'CompleteCommit' : 'CompleteAbort'
    this.partitions.clear()
  }
}
