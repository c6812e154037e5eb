import type { CellState } from '../../../src/model/snapshot.ts'

/** One partition of one group as the API told it. Times in milliseconds since the epoch, spans in milliseconds. */
export interface CellSample {
  readonly partition: number
  /** NaN: none. */
  readonly committed: number
  readonly logStart: number
  readonly end: number
  readonly lag: number
  readonly lagMs: number
  readonly state: CellState
  readonly thresholdMs: number
  /** Since when there has been work without an advance; NaN without. */
  readonly workSince: number
  readonly lastAdvanceAt: number
  readonly headroomMs: number
  readonly readAt: number
}

/** One (group, topic) in one snapshot. */
export interface BlockSample {
  readonly lost: number
  readonly rewinds: number
  readonly cells: readonly CellSample[]
}

/** What one process published after one poll. */
export interface PollSample {
  readonly startedAt: number
  readonly takenAt: number
  /** Which process in a row of killed ones, and which of its polls, both from 1. Polls that were not seen count. */
  readonly life: number
  readonly pollOfLife: number
  /** `group topic`. */
  readonly blocks: ReadonlyMap<string, BlockSample>
  readonly errors: readonly string[]
  /** Since the process began. */
  readonly probeRequests: number
  readonly probeBytes: number
  readonly probesDeferred: number
  /** Values of lag_seconds in the exposition of the same snapshot that differ from the API's. */
  readonly differing: number
}

export const blockKey = (group: string, topic: string) => `${group} ${topic}`
