import { type Query, type Queryable, queryOf, type Selection } from '../signals/query.ts'
import type { RuleSet } from './rule-sets.ts'

/** Which series rules look at. */
export interface SeriesChoices {
  /** Matchers for every selector: `job="kafka"`. Those of labels that only some metrics have are for those only. */
  readonly matchers: readonly string[]
  /** The same for metrics of others that a set looks at beside its own: of jmx_exporter. */
  readonly foreignMatchers: readonly string[]
  /** Labels by which the replicas of one exporter differ. */
  readonly replicaLabels: readonly string[]
}

/** Selects the metrics of a set by the matchers that were chosen, those of another exporter by theirs. */
export function queryOfSet({ families, foreign = new Map() }: RuleSet, choices: SeriesChoices): Query {
  const own = new Map([...families].filter(([name]) => !foreign.has(name)))
  const ours = queryOf(own, selectionOf(choices.matchers, own, choices))
  if (foreign.size === 0) return ours
  const theirs = queryOf(foreign, selectionOf(choices.foreignMatchers, foreign, choices))
  const of = (name: string) => (foreign.has(name) ? theirs : ours)
  return {
    ...ours,
    series: (name, ...matchers) => of(name).series(name, ...matchers),
    now: (name, ...matchers) => of(name).now(name, ...matchers),
    held: (name, ...matchers) => of(name).held(name, ...matchers),
  }
}

/**
 * A label that metrics have of their own is matched on those that have it: what tells of the process has no
 * `kafka_cluster`, and would be found absent for ever. Any other is one of the target, and on every metric.
 */
function selectionOf(
  matchers: readonly string[],
  families: ReadonlyMap<string, Queryable>,
  { replicaLabels }: SeriesChoices,
): Selection {
  const owned = new Set([...families.values()].flatMap(family => family.labels))
  const byLabel = new Map<string, string>()
  const everywhere: string[] = []
  for (const matcher of matchers) {
    const label = /^\w+/.exec(matcher)?.[0] ?? ''
    if (!owned.has(label)) everywhere.push(matcher)
    else {
      const earlier = byLabel.get(label)
      const own = matcher.slice(label.length)
      byLabel.set(label, earlier === undefined ? own : `${earlier},${label}${own}`)
    }
  }
  return { matchers: everywhere, byLabel: Object.fromEntries(byLabel), replicaLabels }
}
