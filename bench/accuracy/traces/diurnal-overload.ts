import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, SECOND, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** Twice the mean at noon, nothing at midnight: more than the consumer can do for a third of the day. */
export function diurnalOverload(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const rate = { most: 0.2, at: (ms: number) => 0.1 * (1 - Math.cos((2 * Math.PI * ms) / DAY)) }
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, rate),
    workMs: 7.5 * SECOND,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('diurnal overload', durationMs, partitions)
}
