import { Random } from '../random.ts'
import { consume, joinMoves, movesBefore } from './consumers.ts'
import { poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  type GroupMove,
  HOUR,
  MINUTE,
  type Moves,
  movesOf,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
  valueAt,
} from './trace.ts'

/**
 * By turns: back by 500 records and by 20,000, forward to the end out of a backlog, and every two hours back by a few,
 * as commits out of order after a rebalance do. Resets are made as Kafka's tool makes them, while nobody is there.
 */
export function rewindAndReset(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const away = Math.floor(durationMs * 0.5)
  const back = away + 5 * MINUTE
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const appendedAt = poisson(random, durationMs, 0.2)
    const kind = p % 4
    // The third lags by hours until the reset.
    const first = movesBefore(consume(appendedAt, model(p, kind === 2 ? 6 * SECOND : 300)), away)
    const commits = kind === 3 ? slipping(first, back) : first
    const resetAt = away + 2 * MINUTE
    const stood = first.to.at(-1) ?? 0
    const target =
      kind === 0
        ? stood - 500
        : kind === 1
          ? Math.max(0, stood - 20_000)
          : kind === 2
            ? countAppended(appendedAt, resetAt)
            : stood
    const reset = movesOf([[resetAt, target]])
    const later = consume(appendedAt, { ...model(p, 300), from: back, offset: target })
    return { logs: [plainLog(appendedAt)], commits: joinMoves(commits, reset, later), wedges: [] }
  })
  const group: GroupMove[] = [
    { at: 0, state: 'Stable', members: 4 },
    { at: away, state: 'Empty', members: 0 },
    { at: back, state: 'Stable', members: 4 },
  ]
  return traceOf('rewind and reset', durationMs, partitions, { group })
}

const model = (p: number, workMs: number) => ({ workMs, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50 })

function countAppended(appendedAt: Uint32Array, at: number): number {
  return valueAt({ at: appendedAt, to: appendedAt.map((_, i) => i + 1) }, at, 0)
}

/** Every two hours the commit goes back by five for half a minute. */
function slipping({ at, to }: Moves, before: number): Moves {
  const moves: [number, number][] = []
  let slip = 2 * HOUR
  for (let i = 0; i < at.length; i++) {
    const now = at[i] as number
    const offset = to[i] as number
    if (now >= slip && now < slip + 30 * SECOND && now < before) moves.push([now, Math.max(0, offset - 20)])
    else moves.push([now, offset])
    if (now >= slip + 30 * SECOND) slip += 2 * HOUR
  }
  return movesOf(moves)
}
