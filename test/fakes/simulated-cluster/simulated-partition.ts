import type { PartitionLog } from './log/record-batch.ts'

export interface PartitionSpec {
  readonly leader: number
  readonly replicas: readonly number[]
  readonly logStart: number
  readonly highWatermark: number
}

/**
 * One partition as its leader knows it: numbers only, or with a log that holds records. What a log says cannot be set
 * beside it.
 */
export class SimulatedPartition {
  /** Broker id, -1 without a leader. */
  leader: number
  leaderEpoch = 0
  replicas: number[]
  isr: number[]
  /** [offset, timestamp] in order of both, for searches by time without a log. */
  timeline: readonly (readonly [number, number])[] = []
  /** Null: numbers only, and nothing to fetch. */
  log: PartitionLog | null = null
  #logStart: number
  #highWatermark: number
  #lastStableOffset: number | null = null
  #sizeBytes: number

  constructor({ leader, replicas, logStart, highWatermark }: PartitionSpec) {
    this.leader = leader
    this.replicas = [...replicas]
    this.isr = [...replicas]
    this.#logStart = logStart
    this.#highWatermark = highWatermark
    this.#sizeBytes = highWatermark * 100
  }

  get logStart(): number {
    return this.log?.logStart ?? this.#logStart
  }

  set logStart(offset: number) {
    this.#refuseWithLog()
    this.#logStart = offset
  }

  get highWatermark(): number {
    return this.log?.highWatermark ?? this.#highWatermark
  }

  set highWatermark(offset: number) {
    this.#refuseWithLog()
    this.#highWatermark = offset
  }

  /** Null: equal to the high watermark, as where no transaction is open. */
  get lastStableOffset(): number | null {
    return this.log?.lastStableOffset ?? this.#lastStableOffset
  }

  set lastStableOffset(offset: number | null) {
    this.#refuseWithLog()
    this.#lastStableOffset = offset
  }

  get sizeBytes(): number {
    return this.log?.sizeBytes ?? this.#sizeBytes
  }

  set sizeBytes(bytes: number) {
    this.#refuseWithLog()
    this.#sizeBytes = bytes
  }

  #refuseWithLog(): void {
    if (this.log) throw new Error('This partition has a log: change that')
  }
}
