import type { JobKind, JobResult } from './jobs.ts'
import type { Replayed } from './replay.ts'
import type { BaselineResult } from './replay-baselines.ts'
import type { KillResult } from './replay-kills.ts'
import type { WireResult } from './wire.ts'

/** All results of a run, by kind and trace, in the order of the jobs. */
export class ResultBook {
  readonly wire: readonly WireResult[]
  readonly #results: readonly JobResult[]

  constructor(results: readonly JobResult[]) {
    this.#results = results
    this.wire = results.flatMap(r => ('wired' in r ? r.wired : []))
  }

  replayed(kind: JobKind): ReadonlyMap<string, Replayed> {
    return new Map(
      this.#results.flatMap(r => (r.job.kind === kind && 'replayed' in r ? [[r.job.trace, r.replayed]] : [])),
    )
  }

  killed(): ReadonlyMap<string, KillResult> {
    return new Map(this.#results.flatMap(r => ('killed' in r ? [[r.job.trace, r.killed]] : [])))
  }

  peers(kind: 'peers' | 'peers-healthy'): ReadonlyMap<string, BaselineResult> {
    return new Map(
      this.#results.flatMap(r => (r.job.kind === kind && 'peers' in r ? [[r.job.trace, r.peers]] : [])),
    )
  }

  /** Of the traces of a kind, in partition-days. */
  partitionDays(kind: JobKind): number {
    return this.#results
      .filter(r => r.job.kind === kind)
      .reduce((sum, { job }) => sum + job.options.days * job.options.partitions, 0)
  }
}
