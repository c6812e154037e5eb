/** Latest instant that ECMAScript can write. */
const MAX_TIME_MS = 8.64e15

/** JSON has no NaN: what is not known is null, never 0. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** ISO 8601 in UTC; null for the 0 and NaN that mean "never" and "not known". */
export function instant(ms: number): string | null {
  return ms > 0 && ms <= MAX_TIME_MS ? new Date(ms).toISOString() : null
}

/** Seconds from an instant to the instant that ages are counted to; null where it is not known, never negative. */
export function ageSeconds(takenAt: number, at: number): number | null {
  return at > 0 && Number.isFinite(at) ? Math.max(0, takenAt - at) / 1000 : null
}

/** '' is how a snapshot says that a text is not known. */
export function knownText(text: string): string | null {
  return text === '' ? null : text
}
