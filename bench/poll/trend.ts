/** Of the samples from the beginning: what is compiled, laid out and filled once is no trend. */
const WARM_UP = 0.2

export interface Trend {
  /** From one sample to the next, along the line of least squares. */
  readonly slope: number
  /** What that line rises by from its first sample to its last, as a share of its mean. */
  readonly growth: number
  readonly mean: number
  readonly least: number
  readonly most: number
}

/** Of what follows the warm-up. */
export function trendOf(samples: readonly number[]): Trend {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP))
  const mean = steady.reduce((sum, value) => sum + value, 0) / steady.length
  const middle = (steady.length - 1) / 2
  let [rise, run] = [0, 0]
  for (const [n, value] of steady.entries()) {
    rise += (n - middle) * (value - mean)
    run += (n - middle) ** 2
  }
  const slope = rise / run
  return {
    slope,
    growth: (slope * (steady.length - 1)) / mean,
    mean,
    least: Math.min(...steady),
    most: Math.max(...steady),
  }
}

/** Mean of the second half against the mean of the second quarter, less one: for runs that warm up most of the while. */
export function growthAfterWarmUp(samples: readonly number[]): number {
  const mean = (from: number, to: number) => {
    const part = samples.slice(from, to)
    return part.reduce((sum, value) => sum + value, 0) / part.length
  }
  const half = samples.length >> 1
  return mean(half, samples.length) / mean(half >> 1, half) - 1
}
