/**
 * How long to measure how fast something is consumed. Commits come in steps, so that a window must hold some of them:
 * over less, a group that commits every ten minutes stands still, runs, and stands still again.
 */
export const MIN_WINDOW_MS = 120_000
export const COMMITS_PER_WINDOW = 3
/** Where commits do not come: long enough to say that it stands. */
export const STANDING_WINDOW_MS = 1_800_000
/** A nightly batch is no pace. */
export const LONGEST_GAP_MS = 7_200_000

/** `advances`: polls in which commits moved on since the window began. `gapMs`: between the last two; NaN unknown. */
export function isWindowFull(ageMs: number, advances: number, gapMs: number): boolean {
  if (ageMs < MIN_WINDOW_MS) return false
  if (advances >= COMMITS_PER_WINDOW) return true
  const gap = Number.isNaN(gapMs) ? 0 : Math.min(gapMs, LONGEST_GAP_MS)
  return ageMs >= Math.max(STANDING_WINDOW_MS, COMMITS_PER_WINDOW * gap)
}
