import { Random } from '../random.ts'
import { consume, joinSpans } from './consumers.ts'
import { poisson } from './producers.ts'
import {
  COMMIT_EVERY_MS,
  DAY,
  FOREVER,
  HOUR,
  NEVER,
  plainLog,
  SECOND,
  type Trace,
  type TraceOptions,
  traceOf,
} from './trace.ts'
import { wedgesOf } from './wedges.ts'

const KEYS = 200

/**
 * A compacted topic: once an hour all but the newest record of each of 200 keys is removed from what is older than an
 * hour. The consumer is too slow by day, and falls among the holes.
 */
export function compaction(options: TraceOptions): Trace {
  const durationMs = options.days * DAY
  const rate = { most: 0.2, at: (ms: number) => 0.1 * (1 - Math.cos((2 * Math.PI * ms) / DAY)) }
  const partitions = Array.from({ length: options.partitions }, (_, p) => {
    const random = new Random(options.seed * 10_007 + p)
    const appendedAt = poisson(random, durationMs, rate)
    const removedAt = compact(appendedAt, random, durationMs)
    const wedges = wedgesOf(options, random, p)
    const commits = consume(appendedAt, {
      // What was removed before its turn costs nothing; that it takes some time keeps the model simple.
      workMs: 7.5 * SECOND,
      commitEveryMs: COMMIT_EVERY_MS,
      phaseMs: p * 50,
      pauses: joinSpans(wedges),
    })
    return { logs: [plainLog(appendedAt, { removedAt })], commits, wedges }
  })
  return traceOf('compaction', durationMs, partitions, { config: { ...FOREVER, cleanupPolicy: 'compact' } })
}

function compact(appendedAt: Uint32Array, random: Random, durationMs: number): Uint32Array {
  const removedAt = new Uint32Array(appendedAt.length).fill(NEVER)
  const newest = new Map<number, number>()
  let dirty = 0
  for (let run = HOUR; run < durationMs; run += HOUR) {
    for (; dirty < appendedAt.length && (appendedAt[dirty] as number) < run - HOUR; dirty++) {
      const key = Math.floor(random.between(0, KEYS))
      const before = newest.get(key)
      if (before !== undefined) removedAt[before] = run
      newest.set(key, dirty)
    }
  }
  return removedAt
}
