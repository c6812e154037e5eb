import { poisson, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  type GroupMove,
  MINUTE,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

/** Every half hour nobody works for 70 s (classic, eager); two rebalances at a time. */
export function classicRebalanceStorm(options: TraceOptions): Trace {
  return storm('rebalance storm, classic', options, 70 * SECOND, [
    [0, 'PreparingRebalance'],
    [25 * SECOND, 'CompletingRebalance'],
    [30 * SECOND, 'PreparingRebalance'],
    [65 * SECOND, 'CompletingRebalance'],
    [70 * SECOND, 'Stable'],
  ])
}

/** The same with the KIP-848 protocol: shorter pauses, and most partitions go on in between. */
export function consumerRebalanceStorm(options: TraceOptions): Trace {
  return storm('rebalance storm, KIP-848', options, 20 * SECOND, [
    [0, 'Assigning'],
    [6 * SECOND, 'Reconciling'],
    [50 * SECOND, 'Stable'],
  ])
}

function storm(
  name: string,
  options: TraceOptions,
  pauseMs: number,
  states: readonly (readonly [number, GroupMove['state']])[],
): Trace {
  const durationMs = options.days * DAY
  const beginnings = repeated(10 * MINUTE, 30 * MINUTE, durationMs - 30 * MINUTE)
  const pauses = beginnings.map(from => ({ from, to: from + pauseMs }))
  const partitions = servedPartitions(options, pauses, random => ({
    appendedAt: poisson(random, durationMs, 0.1),
    workMs: 20,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  const group: GroupMove[] = [{ at: 0, state: 'Stable', members: 4 }]
  for (const [n, from] of beginnings.entries()) {
    for (const [after, state] of states) group.push({ at: from + after, state, members: 3 + (n % 2) })
  }
  return traceOf(name, durationMs, partitions, {
    group,
    groupKind: name.includes('848') ? 'consumer' : 'classic',
  })
}
