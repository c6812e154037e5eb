import { type Query, type Queryable, queryOf, type Selection } from '../signals/query.ts'
import type { RuleGroup } from './rule.ts'
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

/**
 * Selects the metrics of a set by the matchers that were chosen, those of another exporter by theirs; what the set
 * records itself by the same, for the rules may be installed twice, with different ones.
 */
export function queryOfSet(
  { families, foreign = new Map(), groups }: RuleSet,
  choices: SeriesChoices,
): Query {
  const own = new Map([...families].filter(([name]) => !foreign.has(name)))
  const recorded = recordedFamilies(groups)
  const matchersOfRecorded = choices.matchers.filter(m => !choices.replicaLabels.includes(labelOf(m)))
  const ours = queryOf(own, selectionOf(choices.matchers, own, choices))
  const theirs = queryOf(foreign, selectionOf(choices.foreignMatchers, foreign, choices))
  // Of replicas that were taken as one no label is left that could be matched.
  const ofRules = queryOf(recorded, selectionOf(matchersOfRecorded, recorded, choices))
  const of = (name: string) => (foreign.has(name) ? theirs : recorded.has(name) ? ofRules : ours)
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
    const label = labelOf(matcher)
    if (!owned.has(label)) everywhere.push(matcher)
    else {
      const earlier = byLabel.get(label)
      const own = matcher.slice(label.length)
      byLabel.set(label, earlier === undefined ? own : `${earlier},${label}${own}`)
    }
  }
  return { matchers: everywhere, byLabel: Object.fromEntries(byLabel), replicaLabels }
}

function recordedFamilies(groups: readonly RuleGroup[]): ReadonlyMap<string, Queryable> {
  const recordings = groups.flatMap(group => group.recordings)
  return new Map(recordings.map(({ record, labels }) => [record, { type: 'gauge', labels }]))
}

function labelOf(matcher: string): string {
  return /^\w+/.exec(matcher)?.[0] ?? ''
}
