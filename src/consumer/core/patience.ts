export const STALLED_AFTER_MS = 300_000

/**
 * How long there may be work without an advance, in milliseconds. A function that answers no milliseconds, or throws,
 * must not make a stuck consumer look live: then it is the default.
 */
export function patienceOf(
  stalledAfterMs: number | ((topic: string, partition: number) => number),
): (topic: string, partition: number) => number {
  if (typeof stalledAfterMs === 'number') return () => stalledAfterMs
  return (topic, partition) => {
    try {
      const ms = stalledAfterMs(topic, partition)
      return ms > 0 ? ms : STALLED_AFTER_MS
    } catch {
      return STALLED_AFTER_MS
    }
  }
}
