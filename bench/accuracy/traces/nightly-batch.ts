import { bursts, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, HOUR, SECOND, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** Two thousand records at two in the morning, worked off in 17 minutes, and nothing else. */
export function nightlyBatch(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: bursts(random, repeated(2 * HOUR, DAY, durationMs), 2_000, 10 * SECOND),
    workMs: 500,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('nightly batch', durationMs, partitions)
}
