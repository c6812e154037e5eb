/** What one consuming process is told when it starts. */
export interface ConsumeOrder {
  readonly broker: string
  readonly topic: string
  readonly groupId: string
  readonly fetchBytes: number
  readonly handler: Handler
  readonly hasKit: boolean
  /** For the heartbeat file. */
  readonly folder: string
}

export type Handler = 'message' | 'batch'

/** Sent to it again and again: consume so many more records now. */
export interface Window {
  readonly records: number
  /** Records a second at most; 0 for as fast as it goes. */
  readonly rate: number
}

/** Its answer. */
export interface WindowCost {
  readonly records: number
  /** Microseconds of the whole process, user and system, from the first record to the last. */
  readonly cpuUs: number
  readonly ms: number
  /** Of all values. */
  readonly bytes: number
}
