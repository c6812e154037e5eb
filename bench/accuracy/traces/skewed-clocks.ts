import { Random } from '../random.ts'
import { consume, joinSpans } from './consumers.ts'
import { bursts, merged, poisson, repeated } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  HOUR,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'
import { wedgesOf } from './wedges.ts'

/**
 * Producers whose clocks are some seconds off; two records in a thousand are stamped an hour ahead, and at noon two
 * hundred of the day before are sent again with their old stamps.
 */
export function skewedClocks(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const replayed = bursts(random, repeated(DAY / 2, DAY, durationMs - HOUR), 200, 10 * SECOND)
    const appendedAt = merged(poisson(random, durationMs, 0.05), replayed)
    const again = new Set(replayed)
    const stamps = Float64Array.from(appendedAt, at => {
      if (again.has(at)) return at - DAY
      return random.next() < 0.002 ? at + HOUR : at + Math.round(2 * SECOND * random.normal())
    })
    const wedges = wedgesOf(options, random, p)
    const commits = consume(appendedAt, {
      workMs: 200,
      commitEveryMs: COMMIT_EVERY_MS,
      phaseMs: p * 50,
      pauses: joinSpans(wedges),
    })
    return { logs: [plainLog(appendedAt, { stamps })], commits, wedges }
  })
  return traceOf('skewed clocks', durationMs, partitions)
}
