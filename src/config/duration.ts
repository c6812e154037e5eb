const DURATION =
  /^(?:(\d{1,9})y)?(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/

const SECOND = 1_000
const DAY = 86_400 * SECOND
const UNITS = [365 * DAY, 7 * DAY, DAY, 3_600 * SECOND, 60 * SECOND, SECOND, 1]

/**
 * Milliseconds of a duration as Prometheus writes them (`1h30m`, `15s`, `500ms`, `0`), or null where it is none.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/ `<duration>`
 */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0
  const match = DURATION.exec(text)
  if (match === null || text === '') return null
  return UNITS.reduce((total, unit, i) => total + unit * Number(match[i + 1] ?? 0), 0)
}

/** The same in the fewest of d, h, m, s and ms: years and weeks are harder to read than they are short. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0'
  let rest = milliseconds
  let text = ''
  for (const [unit, name] of [
    [DAY, 'd'],
    [3_600 * SECOND, 'h'],
    [60 * SECOND, 'm'],
    [SECOND, 's'],
    [1, 'ms'],
  ] as const) {
    const count = Math.floor(rest / unit)
    if (count > 0) text += `${count}${name}`
    rest -= count * unit
  }
  return text
}
