import type { CodeCount } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

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

/** A map entry takes some microseconds: tens of thousands of topics may be unreadable at once. */
const ENTRIES_PER_STEP = ROWS_PER_STEP / 4

/**
 * Adds one for each event; entries whose name `keep` refuses are dropped, so that what no longer exists leaves no
 * series behind.
 */
export function* countCodes(
  before: CodeCounters,
  events: readonly { readonly name: string; readonly code: string }[],
  keep: (name: string) => boolean = () => true,
): Steps<CodeCounters> {
  if (events.length === 0 && before.counts === before.published && before.counts.every(c => keep(c.name))) {
    return before
  }
  const counts: CodeCount[] = []
  const positions = new Map<string, number>()
  for (const [i, entry] of before.counts.entries()) {
    if (i % ENTRIES_PER_STEP === ENTRIES_PER_STEP - 1) yield
    if (!keep(entry.name)) continue
    positions.set(keyOf(entry), counts.length)
    counts.push(entry)
  }
  const known = counts.length
  for (const [i, event] of events.entries()) {
    if (i % ENTRIES_PER_STEP === ENTRIES_PER_STEP - 1) yield
    const key = keyOf(event)
    const at = positions.get(key) ?? counts.length
    positions.set(key, at)
    counts[at] = { name: event.name, code: event.code, count: (counts[at]?.count ?? 0) + 1 }
  }
  if (counts.length === known) return { counts, published: counts }
  return { counts, published: counts.map((c, i) => (i < known ? c : { ...c, count: 0 })) }
}

function keyOf(entry: { readonly name: string; readonly code: string }): string {
  return `${entry.name}\u0000${entry.code}`
}
