import { type Replayed, replay } from './replay.ts'
import { type BaselineResult, replayBaselines } from './replay-baselines.ts'
import { type KillResult, replayKills } from './replay-kills.ts'
import { HEALTHY, makeTrace, TRACES, UNBOUNDED } from './traces/all.ts'
import type { TraceOptions } from './traces/trace.ts'
import { replayOnWire, type WireResult } from './wire.ts'

export type JobKind =
  | 'lag'
  | 'describe-only'
  | 'kills'
  | 'healthy'
  | 'unbounded'
  | 'peers'
  | 'peers-healthy'
  | 'wire'

export interface Job {
  readonly kind: JobKind
  readonly trace: string
  readonly options: TraceOptions
}

export type JobResult =
  | { readonly job: Job; readonly replayed: Replayed }
  | { readonly job: Job; readonly killed: KillResult }
  | { readonly job: Job; readonly peers: BaselineResult }
  | { readonly job: Job; readonly wired: readonly WireResult[] }

export interface Sizes {
  /** Of the traces on which values are compared. */
  readonly days: number
  readonly partitions: number
  /** Of those on which false stalls are counted. */
  readonly healthyDays: number
  readonly healthyPartitions: number
  /** Peers' rules are counted on fewer partitions: they are wrong often enough. */
  readonly peerPartitions: number
  /** Of each healthy trace that goes through the wire. */
  readonly wireDays: number
  readonly wirePartitions: number
}

export const FULL: Sizes = {
  days: 4,
  partitions: 20,
  healthyDays: 30,
  healthyPartitions: 100,
  peerPartitions: 5,
  wireDays: 2,
  wirePartitions: 15,
}
export const QUICK: Sizes = {
  days: 2,
  partitions: 6,
  healthyDays: 3,
  healthyPartitions: 10,
  peerPartitions: 3,
  wireDays: 0.25,
  wirePartitions: 3,
}

/** The healthy traces side by side. */
const ALL_HEALTHY = 'healthy'

/** The longest first, so that the last ones are short and no worker waits long for another. */
export function allJobs(sizes: Sizes): Job[] {
  const { days, partitions, healthyDays, healthyPartitions, peerPartitions } = sizes
  const jobs = (kind: JobKind, traces: readonly string[], options: Omit<TraceOptions, 'seed'>): Job[] =>
    traces.map((trace, i) => ({ kind, trace, options: { seed: 100 + i, ...options } }))
  const compared = { days, partitions, wedged: true }
  const healthy = { days: healthyDays, partitions: healthyPartitions, wedged: false }
  const names = Object.keys(TRACES)
  const wired = { days: sizes.wireDays, partitions: sizes.wirePartitions, wedged: false }
  return [
    ...jobs('wire', [ALL_HEALTHY], wired),
    ...jobs('healthy', HEALTHY, healthy),
    ...jobs('unbounded', Object.keys(UNBOUNDED), healthy),
    ...jobs('peers-healthy', [...HEALTHY, ...Object.keys(UNBOUNDED)], {
      ...healthy,
      partitions: peerPartitions,
    }),
    ...jobs('kills', names, { ...compared, partitions: partitions >> 1 }),
    ...jobs('describe-only', names, compared),
    ...jobs('lag', names, compared),
    ...jobs('peers', names, { ...compared, partitions: partitions >> 1 }),
  ]
}

export async function runJob(job: Job): Promise<JobResult> {
  if (job.kind === 'wire') return { job, wired: await replayOnWire(job.options) }
  const trace = makeTrace(job.trace, job.options)
  switch (job.kind) {
    case 'kills':
      return { job, killed: replayKills(trace, job.options.seed) }
    case 'peers':
    case 'peers-healthy':
      return { job, peers: replayBaselines(trace) }
    case 'lag':
    case 'healthy':
    case 'unbounded':
      return { job, replayed: replay(trace, { isReadable: true }) }
    case 'describe-only':
      return { job, replayed: replay(trace, { isReadable: false }) }
  }
}
