import type { Query } from '../../signals/query.ts'

/**
 * Where a counter has grown within the window, and by how much. increase() sees only what grew between two samples of
 * its window. What grew while nothing was scraped for longer, such as a loss while the exporter was down, is told by
 * the last sample before the gap, up to an hour older.
 */
export function grown(q: Query, counter: string, window: string): string {
  const series = q.series(counter)
  const before = q.merged(`last_over_time(${series}[1h] offset ${window})`)
  return [
    `${q.merged(`increase(${series}[${window}])`)} > 0`,
    `or (${q.now(counter)} - ${before} unless ${q.merged(`${series} offset ${window}`)}) > 0`,
  ].join('\n')
}
