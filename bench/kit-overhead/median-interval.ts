import { median } from '../poll/report.ts'

export interface MedianInterval {
  readonly median: number
  /** Null where there are too few values to say anything. */
  readonly interval: readonly [low: number, high: number] | null
}

/**
 * The median, and between which of the values that of all there could ever be lies, with 95 % or more: by the sign test,
 * which supposes nothing about how they are distributed.
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  const sorted = [...values].sort((a, b) => a - b)
  const n = sorted.length
  // Of n values so many lie below the median: binomial. `outside` is the chance that fewer than `left` do.
  let outside = 0
  let chance = 0.5 ** n
  let left = 0
  while (outside + chance <= 0.025) {
    outside += chance
    chance *= (n - left) / (left + 1)
    left++
  }
  const interval = left === 0 ? null : ([sorted[left - 1] as number, sorted[n - left] as number] as const)
  return { median: median(values), interval }
}
