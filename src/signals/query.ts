import { type Family, labelsOf } from '../catalog/family.ts'

/** How the families of an exporter are selected in one use of them: in rule files, or on a dashboard. */
export interface Selection {
  /** Matchers for every family, such as `job="kafka"`. */
  readonly matchers: readonly string[]
  /** Matchers for the families that have the label: `{ consumergroup: '=~"$consumergroup"' }`. */
  readonly byLabel: Readonly<Record<string, string>>
  /** Labels by which the replicas of one exporter differ. */
  readonly replicaLabels: readonly string[]
  /** Over how long the growth of counters is taken; `$__rate_interval` on a dashboard. */
  readonly rateWindow?: string
}

/** What is known of a family by those who write expressions: a part of the catalogue. */
export interface Queryable {
  readonly type: Family['type']
  /** Without those of the target and without `le`. */
  readonly labels: readonly string[]
}

/**
 * Writes PromQL. Nothing else may write the name of a metric into an expression: a name that no exporter publishes
 * throws here, and no selector forgets the matchers of its use.
 */
export interface Query {
  /** A selector, `name{matchers}`; of a histogram by `name_bucket`. Throws on an unknown name. */
  series(name: string, ...matchers: readonly string[]): string
  /** A series that Prometheus makes of every target: `up`. */
  target(name: string): string
  /** Growth of a counter a second. Throws on a gauge, whose falls it would take for restarts. */
  rate(name: string, ...matchers: readonly string[]): string
  /** Samples of the replicas of one exporter as one: the largest. */
  merged(expression: string): string
  /** What the last scrape brought, replicas merged. */
  now(name: string, ...matchers: readonly string[]): string
  /** The same, held over a missed scrape: by a staleness marker it would be gone, and a `for` would begin anew. */
  held(name: string, ...matchers: readonly string[]): string
  /** `without` of an aggregation that takes the replicas away as well: `a, instance, pod`. */
  without(...labels: readonly string[]): string
}

/** For how long a missed scrape is held over: one in a row, at up to one a minute. */
export const HELD = '3m'

export function queryOf(known: ReadonlyMap<string, Queryable>, selection: Selection): Query {
  const { matchers, byLabel, replicaLabels, rateWindow = '5m' } = selection
  const series = (name: string, ...own: readonly string[]) => {
    const histogram = known.get(name.replace(/_(bucket|count|sum)$/, ''))
    const family = known.get(name) ?? (histogram?.type === 'histogram' ? histogram : undefined)
    if (!family) throw new Error(`no exporter publishes ${name}`)
    const labelled = family.labels.filter(l => byLabel[l] !== undefined).map(l => `${l}${byLabel[l]}`)
    return selector(name, [...matchers, ...labelled, ...own])
  }
  const without = (...labels: readonly string[]) => [...labels, ...replicaLabels].join(', ')
  const merged = (expression: string) => `max without (${without()}) (${expression})`
  return {
    series,
    target: name => selector(name, matchers),
    rate: (name, ...own) => {
      if (known.get(name)?.type !== 'counter') throw new Error(`${name} is no counter`)
      return `rate(${series(name, ...own)}[${rateWindow}])`
    },
    merged,
    without,
    now: (name, ...own) => merged(series(name, ...own)),
    held: (name, ...own) => merged(`last_over_time(${series(name, ...own)}[${HELD}])`),
  }
}

function selector(name: string, matchers: readonly string[]): string {
  return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`
}

/** What the exporter publishes, as expressions know it. */
export function queryables(families: readonly Family[]): ReadonlyMap<string, Queryable> {
  return new Map(
    families.map(family => {
      const cluster = family.kind === 'instrument' ? [] : ['kafka_cluster']
      return [family.name, { type: family.type, labels: [...cluster, ...labelsOf(family)] }]
    }),
  )
}
