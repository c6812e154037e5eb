import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, SECOND, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** A record every ten minutes or so: each is the first after a long silence. */
export function sparse(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, 1 / 600),
    workMs: SECOND,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('sparse', durationMs, partitions)
}
