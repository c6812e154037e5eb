import type { CastResult } from './cast-score.ts'

/** Milliseconds as seconds. */
export const s = (ms: number) => (Number.isNaN(ms) ? '–' : `${(ms / 1_000).toFixed(2)} s`)
/** The same for a cell of a table. */
export const n = (ms: number) => (Number.isNaN(ms) ? '–' : (ms / 1_000).toFixed(ms < 100_000 ? 2 : 0))
export const share = (part: number, whole: number) =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part === whole ? 0 : 2)} %`

export function lostTruth({ lostTrue: { least, most } }: CastResult): string {
  return least === most ? String(most) : `${least} to ${most}`
}
