import { stringify } from 'yaml'
import type { RenderedGroup } from './render-rules.ts'

export const RULE_FORMATS = ['plain', 'prometheusrule'] as const
export type RuleFormat = (typeof RULE_FORMATS)[number]

/** Of a PrometheusRule. */
export interface RuleMetadata {
  readonly name: string
  /** Null: where it is applied. */
  readonly namespace: string | null
  /** By which a Prometheus selects its rules. */
  readonly labels: Readonly<Record<string, string>>
}

/** Whoever reads the file reads YAML 1.1, where `on` and `1:30` are no texts; and a folded expression is hard to read. */
const YAML = { version: '1.1', lineWidth: 0 } as const

/** A file for `rule_files` of Prometheus. `comment` is one line. */
export function renderRuleFile(groups: readonly RenderedGroup[], comment: string): string {
  return `# ${comment}\n${stringify({ groups }, YAML)}`
}

/** The same as a resource of the Prometheus operator. */
export function renderPrometheusRule(
  groups: readonly RenderedGroup[],
  { name, namespace, labels }: RuleMetadata,
  comment: string,
): string {
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name,
      ...(namespace !== null && { namespace }),
      ...(Object.keys(labels).length > 0 && { labels }),
    },
    spec: { groups },
  }
  return `# ${comment}\n${stringify(resource, YAML)}`
}
