/** Longer values are cut: a fault is one line. */
const SHOWN_CHARACTERS = 80

/** A value as a fault shows it. Control characters come out escaped: a fault may be printed on a terminal. */
export function shown(raw: unknown): string {
  if (raw === null || raw === undefined) return 'nothing'
  if (typeof raw === 'string') {
    return JSON.stringify(raw.length > SHOWN_CHARACTERS ? `${raw.slice(0, SHOWN_CHARACTERS)}…` : raw)
  }
  if (Array.isArray(raw)) return raw.length === 0 ? 'an empty list' : 'a list'
  return typeof raw === 'object' ? 'a mapping' : String(raw)
}
