import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelSpec } from './panel-spec.ts'

type Drill = NonNullable<PanelSpec['drill']>

/** What every dashboard has, and keeps when another is opened. */
const KEPT = ['datasource', 'job', 'kafka_cluster'] as const

const queryOf = (variables: readonly string[]) => variables.map(v => `\${${v}:queryparam}`).join('&')

/** From a line, whose labels are known. */
export function drillFromLine(drill: Drill): dashboard.DashboardLinkBuilder {
  const url = drillUrl(drill, `\${__field.labels.${drill.label}:percentencode}`)
  return new dashboard.DashboardLinkBuilder(`Open the ${drill.dashboard}`).url(url)
}

/** From the cell of a table, which is the label itself. */
export function drillFromCell(drill: Drill): { title: string; url: string } {
  return { title: `Open the ${drill.dashboard}`, url: drillUrl(drill, '${__value.raw:percentencode}') }
}

/** Time and the other variables go along. */
function drillUrl({ dashboard: name, variable }: Drill, value: string): string {
  return `/d/kafka-health-${name}?${queryOf(KEPT)}&var-${variable}=${value}&\${__url_time_range}`
}

/**
 * For Markdown, where Grafana does not put its own path before an address: relative to it. With the variables that both
 * have.
 */
export function textLink(name: string, words: string, shared: readonly string[]): string {
  return `[${words}](d/kafka-health-${name}?${queryOf([...KEPT, ...shared])}&\${__url_time_range})`
}
