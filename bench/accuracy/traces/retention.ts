import { type Moves, NEVER } from './trace.ts'

export interface Retention {
  readonly retentionMs: number
  /** -1: unlimited. */
  readonly retentionBytes: number
  readonly recordBytes: number
  /** A segment is rolled when a record comes this long after its first. */
  readonly segmentMs: number
  readonly segmentRecords: number
}

/** `log.retention.check.interval.ms`, Kafka's default. */
const CHECK_EVERY_MS = 300_000

/**
 * Log start moves as UnifiedLog.deleteOldSegments makes them: whole segments from the oldest on, each when its largest
 * time stamp is older than retention.ms, or while the log without it is still retention.bytes; the active one too, once
 * it is old enough, for a broker rolls it then.
 */
export function logStarts(appendedAt: Uint32Array, durationMs: number, retention: Retention): Moves {
  const { retentionMs, retentionBytes, recordBytes, segmentMs, segmentRecords } = retention
  const at: number[] = []
  const to: number[] = []
  let first = 0
  let end = 0
  for (let now = CHECK_EVERY_MS; now < durationMs; now += CHECK_EVERY_MS) {
    while (end < appendedAt.length && (appendedAt[end] as number) <= now) end++
    let start = first
    for (;;) {
      let next = start
      const openedAt = appendedAt[start] ?? NEVER
      while (
        next < end &&
        next - start < segmentRecords &&
        (appendedAt[next] as number) - openedAt < segmentMs
      )
        next++
      if (next === start) break
      const isActive = next === end
      const isOld = now - (appendedAt[next - 1] as number) > retentionMs
      const isExcess = retentionBytes >= 0 && !isActive && (end - next) * recordBytes >= retentionBytes
      if (!isOld && !isExcess) break
      start = next
    }
    if (start === first) continue
    first = start
    at.push(now)
    to.push(start)
  }
  return { at: Uint32Array.from(at), to: Uint32Array.from(to) }
}
