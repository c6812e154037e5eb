import { HOUR, MINUTE } from '../../../bench/accuracy/traces/trace.ts'
import type { VariantName } from '../promtool/alert-case.ts'
import { asKafkaExporter } from './offsets-only.ts'
import { type Life, type Page, type Publication, publish } from './published.ts'
import type { CatalogueSet, Scenario } from './scenario.ts'

const SCRAPE_EVERY_MS = 15_000

/** Values by the text of a series without the labels of its target, one each scrape; null where there is none. */
export type Scraped = ReadonlyMap<string, readonly (number | null)[]>

/** What Prometheus scrapes of one exporter or of two, by instance. */
export function scrape(
  scenario: Scenario,
  variant: VariantName,
  set: CatalogueSet,
): ReadonlyMap<string, Scraped> {
  const { durationMs } = scenario.trace
  const of = (life: Life, succeeds: (scrape: number) => boolean = () => true) => {
    const published = once(scenario, life)
    const seen = set === 'kafka-exporter' ? published.map(offsetsOf) : published
    return series(seen, durationMs, succeeds)
  }
  const first: Life = { from: 0, phase: 0, restart: scenario.restart }
  switch (variant) {
    case 'plain':
      return new Map([['a', of(first)]])
    case 'one scrape in ten missing':
      return new Map([['a', of(first, k => k % 10 !== 7)]])
    case 'a pair of exporters': {
      // It begins later and knows nothing of what was, and is restarted in the middle with what it has saved.
      const restart = { at: durationMs / 2 + 5 * MINUTE, hasState: true }
      const second = { from: HOUR / 2, phase: 7_000, restart }
      return new Map([
        ['a', of(first)],
        ['b', of(second)],
      ])
    }
  }
}

const PUBLISHED = new WeakMap<Scenario, Map<string, readonly Publication[]>>()

/** What one exporter publishes is the same for each set and variant. */
function once(scenario: Scenario, life: Life): readonly Publication[] {
  const known = PUBLISHED.get(scenario) ?? new Map<string, readonly Publication[]>()
  PUBLISHED.set(scenario, known)
  const key = JSON.stringify(life)
  const published = known.get(key) ?? publish(scenario, life)
  known.set(key, published)
  return published
}

const offsetsOf = ([from, page]: Publication): Publication => [from, page && asKafkaExporter(page)]

function series(
  publications: readonly Publication[],
  durationMs: number,
  succeeds: (scrape: number) => boolean,
): Scraped {
  const scrapes = Math.floor(durationMs / SCRAPE_EVERY_MS)
  const all = new Map<string, (number | null)[]>()
  let at = 0
  for (let k = 0; k < scrapes; k++) {
    while ((publications[at + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= k * SCRAPE_EVERY_MS) at++
    const page = (succeeds(k) ? publications[at]?.[1] : null) ?? DOWN
    for (const [name, value] of page) {
      const values = all.get(name) ?? new Array<number | null>(scrapes).fill(null)
      values[k] = value
      all.set(name, values)
    }
  }
  return all
}

/** Prometheus says so itself. */
const DOWN: Page = new Map([['up', 0]])
