import { Random } from '../random.ts'
import { type ConsumerModel, consume, joinSpans } from './consumers.ts'
import { type PartitionTrace, plainLog, type Span, type TraceOptions } from './trace.ts'
import { duringWork, wedgesOf } from './wedges.ts'

/** How one partition is produced to and consumed, in a trace whose partitions are all alike. */
export interface Served {
  readonly appendedAt: Uint32Array
  readonly workMs: ConsumerModel['workMs']
  readonly commitEveryMs: number
}

/** Partitions that are all alike, each with random numbers of its own. `pauses` are the whole group's. */
export function servedPartitions(
  options: TraceOptions,
  pauses: readonly Span[],
  serve: (random: Random, partition: number) => Served,
): PartitionTrace[] {
  return Array.from({ length: options.partitions }, (_, p) => {
    const random = new Random(options.seed * 10_007 + p)
    const { appendedAt, workMs, commitEveryMs } = serve(random, p)
    const wedges = duringWork(wedgesOf(options, random, p), appendedAt)
    const phaseMs = Math.floor(random.between(0, commitEveryMs))
    const model = { workMs, commitEveryMs, phaseMs, pauses: joinSpans(pauses, wedges) }
    return { logs: [plainLog(appendedAt)], commits: consume(appendedAt, model), wedges }
  })
}
