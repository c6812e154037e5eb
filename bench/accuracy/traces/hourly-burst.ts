import { bursts, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, HOUR, SECOND, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** A burst on the hour that takes some 16 minutes to work off. */
export function hourlyBurst(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: bursts(random, repeated(HOUR, HOUR, durationMs - HOUR), 1_000, 10 * SECOND),
    workMs: 980,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('hourly burst', durationMs, partitions)
}
