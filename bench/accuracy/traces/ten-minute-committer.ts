import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { DAY, MINUTE, type Trace, type TraceOptions, traceOf } from './trace.ts'

export function tenMinuteCommitter(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, 0.1),
    workMs: 20,
    commitEveryMs: 10 * MINUTE + 37,
  }))
  return traceOf('10-minute committer', durationMs, partitions)
}
