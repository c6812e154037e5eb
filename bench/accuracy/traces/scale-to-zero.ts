import { poisson, repeated } from './producers.ts'
import { servedPartitions } from './served.ts'
import {
  COMMIT_EVERY_MS,
  countUpTo,
  DAY,
  type Expectation,
  type GroupMove,
  HOUR,
  MINUTE,
  type PartitionTrace,
  type Span,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

/** From ten in the evening to ten to midnight nobody is there, while records come: no consumer, and no stall. */
export function scaleToZero(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const nights = repeated(22 * HOUR, DAY, durationMs - 2 * HOUR).map(from => ({
    from,
    to: from + 110 * MINUTE,
  }))
  const partitions = servedPartitions(options, nights, random => ({
    appendedAt: poisson(random, durationMs, 0.1),
    workMs: 20,
    commitEveryMs: COMMIT_EVERY_MS,
  }))
  const group: GroupMove[] = [{ at: 0, state: 'Stable', members: 4 }]
  for (const { from, to } of nights) {
    group.push({ at: from, state: 'Empty', members: 0 }, { at: to, state: 'Stable', members: 4 })
  }
  const expectations = partitions.flatMap((partition, p) =>
    nights.flatMap(night => waiting(partition, p, night)),
  )
  return traceOf('scale to zero', durationMs, partitions, { group, expectations })
}

/** From when the first record waits in the span: none where the consumer was wedged already. */
function waiting(
  { logs, commits, wedges }: PartitionTrace,
  partition: number,
  { from, to }: Span,
): Expectation[] {
  if (wedges.some(wedge => wedge.from < to && wedge.to > from)) return []
  const offset = commits.to[countUpTo(commits.at, from) - 1] ?? 0
  const head = Math.max(from, logs[0]?.appendedAt[offset] ?? to)
  if (head >= to) return []
  return [{ partition, state: 'no_consumer', from: head, to, patienceMs: 15 * MINUTE }]
}
