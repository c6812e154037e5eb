import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, type Trace, type TraceOptions, traceOf } from './trace.ts'

export function steady(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, 0.2),
    workMs: 20,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('steady', durationMs, partitions)
}
