import { type Exposition, labelsOf, nameOf, type Samples, seriesOf } from './exposition-text.ts'

/**
 * What no scrape may break, whatever happens to the cluster. Tells what is broken, in words.
 *
 * @param mayRestart series of things that a test deletes and makes anew
 */
export function createInvariants(mayRestart: () => RegExp | null): (exposition: Exposition) => string[] {
  const counted = new Map<string, number>()
  return ({ samples, counters }) => {
    const broken: string[] = []
    for (const [series, value] of samples) {
      const name = nameOf(series)
      if (name.endsWith('_total') !== counters.has(name)) broken.push(`${name} is typed wrongly`)
      if (counters.has(name)) {
        const before = counted.get(series) ?? 0
        if (value < before && !mayRestart()?.test(series))
          broken.push(`${series} went from ${before} to ${value}`)
        counted.set(series, value)
      }
      if (/_lag(_sum|_max)?$/.test(name) && value < 0) broken.push(`${series} is ${value}`)
      if (Number.isNaN(value) && name.startsWith('kafka_')) broken.push(`${series} is not a number`)
    }
    return [...broken, ...brokenSums(samples)]
  }
}

/** No sum over a hole. */
function brokenSums(samples: Samples): string[] {
  const parts = new Map<string, { offsets: number; lags: number; sum: number }>()
  const partOf = (series: string) => {
    const { consumergroup, topic } = labelsOf(series)
    const key = `{consumergroup="${consumergroup}",topic="${topic}"}`
    const part = parts.get(key) ?? { offsets: 0, lags: 0, sum: 0 }
    parts.set(key, part)
    return part
  }
  for (const series of seriesOf(samples, 'kafka_consumergroup_current_offset')) partOf(series).offsets++
  for (const series of seriesOf(samples, 'kafka_consumergroup_lag')) {
    const part = partOf(series)
    part.lags++
    part.sum += samples.get(series)!
  }
  return [...parts].flatMap(([key, { offsets, lags, sum }]) => {
    const shown = samples.get(`kafka_consumergroup_lag_sum${key}`)
    if (shown === undefined) return []
    if (lags < offsets) return [`kafka_consumergroup_lag_sum${key} is a sum over ${offsets - lags} holes`]
    return shown === sum ? [] : [`kafka_consumergroup_lag_sum${key} is ${shown}, not ${sum}`]
  })
}
