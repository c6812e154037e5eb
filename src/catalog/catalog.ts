import { CONSUMER_GROUPS } from './consumer-groups.ts'
import { DEPENDENCIES } from './dependencies.ts'
import { EXPORTER } from './exporter.ts'
import type { Family } from './family.ts'
import { REACHABILITY } from './reachability.ts'
import { SHARE_GROUPS } from './share-groups.ts'
import { TOPICS } from './topics.ts'

/** Every family of the exporter, in the order of the reference and of the exposition. */
export const CATALOG: readonly Family[] = [
  ...REACHABILITY,
  ...TOPICS,
  ...CONSUMER_GROUPS,
  ...SHARE_GROUPS,
  ...DEPENDENCIES,
  ...EXPORTER,
]

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
