import { CONSUMER_GROUPS } from './consumer-groups.ts'
import { DEAD_LETTERS } from './dead-letters.ts'
import { DEPENDENCIES } from './dependencies.ts'
import { EXPORTER } from './exporter.ts'
import type { Family } from './family.ts'
import { KAFKA_LAG_EXPORTER } from './kafka-lag-exporter.ts'
import { KMINION } from './kminion.ts'
import { REACHABILITY } from './reachability.ts'
import { SCHEMAS } from './schemas.ts'
import { SERVICES } from './services.ts'
import { SHARE_GROUPS } from './share-groups.ts'
import { TOPICS } from './topics.ts'

/** Whose names of metrics and labels are published. */
export type NameSet = 'native' | 'kminion' | 'kafka-lag-exporter'

/** What other exporters have a name for as well. */
const OF_CLUSTERS: readonly Family[] = [
  ...REACHABILITY,
  ...TOPICS,
  ...CONSUMER_GROUPS,
  ...SHARE_GROUPS,
  ...DEAD_LETTERS,
  ...SCHEMAS,
]
/** Published whatever names are chosen: an exporter that cannot be watched itself is of no use. */
const OWN: readonly Family[] = [...DEPENDENCIES, ...SERVICES, ...EXPORTER]

/** Every family under its own name, in the order of the reference and of the exposition. */
export const CATALOG: readonly Family[] = [...OF_CLUSTERS, ...OWN]

/** The same numbers under the names of other exporters. */
export const ALIASES: Readonly<Record<Exclude<NameSet, 'native'>, readonly Family[]>> = {
  kminion: KMINION,
  'kafka-lag-exporter': KAFKA_LAG_EXPORTER,
}

/** Every family that can be published: what settings may speak of. */
export const EVERY_FAMILY: readonly Family[] = [...CATALOG, ...Object.values(ALIASES).flat()]

/** The families under the chosen names. */
export function familiesNamed(names: readonly NameSet[]): readonly Family[] {
  return [
    ...(names.includes('native') ? CATALOG : OWN),
    ...(['kminion', 'kafka-lag-exporter'] as const).flatMap(set => (names.includes(set) ? ALIASES[set] : [])),
  ]
}

/** The families that are published: the defaults, what `include` adds, less what `exclude` takes away. */
export function selectFamilies(
  families: readonly Family[],
  choice: { readonly include: readonly string[]; readonly exclude: readonly string[] },
): readonly Family[] {
  const anyOf = (patterns: readonly string[]) => {
    const compiled = patterns.map(p => new RegExp(`^(?:${p})$`, 'u'))
    return (name: string) => compiled.some(pattern => pattern.test(name))
  }
  const included = anyOf(choice.include)
  const excluded = anyOf(choice.exclude)
  return families.filter(f => (f.onByDefault || included(f.name)) && !excluded(f.name))
}
