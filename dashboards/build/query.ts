import { CATALOG } from '../../src/catalog/catalog.ts'
import { CONSUMER_CLIENT_FAMILIES } from '../../src/catalog/consumer-client.ts'
import { type Query, type Queryable, queryables, queryOf } from '../../src/signals/query.ts'

const gauge = (...labels: readonly string[]): Queryable => ({ type: 'gauge', labels })
const counter = (...labels: readonly string[]): Queryable => ({ type: 'counter', labels })

/** What is not in the catalogue: of Node.js through prom-client, and what Prometheus says of its own scrapes and rules. */
export const OTHERS: ReadonlyMap<string, Queryable> = new Map([
  ['process_cpu_seconds_total', counter()],
  ['process_resident_memory_bytes', gauge()],
  ['nodejs_eventloop_lag_p99_seconds', gauge()],
  ['scrape_duration_seconds', gauge()],
  ['scrape_samples_scraped', gauge()],
])

/** Selects by all variables that a dashboard may have. */
const BY_LABEL = {
  kafka_cluster: '=~"$kafka_cluster"',
  consumergroup: '=~"$consumergroup"',
  topic: '=~"$topic"',
}

/** The expression without the variables that a dashboard does not have: Grafana would take them literally. */
export function withVariables(expression: string, variables: readonly string[]): string {
  const missing = Object.entries(BY_LABEL).filter(([label]) => !variables.includes(label))
  return missing.reduce((text, [label, matcher]) => text.replaceAll(`,${label}${matcher}`, ''), expression)
}

/** What services publish themselves, with the consumer kit. */
export const OF_SERVICES = queryables(CONSUMER_CLIENT_FAMILIES)

const queryOfJobs = (families: ReadonlyMap<string, Queryable>, variable: string) =>
  queryOf(families, {
    matchers: [`job=~"$${variable}"`],
    byLabel: BY_LABEL,
    replicaLabels: ['instance', 'pod'],
    rateWindow: '$__rate_interval',
  })

const ours = queryOfJobs(new Map([...queryables(CATALOG), ...OTHERS]), 'job')
const ofServices = queryOfJobs(OF_SERVICES, 'service_job')
const of = (name: string) => (OF_SERVICES.has(name.replace(/_bucket$/, '')) ? ofServices : ours)

export const q: Query = {
  ...ours,
  series: (name, ...matchers) => of(name).series(name, ...matchers),
  rate: (name, ...matchers) => of(name).rate(name, ...matchers),
  now: (name, ...matchers) => of(name).now(name, ...matchers),
  held: (name, ...matchers) => of(name).held(name, ...matchers),
}

/** By how much a counter grew between two points of a picture, or in all that it shows. Replicas as one: the largest. */
export function grown(name: string, window: '$__rate_interval' | '$__range' = '$__rate_interval'): string {
  return q.merged(`increase(${q.series(name)}[${window}])`)
}
