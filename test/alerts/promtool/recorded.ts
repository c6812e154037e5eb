import { readFileSync } from 'node:fs'
import { parseMetrics } from '../../e2e/metrics-text.ts'
import { type Labels, type Series, series } from './alert-case.ts'
import { seconds, type Timeline } from './timeline.ts'

interface Points {
  readonly name: string
  readonly labels: Labels
  readonly isCounter: boolean
  readonly values: (readonly [at: number, value: number])[]
}

/**
 * Scrapes that were recorded, in sections `== TIME INSTANCE`, drawn out: after the last one counters grow on as they
 * did from the first to the last, and all else stays. `jobOf` says of which job an instance is.
 */
export function recordedSeries(file: string, jobOf: (instance: string) => string): readonly Series[] {
  const found = new Map<string, Points>()
  for (const section of readFileSync(file, 'utf8').split(/^== /m).slice(1)) {
    const [, time = '', instance = '', text = ''] = /^(\S+) (\S+)\n(.*)$/s.exec(section) ?? []
    const metrics = parseMetrics(text)
    for (const name of new Set(metrics.series.map(s => s.replace(/\{.*/s, '')))) {
      for (const { labels, value } of metrics.all(name)) {
        const all = { job: jobOf(instance), instance, ...labels }
        const key = JSON.stringify([name, all])
        const points: Points = found.get(key) ?? {
          name,
          labels: all,
          isCounter: metrics.type(name) === 'counter',
          values: [],
        }
        found.set(key, points)
        points.values.push([seconds(time), value])
      }
    }
  }
  return [...found.values()].map(points => series(points.name, points.labels, drawnOut(points)))
}

function drawnOut({ isCounter, values }: Points): Timeline {
  const first = values[0] ?? [0, 0]
  const last = values.at(-1) ?? first
  const slope = isCounter && last[0] > first[0] ? Math.round((last[1] - first[1]) / (last[0] - first[0])) : 0
  return t => {
    if (t < first[0]) return null
    const seen = values.findLast(([at]) => at <= t) ?? first
    return t > last[0] ? last[1] + slope * (t - last[0]) : seen[1]
  }
}
