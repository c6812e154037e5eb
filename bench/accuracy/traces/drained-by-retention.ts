import { Random } from '../random.ts'
import { consume, joinMoves, movesBefore } from './consumers.ts'
import { merged, poisson } from './producers.ts'
import { logStarts } from './retention.ts'
import {
  COMMIT_EVERY_MS,
  countUpTo,
  DAY,
  FOREVER,
  type GroupMove,
  HOUR,
  MINUTE,
  type Moves,
  type PartitionTrace,
  plainLog,
  type Trace,
  type TraceOptions,
  traceOf,
  valueAt,
} from './trace.ts'

const RETENTION_MS = 6 * HOUR
const SEGMENT_MS = 30 * MINUTE
const RECORD_BYTES = 500

/**
 * The consumer goes after 0.8 days and the producer after a day: retention takes what waits, to the last record. Both
 * come back after two and a half days. On every third partition the consumer is slower than the producer before that,
 * so that retention overtakes it while it works.
 */
export function drainedByRetention(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const gone = Math.floor(0.8 * DAY)
  const back = Math.floor(options.days * DAY * 0.65)
  const retention = {
    retentionMs: RETENTION_MS,
    retentionBytes: -1,
    recordBytes: RECORD_BYTES,
    segmentMs: SEGMENT_MS,
    segmentRecords: 100_000,
  }
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const random = new Random(options.seed * 10_007 + p)
    const appendedAt = merged(poisson(random, DAY, 0.2), poisson(random, durationMs, 0.2, back))
    const starts = logStarts(appendedAt, durationMs, retention)
    const commits =
      p % 3 === 0
        ? overtaken(appendedAt, starts, gone, p)
        : movesBefore(
            consume(appendedAt, { workMs: 20, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50 }),
            gone,
          )
    // auto.offset.reset=earliest: what comes back begins at the log start.
    const offset = valueAt(starts, back, 0)
    const later = consume(appendedAt, {
      workMs: 20,
      commitEveryMs: COMMIT_EVERY_MS,
      phaseMs: p * 50,
      from: back + MINUTE,
      offset: Math.max(offset, commits.to.at(-1) ?? 0),
    })
    return { logs: [plainLog(appendedAt, { starts })], commits: joinMoves(commits, later), wedges: [] }
  })
  const group: GroupMove[] = [
    { at: 0, state: 'Stable', members: 4 },
    { at: gone, state: 'Empty', members: 0 },
    { at: back + MINUTE, state: 'Stable', members: 4 },
  ]
  return traceOf('drained by retention', durationMs, partitions, {
    group,
    config: { ...FOREVER, retentionMs: RETENTION_MS },
    recordBytes: RECORD_BYTES,
    retentionSpanMs: RETENTION_MS,
    segmentSpanMs: SEGMENT_MS,
  })
}

/** A consumer that does three quarters of what comes, and begins again at the log start when that has passed it. */
function overtaken(appendedAt: Uint32Array, starts: Moves, until: number, phase: number): Moves {
  const at: number[] = []
  const to: number[] = []
  const every = COMMIT_EVERY_MS
  let now = phase
  let offset = 0
  for (;;) {
    offset = Math.max(offset, valueAt(starts, now, 0))
    if (offset >= appendedAt.length) break
    now = Math.max(now, appendedAt[offset] as number) + 6_700
    offset++
    const commit = Math.ceil(now / every) * every
    if (commit >= until) break
    if (at.at(-1) === commit) to[to.length - 1] = offset
    else {
      at.push(commit)
      to.push(offset)
    }
  }
  return { at: Uint32Array.from(at), to: Uint32Array.from(to) }
}

/** Retention by bytes at a constant rate: the consumer stops for good and the log goes over its limit. */
export function drainedByBytes(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const gone = Math.floor(0.5 * DAY)
  const retention = {
    retentionMs: FOREVER.retentionMs,
    retentionBytes: 10_000 * RECORD_BYTES,
    recordBytes: RECORD_BYTES,
    segmentMs: 7 * DAY,
    segmentRecords: 500,
  }
  const partitions = Array.from({ length: options.partitions }, (_, p): PartitionTrace => {
    const every = 2_000 + 50 * p
    const appendedAt = Uint32Array.from({ length: Math.floor(durationMs / every) }, (_, i) => i * every + p)
    const starts = logStarts(appendedAt, durationMs, retention)
    const commits = movesBefore(
      consume(appendedAt, { workMs: 20, commitEveryMs: COMMIT_EVERY_MS, phaseMs: p * 50 }),
      gone,
    )
    return { logs: [plainLog(appendedAt, { starts })], commits, wedges: [] }
  })
  const { retentionBytes, segmentRecords, recordBytes } = retention
  const slowest = 2_000 + 50 * (options.partitions - 1)
  return traceOf('drained by retention.bytes', durationMs, partitions, {
    group: [
      { at: 0, state: 'Stable', members: 4 },
      { at: gone, state: 'Empty', members: 0 },
    ],
    config: { ...FOREVER, retentionBytes },
    recordBytes,
    retentionSpanMs: (retentionBytes / recordBytes) * 2_000,
    segmentSpanMs: segmentRecords * slowest,
  })
}

/** When each offset is deleted: the first move of the log start beyond it; NaN where none is in the trace. */
export function deletedAt(starts: Moves, offset: number): number {
  // Log starts ascend as their instants do.
  const n = countUpTo(starts.to, offset)
  return n < starts.at.length ? (starts.at[n] as number) : Number.NaN
}
