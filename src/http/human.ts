/** Made once, as making it is what costs, and not before a page is asked for: it takes 5 MB of Unicode's tables. */
let counts: Intl.NumberFormat | undefined

/** 1234567 as 1,234,567; a dash for what is not known. */
export function humanCount(value: number | null): string {
  if (value === null) return '–'
  counts ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
  return counts.format(value)
}

/** Seconds in the two largest units that matter: 420 ms, 4 s, 14 min, 3 h 12 min, 5 d 2 h; a dash where not known. */
export function humanDuration(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds > 0 && seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`
  if (seconds < 60) return `${Math.floor(seconds)} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return twoUnits(Math.floor(seconds / 60), 60, 'h', 'min')
  return twoUnits(Math.floor(seconds / 3_600), 24, 'd', 'h')
}

/** "14 min", "14 min ± 5 s"; an uncertainty below a second is not worth a word. */
export function humanLagTime(lag: {
  readonly lagSeconds: number | null
  readonly lagSecondsUncertainty: number | null
}): string {
  const { lagSeconds, lagSecondsUncertainty } = lag
  const isRough = lagSecondsUncertainty !== null && lagSecondsUncertainty >= 1
  return `${humanDuration(lagSeconds)}${isRough ? ` ± ${humanDuration(lagSecondsUncertainty)}` : ''}`
}

/** How long there has been work without an advance; `≥` where none has been seen: the clock may have begun too late. */
export function humanStall(clock: {
  readonly stalledSeconds: number | null
  readonly lastAdvanceAt: string | null
}): string {
  const isLeast = clock.lastAdvanceAt === null && clock.stalledSeconds !== null
  return `${isLeast ? '≥ ' : ''}${humanDuration(clock.stalledSeconds)}`
}

/** What `humanStall` is held against; null in states where something else is waited for than an advance. */
export function stallLimitSeconds({
  state,
  thresholdSeconds,
}: {
  readonly state: string | null
  readonly thresholdSeconds: number | null
}): number | null {
  return state === 'stalled' || state === 'advancing' ? thresholdSeconds : null
}

function twoUnits(small: number, perLarge: number, largeUnit: string, smallUnit: string): string {
  const rest = small % perLarge
  const large = `${Math.floor(small / perLarge)} ${largeUnit}`
  return rest === 0 ? large : `${large} ${rest} ${smallUnit}`
}

/** Bytes in the largest unit of 1024 that fits: 512 B, 70 MiB, 1.5 GiB. */
export function humanBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** power
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[power]}`
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 1 group, 2 groups. */
export function humanPlural(count: number, one: string, many = `${one}s`): string {
  return `${humanCount(count)} ${count === 1 ? one : many}`
}

/** "a", "a and b", "a, b and c". */
export function humanList(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** An instant to the second in UTC, with its day where that is another than that of the reader's `now`. */
export function humanInstant(ms: number, now: number): string {
  const [day = '', time = ''] = new Date(ms).toISOString().split('T')
  const today = new Date(now).toISOString().slice(0, day.length)
  return `${day === today ? '' : `${day} `}${time.slice(0, 8)} UTC`
}
