import { Random } from '../random.ts'
import { consume, movesBefore } from './consumers.ts'
import { poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  countUpTo,
  DAY,
  type Expectation,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

/** At half time the group drops the topic from its subscription and goes on with another: nobody wedged. */
export function abandoned(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const left = Math.floor(durationMs / 2)
  const expectations: Expectation[] = []
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const appendedAt = poisson(random, durationMs, 0.1)
    const model = { workMs: 20, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50 }
    const commits = movesBefore(consume(appendedAt, model), left)
    const head = appendedAt[commits.to[countUpTo(commits.at, left) - 1] ?? 0] ?? durationMs
    const from = Math.max(left + 45 * SECOND, head)
    expectations.push({ partition: p, state: 'abandoned', from, to: durationMs, patienceMs: 0 })
    return { logs: [plainLog(appendedAt)], commits, wedges: [] }
  })
  return traceOf('abandoned topic', durationMs, partitions, {
    group: [
      { at: 0, state: 'Stable', members: 4 },
      { at: left, state: 'PreparingRebalance', members: 4 },
      { at: left + 45 * SECOND, state: 'Stable', members: 4, isUnassigned: true },
    ],
    expectations,
    hasOtherTopic: true,
  })
}
