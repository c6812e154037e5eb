import type { Labels } from './alert-case.ts'

/** A series as promtool takes it: one value each interval, null where there is none. */
export interface SampledSeries {
  readonly name: string
  readonly labels: Labels
  readonly values: readonly (number | null)[]
}

/** As promtool writes a series: `name{a="b"}`. */
export function seriesText(name: string, labels: Labels): string {
  const text = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return text.length === 0 ? name : `${name}{${text.join(', ')}}`
}

/**
 * Values in promtool's notation, runs put together. A series that ends gets a staleness marker, as Prometheus writes
 * one when a scrape fails or no longer brings it.
 */
export function valuesText(values: readonly (number | null)[]): string {
  const out: string[] = []
  for (let i = 0; i < values.length; ) {
    const value = values[i] as number | null
    if (value === null) {
      const end = endOf(values, i, v => v === null)
      if (i > 0) out.push('stale')
      const rest = end - i - (i > 0 ? 1 : 0)
      if (rest > 0) out.push(`_x${rest}`)
      i = end
      continue
    }
    const next = values[i + 1]
    const step = typeof next === 'number' ? next - value : 0
    const isExact = Number.isInteger(step) && Number.isInteger(value)
    const end = isExact ? endOf(values, i, (v, k) => v === value + step * (k - i)) : i + 1
    // `0x40` would be a hexadecimal number; with a step it is a run.
    out.push(end - i > 1 ? `${value}${step < 0 ? '-' : '+'}${Math.abs(step)}x${end - i - 1}` : String(value))
    i = end
  }
  return out.join(' ')
}

function endOf(
  values: readonly (number | null)[],
  from: number,
  goesOn: (value: number | null, index: number) => boolean,
): number {
  let end = from
  while (end < values.length && goesOn(values[end] as number | null, end)) end++
  return end
}
