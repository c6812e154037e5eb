import { bursts, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, HOUR, MINUTE, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** Silence for twelve hours, then five hundred records in a minute. */
export function idleThenBurst(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: bursts(random, repeated(11 * HOUR, 12 * HOUR, durationMs - HOUR), 500, MINUTE),
    workMs: 500,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('idle then burst', durationMs, partitions)
}
