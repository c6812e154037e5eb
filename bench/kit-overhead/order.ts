export interface ConsumeOrder {
  readonly broker: string
  readonly topic: string
  readonly groupId: string
  /** To be consumed, the first ones to warm up. */
  readonly records: number
  readonly warmUp: number
  /** Records a second at most; 0 for as fast as it goes. */
  readonly rate: number
  readonly handler: 'message' | 'batch'
  readonly hasKit: boolean
  /** For the heartbeat file. */
  readonly folder: string
}

export interface ConsumeResult {
  /** Nanoseconds of CPU a record, user and system, all threads. */
  readonly cpuNs: number
  readonly perSecond: number
  /** Of all values: everybody must have read the same. */
  readonly bytes: number
}
