import { Random } from '../random.ts'
import { consume } from './consumers.ts'
import { poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  type PartitionTrace,
  plainLog,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

const PARTITIONS = 50
const POISONED = 17

/** One of fifty partitions comes to a record that its consumer tries again for ever; auto-commit goes on. */
export function poisonPill(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const wedge = { from: Math.floor(durationMs * 0.4), to: durationMs }
  const partitions = Array.from({ length: PARTITIONS }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const appendedAt = poisson(random, durationMs, 0.1)
    const wedges = p === POISONED ? [wedge] : []
    const model = { workMs: 20, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50, pauses: wedges }
    return { logs: [plainLog(appendedAt)], commits: consume(appendedAt, model), wedges }
  })
  return traceOf('poison pill on 1 of 50', durationMs, partitions, { repeatsCommits: true })
}
