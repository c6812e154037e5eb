import { Random } from '../random.ts'
import { consume } from './consumers.ts'
import { merged, poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  HOUR,
  type PartitionTrace,
  plainLog,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

/**
 * All consumers hang for 7 h and stay in their group. On every other partition the producer stops an hour into it, so
 * that a backlog waits behind an end that does not move.
 */
export function consumerStop(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const from = Math.floor(durationMs * 0.5 + random.between(0, HOUR))
    const wedge = { from, to: from + 7 * HOUR }
    const appendedAt =
      p % 2 === 0
        ? poisson(random, durationMs, 0.2)
        : merged(poisson(random, from + HOUR, 0.2), poisson(random, durationMs, 0.2, wedge.to + HOUR))
    const model = { workMs: 500, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50, pauses: [wedge] }
    return { logs: [plainLog(appendedAt)], commits: consume(appendedAt, model), wedges: [wedge] }
  })
  return traceOf('consumer stop', durationMs, partitions)
}
