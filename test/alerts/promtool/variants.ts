import type { AlertCase, Series, VariantName } from './alert-case.ts'
import type { SampledSeries } from './sampled.ts'
import { seconds } from './timeline.ts'

/** Seconds between the scrapes of a case. */
export function scrapeSeconds({ scrape = 15 }: AlertCase): number {
  return scrape
}

const TARGET = { job: 'kafka' }

/** The series of a case as Prometheus would have scraped them. */
export function sample(alertCase: AlertCase, variant: VariantName): readonly SampledSeries[] {
  const all = [...background(alertCase), ...alertCase.series]
  const every = scrapeSeconds(alertCase)
  const scrapes = Math.floor(seconds(alertCase.until) / every) + 1
  const of = (one: Series, instance: string, at: (scrape: number) => number | null): SampledSeries => ({
    name: one.name,
    labels: { ...TARGET, instance, ...one.labels },
    values: Array.from({ length: scrapes }, (_, k) => {
      const t = at(k)
      return t === null ? null : one.timeline(t)
    }),
  })
  switch (variant) {
    case 'plain':
      return all.map(one => of(one, 'a', k => k * every))
    case 'one scrape in ten missing':
      return all.map(one => of(one, 'a', k => (k % 10 === 7 ? null : k * every)))
    case 'a pair of exporters':
      // The second polls later, and is restarted half way, when it is not there for two minutes.
      return all.flatMap(one => [
        of(one, 'a', k => k * every),
        of(one, 'b', k => (isAway(k, scrapes, every) ? null : Math.max(0, k * every - 7))),
      ])
  }
}

function isAway(scrape: number, scrapes: number, every: number): boolean {
  const middle = Math.floor(scrapes / 2)
  return scrape >= middle && scrape < middle + 120 / every
}

/** What is always there, unless the case says otherwise. */
function background({ set, series }: AlertCase): readonly Series[] {
  const always = {
    'kafka-health-exporter': ['up', 'kafka_health_exporter_build_info', 'kafka_up'],
    'consumer-kit': ['up'],
    'kafka-exporter': ['up', 'kafka_brokers'],
    'jmx-exporter': [],
  }[set ?? 'kafka-health-exporter']
  return always
    .filter(name => !series.some(one => one.name === name))
    .map(name => ({ name, labels: {}, timeline: () => (name === 'kafka_brokers' ? 3 : 1) }))
}
