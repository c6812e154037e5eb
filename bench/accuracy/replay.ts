import { type Asked, BenchExporter, POLL_INTERVAL_MS } from './exporter.ts'
import { PollTimer } from './poll-times.ts'
import { type Result, Score } from './score.ts'
import { TraceCluster } from './trace-cluster.ts'
import type { Trace } from './traces/trace.ts'
import { Truth } from './truth.ts'

export interface ReplayOptions {
  /** False: the principal may DESCRIBE only. */
  readonly isReadable: boolean
}

export interface Replayed extends Result {
  readonly polls: number
  readonly asked: Asked
  readonly seconds: number
}

/** Runs the exporter's domain over a trace and scores what it publishes. */
export function replay(trace: Trace, options: ReplayOptions): Replayed {
  const began = performance.now()
  const cluster = new TraceCluster(trace)
  const exporter = new BenchExporter(cluster, options.isReadable)
  const score = new Score(cluster, new Truth(trace))
  const timer = new PollTimer(POLL_INTERVAL_MS, 1)
  const polls = Math.floor(trace.durationMs / POLL_INTERVAL_MS) - 1
  for (let poll = 0; poll < polls; poll++) {
    const times = timer.at(poll)
    score.step(exporter.poll(times), times, poll + 1)
  }
  return { ...score.end(), polls, asked: exporter.asked, seconds: (performance.now() - began) / 1000 }
}
