import { Random } from '../../../bench/accuracy/random.ts'
import { type ConsumerModel, consume } from '../../../bench/accuracy/traces/consumers.ts'
import { poisson } from '../../../bench/accuracy/traces/producers.ts'
import {
  COMMIT_EVERY_MS,
  type GroupMove,
  type PartitionTrace,
  plainLog,
  type Span,
} from '../../../bench/accuracy/traces/trace.ts'

/** One partition that is written to now and then, and whose consumer works it off. */
export interface Served {
  readonly appendedAt: Uint32Array
  readonly workMs?: ConsumerModel['workMs']
  readonly commitEveryMs?: number
  readonly pauses?: readonly Span[]
  /** When this consumer began, and at which offset. */
  readonly from?: number
  readonly offset?: number
}

export function served({
  appendedAt,
  workMs = 20,
  commitEveryMs = COMMIT_EVERY_MS,
  pauses = [],
  from = 0,
  offset = 0,
}: Served): PartitionTrace {
  const commits = consume(appendedAt, { workMs, commitEveryMs, phaseMs: 50, pauses, from, offset })
  return { logs: [plainLog(appendedAt)], commits, wedges: [] }
}

/** Records at random, so many a second. */
export function arrivals(seed: number, perSecond: number, to: number, from = 0): Uint32Array {
  return poisson(new Random(seed), to, perSecond, from)
}

/** One each so often: exactly. */
export function regular(everyMs: number, to: number, from = 0): Uint32Array {
  return Uint32Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, i) => from + i * everyMs)
}

export const stable = (at: number, members = 2): GroupMove => ({ at, state: 'Stable', members })
export const empty = (at: number): GroupMove => ({ at, state: 'Empty', members: 0 })
