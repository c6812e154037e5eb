import type { CastResult } from './cast-score.ts'
import type { KillsResult } from './compare-kills.ts'
import type { PeersResult } from './peers.ts'

export interface RealResult {
  readonly minutes: number
  readonly polls: number
  /** Polls that were longer than the interval, and the median. */
  readonly latePolls: number
  readonly pollMedianMs: number
  readonly missed: number
  readonly differing: number
  readonly probeRequests: number
  readonly probeBytesPerSecond: number
  readonly probesDeferred: number
  readonly casts: readonly { readonly result: CastResult; readonly peers: PeersResult }[]
  readonly killedCasts: readonly CastResult[]
  readonly kills: KillsResult
  readonly loads: readonly number[]
}
