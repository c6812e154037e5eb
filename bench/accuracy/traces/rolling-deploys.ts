import { poisson, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  type GroupMove,
  HOUR,
  MINUTE,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

/** A rolling restart every other hour, in which nobody works for three minutes. */
export function rollingDeploys(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const beginnings = repeated(2 * HOUR, 2 * HOUR, durationMs - HOUR)
  const pauses = beginnings.map(from => ({ from, to: from + 3 * MINUTE }))
  const partitions = servedPartitions(options, pauses, random => ({
    appendedAt: poisson(random, durationMs, 0.1),
    workMs: 20,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  const group: GroupMove[] = [{ at: 0, state: 'Stable', members: 4 }]
  for (const from of beginnings) {
    for (let restart = 0; restart < 3; restart++) {
      const at = from + restart * MINUTE
      group.push({ at, state: 'PreparingRebalance', members: 3 })
      group.push({ at: at + 40 * SECOND, state: 'Stable', members: 4 })
    }
  }
  return traceOf('rolling deploys', durationMs, partitions, { group })
}
