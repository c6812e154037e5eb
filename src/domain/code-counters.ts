import type { CodeCount } from '../model/snapshot.ts'

/**
 * Counters with an open set of codes. A series that is born above 0 hides its first event from `increase()`, so a
 * new one is published at 0 in its first generation and at its count from the next on.
 */
export interface CodeCounters {
  readonly counts: readonly CodeCount[]
  /** What this generation shows: the same entries, those just born at 0. */
  readonly published: readonly CodeCount[]
}

export const NO_COUNTS: CodeCounters = { counts: [], published: [] }

/** Counters as they come back from a saved state: none is new. */
export function restoreCounts(counts: readonly CodeCount[]): CodeCounters {
  return { counts, published: counts }
}

/**
 * Adds one for each event; entries whose name `keep` refuses are dropped, so that what no longer exists leaves no
 * series behind.
 */
export function countCodes(
  before: CodeCounters,
  events: readonly { readonly name: string; readonly code: string }[],
  keep: (name: string) => boolean = () => true,
): CodeCounters {
  if (events.length === 0 && before.counts === before.published && before.counts.every(c => keep(c.name))) {
    return before
  }
  const byKey = new Map<string, CodeCount>()
  for (const entry of before.counts) if (keep(entry.name)) byKey.set(keyOf(entry), entry)
  const known = new Set(byKey.keys())
  for (const event of events) {
    const key = keyOf(event)
    const count = (byKey.get(key)?.count ?? 0) + 1
    byKey.set(key, { name: event.name, code: event.code, count })
  }
  const counts = [...byKey.values()]
  if (byKey.size === known.size) return { counts, published: counts }
  return { counts, published: counts.map(c => (known.has(keyOf(c)) ? c : { ...c, count: 0 })) }
}

function keyOf(entry: { readonly name: string; readonly code: string }): string {
  return `${entry.name}\u0000${entry.code}`
}
