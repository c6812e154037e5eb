import { Random } from '../random.ts'
import { consume, joinMoves, movesBefore } from './consumers.ts'
import { poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  countUpTo,
  DAY,
  HOUR,
  type LogTrace,
  MINUTE,
  type Moves,
  movesOf,
  NEVER,
  NO_MOVES,
  type PartitionTrace,
  plainLog,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'

const ADDED = 4
const LOST_RECORDS = 60

/**
 * After a quarter of the time the topic is deleted and made anew; after half of it it gets four partitions more, on
 * the last of which nobody ever commits; after three quarters an unclean election takes the last sixty records of
 * every other partition, and it is ten minutes until its consumer goes back to the end.
 */
export function recreateExpandTruncate(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const recreated = Math.floor(durationMs * 0.25)
  const expanded = Math.floor(durationMs * 0.5)
  const truncated = Math.floor(durationMs * 0.75)
  const count = options.partitions
  const partitions = Array.from({ length: count + ADDED }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const model = { workMs: 20, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50 }
    if (p >= count) {
      const appendedAt = poisson(random, durationMs, 0.1, expanded + SECOND)
      const from = expanded + 5 * MINUTE
      const commits = p === count + ADDED - 1 ? NO_MOVES : consume(appendedAt, { ...model, from })
      return { logs: [plainLog(appendedAt, { from: expanded })], commits, wedges: [] }
    }
    const old = poisson(random, recreated, 0.2)
    const fresh = poisson(random, durationMs, 0.2, recreated + SECOND)
    const first = consume(old, { ...model, to: recreated })
    const gone = movesOf([[recreated, NEVER]])
    const from = recreated + MINUTE
    if (p % 2 === 0) {
      const later = consume(fresh, { ...model, from })
      const logs = [plainLog(old), plainLog(fresh, { from: recreated })]
      return { logs, commits: joinMoves(first, gone, later), wedges: [] }
    }
    const cut = cutLog(fresh, truncated, random, durationMs)
    const before = movesBefore(consume(fresh, { ...model, from }), truncated)
    const reset: Moves = movesOf([[truncated + 10 * MINUTE, cut.end]])
    const after = consume(cut.log.appendedAt, { ...model, from: truncated + 11 * MINUTE, offset: cut.end })
    const logs = [plainLog(old), plainLog(fresh, { from: recreated }), cut.log]
    return { logs, commits: joinMoves(first, gone, before, reset, after), wedges: [] }
  })
  const last = count + ADDED - 1
  const never = {
    partition: last,
    state: 'never_committed' as const,
    from: partitions[last]?.logs[0]?.appendedAt[0] ?? 0,
    to: durationMs,
    patienceMs: 15 * MINUTE,
  }
  return traceOf('recreate, expand, truncate', durationMs, partitions, {
    topics: [
      { at: 0, id: 'AAAAAAAAQACAAAAAAAAAAQ', partitions: count },
      { at: recreated, id: 'AAAAAAAAQACAAAAAAAAAAg', partitions: count },
      { at: expanded, id: 'AAAAAAAAQACAAAAAAAAAAg', partitions: count + ADDED },
    ],
    expectations: [never],
  })
}

/** The log after a truncation; nothing is produced for the first twenty minutes. */
function cutLog(
  appendedAt: Uint32Array,
  at: number,
  random: Random,
  durationMs: number,
): { readonly log: LogTrace; readonly end: number } {
  const end = Math.max(0, countUpTo(appendedAt, at) - LOST_RECORDS)
  const more = poisson(random, durationMs, 0.2, at + HOUR / 3)
  const joined = new Uint32Array(end + more.length)
  joined.set(appendedAt.subarray(0, end))
  joined.set(more, end)
  return { log: plainLog(joined, { from: at }), end }
}
