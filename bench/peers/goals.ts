import type { Measured } from './measured.ts'

export interface Goal {
  readonly what: string
  readonly measured: number
  readonly limit: number
  /** Which values were compared. */
  readonly of: string
}

type Metric = 'wholeMs' | 'firstByteMs' | 'requests' | 'cpuMs' | 'peakRssBytes'

/** What is asked of ours beside the better peer, with the same families on, and of ours alone. */
export function goalsOf(measured: readonly Measured[], groupPartitions: number): readonly Goal[] {
  const isLarge = groupPartitions >= 200_000
  const goals = [
    ratio(measured, 'wholeMs', 'scrape, whole, share of the better peer', 1 / 10),
    ratio(measured, 'firstByteMs', 'scrape, first byte, share of the better peer', 1 / 10),
    ratio(measured, 'requests', 'Kafka requests a poll, share of the better peer’s a scrape', 1 / 10),
    ratio(measured, 'cpuMs', 'CPU of a poll and a scrape, share of the better peer', isLarge ? 1 / 8 : 1 / 5),
    ratio(measured, 'peakRssBytes', 'peak RSS, share of the better peer', 1 / 2),
  ].filter(goal => goal !== null)
  for (const one of measured.filter(({ contender }) => contender.role === 'ours')) {
    const { name, families } = one.contender
    const alone = (what: string, value: number, limit: number) =>
      goals.push({ what, measured: value, limit, of: name })
    if (families === 'all') alone('µs a series, first scrape', (one.wholeMs * 1e3) / one.series, 0.2)
    else if (groupPartitions === 200_000) alone('peak RSS, MB', one.peakRssBytes / 1e6, 220)
    // Two medians of the same work are never quite equal.
    alone('scrape with 1 ms more a request, share of that without', one.delayedMs / one.gateMs, 1.25)
    alone('longest scrape while a broker hangs, ms', one.hungMs, 100)
  }
  return goals.filter(goal => !Number.isNaN(goal.measured))
}

/** Ours with the families of the peer that needs least, beside that peer. */
function ratio(measured: readonly Measured[], metric: Metric, what: string, limit: number): Goal | null {
  const peers = measured.filter(one => one.contender.role === 'peer' && !Number.isNaN(one[metric]))
  const better = peers.toSorted((a, b) => a[metric] - b[metric])[0]
  const ours = measured.find(one => one.contender.families === better?.contender.name)
  if (better === undefined || ours === undefined) return null
  const of = `${ours.contender.name} / ${better.contender.name}`
  return { what, measured: ours[metric] / better[metric], limit, of }
}
