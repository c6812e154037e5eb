import { poisson } from './producers.ts'
import { servedPartitions } from './served.ts'
import { COMMIT_EVERY_MS, DAY, MINUTE, type Trace, type TraceOptions, traceOf } from './trace.ts'

/** Jobs of eight minutes, one every twenty: healthy silences longer than any fixed limit of five. */
export function longMessage(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = servedPartitions(options, [], random => ({
    appendedAt: poisson(random, durationMs, 1 / 1_200),
    workMs: 8 * MINUTE,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  return traceOf('long message', durationMs, partitions)
}
