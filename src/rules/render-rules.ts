import type { Query } from '../signals/query.ts'
import type { Alert, RuleGroup, Text } from './rule.ts'
import { queryOfSet, type SeriesChoices } from './rule-query.ts'
import type { RuleSet } from './rule-sets.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from './thresholds.ts'

/** All that may be chosen about rules. */
export interface RuleChoices extends SeriesChoices {
  readonly thresholds: Thresholds
  /** Labels of every alert beside its severity: `team`. */
  readonly alertLabels: Readonly<Record<string, string>>
  /** By alert; what is not named has its own. */
  readonly forByAlert: Readonly<Record<string, string>>
  readonly keepFiringForByAlert: Readonly<Record<string, string>>
  readonly disabled: readonly string[]
  /** In front of `NAME.md`. */
  readonly runbookBase: string
  /** Address of a Grafana with our dashboards: links to them. */
  readonly grafanaUrl: string | null
}

export const DEFAULT_CHOICES: RuleChoices = {
  thresholds: DEFAULT_THRESHOLDS,
  matchers: [],
  foreignMatchers: [],
  replicaLabels: ['instance', 'pod'],
  alertLabels: {},
  forByAlert: {},
  keepFiringForByAlert: {},
  disabled: [],
  runbookBase: 'https://github.com/kafka-health-exporter/kafka-health-exporter/blob/main/docs/runbooks/',
  grafanaUrl: null,
}

/** As in a rule file of Prometheus. */
export type RenderedRule =
  | { readonly record: string; readonly expr: string }
  | {
      readonly alert: string
      readonly expr: string
      readonly for: string
      readonly keep_firing_for?: string
      readonly labels: Readonly<Record<string, string>>
      readonly annotations: Readonly<Record<string, string>>
    }

export interface RenderedGroup {
  readonly name: string
  readonly interval: string
  readonly rules: readonly RenderedRule[]
}

/** The groups of a rule file, less those that nothing is left of. */
export function renderGroups(set: RuleSet, choices: RuleChoices): readonly RenderedGroup[] {
  const query = queryOfSet(set, choices)
  return set.groups.map(group => renderGroup(group, query, choices)).filter(group => group.rules.length > 0)
}

function renderGroup(group: RuleGroup, query: Query, choices: RuleChoices): RenderedGroup {
  const alerts = group.alerts
    .filter(alert => !choices.disabled.includes(alert.name))
    .map(alert => renderAlert(alert, query, choices))
  const recordings = group.recordings
    .map(({ record, expression }) => ({ record, expr: expression(query, choices.thresholds) }))
    .filter(({ record }) => alerts.some(alert => alert.expr.includes(record)))
  return { name: group.name, interval: group.interval, rules: [...recordings, ...alerts] }
}

function renderAlert(alert: Alert, query: Query, choices: RuleChoices) {
  const keepFiringFor = choices.keepFiringForByAlert[alert.name] ?? alert.keepFiringFor
  return {
    alert: alert.name,
    expr: alert.expression(query, choices.thresholds),
    for: choices.forByAlert[alert.name] ?? alert.for,
    // Prometheus refuses to be told 0.
    ...(Number.parseInt(keepFiringFor, 10) > 0 && { keep_firing_for: keepFiringFor }),
    labels: { severity: alert.severity, ...choices.alertLabels },
    annotations: {
      summary: textOf(alert.summary, choices.thresholds),
      description: textOf(alert.description, choices.thresholds),
      runbook_url: `${choices.runbookBase}${alert.name}.md`,
      ...(choices.grafanaUrl !== null && { dashboard_url: dashboardUrl(choices.grafanaUrl, alert) }),
    },
  }
}

export function textOf(text: Text, thresholds: Thresholds): string {
  return typeof text === 'string' ? text : text(thresholds)
}

/** Opens the dashboard at what the alert is about. Labels that the alert does not have leave their variable empty. */
function dashboardUrl(grafana: string, alert: Alert): string {
  const variables = ['kafka_cluster', 'consumergroup', 'topic']
    .map(label => `{{ with $labels.${label} }}&var-${label}={{ . | urlquery }}{{ end }}`)
    .join('')
  return `${grafana.replace(/\/$/, '')}/d/kafka-health-${alert.dashboard}?${variables}`
}
