import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import type { DashboardName } from '../../src/rules/rule.ts'
import { asGrafanaReads } from './as-grafana-reads.ts'
import { buildPanel } from './build-panel.ts'
import { textLink } from './drill-link.ts'
import { DATASOURCE } from './panel-query.ts'
import type { DashboardSpec, PanelSpec } from './panel-spec.ts'
import { withVariables } from './query.ts'

const COLUMNS = 24
const TAG = 'kafka-health'

/** Each dashboard for those who read another: what it is about, and what can be chosen there beside the cluster. */
const WITH: Readonly<
  Record<DashboardName, { words: string; has: readonly ('consumergroup' | 'topic' | 'service_job')[] }>
> = {
  fleet: { words: 'Fleet: all groups', has: [] },
  group: { words: 'Group: one of them', has: ['consumergroup', 'topic'] },
  topic: { words: 'Topic', has: ['topic'] },
  'dead-letters': { words: 'Dead letters', has: ['topic'] },
  schema: { words: 'Schema: fields that get lost', has: ['topic'] },
  services: { words: 'Services: do they serve?', has: [] },
  consumer: { words: 'Consumer: from within', has: ['consumergroup', 'topic', 'service_job'] },
  cluster: { words: 'Cluster: brokers and replicas', has: [] },
  exporter: { words: 'Exporter: can it be believed?', has: [] },
}

/** Classic JSON of a dashboard: what Grafana imports by hand, from files and from a ConfigMap. */
export function buildDashboard(spec: DashboardSpec): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(spec.title)
    .uid(`kafka-health-${spec.name}`)
    .description(spec.description)
    .tags([TAG, 'kafka'])
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .refresh('1m')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .variables(variablesOf(spec))
    .links([
      new dashboard.DashboardLinkBuilder('Kafka health')
        .type(dashboard.DashboardLinkType.Dashboards)
        .tags([TAG])
        .asDropdown(false)
        .includeVars(true)
        .keepTime(true),
    ])
  const built = builder.build()
  const panels = numbered([text(`${spec.text}\n\n${others(spec)}`, 0, 3), ...rowsOf(spec, 3)])
  return asGrafanaReads({ ...built, panels })
}

/** What is chosen here is chosen there. */
function others({ name, variables }: DashboardSpec): string {
  return Object.entries(WITH)
    .filter(([other]) => other !== name)
    .map(([other, { words, has }]) =>
      textLink(
        other,
        words,
        has.filter(v => variables.includes(v)),
      ),
    )
    .join(' · ')
}

type AnyPanel = dashboard.Panel | dashboard.RowPanel

function numbered(panels: readonly AnyPanel[]): AnyPanel[] {
  return panels.map((panel, i) => ({ ...panel, id: i + 1 }))
}

function rowsOf({ rows, variables }: DashboardSpec, from: number): readonly AnyPanel[] {
  const panels: AnyPanel[] = []
  let y = from
  for (const row of rows) {
    panels.push(
      {
        type: 'row',
        title: row.title,
        collapsed: false,
        gridPos: { x: 0, y, w: COLUMNS, h: 1 },
        id: 0,
        panels: [],
      },
      text(row.text, y + 1, 2),
    )
    y += 3
    let x = 0
    let tallest = 0
    for (const spec of row.panels.map(panel => withVariablesOf(variables, panel))) {
      if (x + spec.width > COLUMNS) {
        x = 0
        y += tallest
        tallest = 0
      }
      panels.push(buildPanel(spec, { x, y, w: spec.width, h: spec.height }))
      x += spec.width
      tallest = Math.max(tallest, spec.height)
    }
    y += tallest
  }
  return panels
}

function withVariablesOf(variables: DashboardSpec['variables'], panel: PanelSpec): PanelSpec {
  const targets = panel.targets.map(t => ({ ...t, expression: withVariables(t.expression, variables) }))
  return { ...panel, targets }
}

function text(content: string, y: number, h: number): dashboard.Panel {
  return new TextBuilder()
    .mode(TextMode.Markdown)
    .content(content)
    .transparent(true)
    .gridPos({ x: 0, y, w: COLUMNS, h })
    .build()
}

function variablesOf({ variables }: DashboardSpec): dashboard.DatasourceVariableBuilder[] {
  const of = (label: string, heading: string, metric: string, allValue: string, name = label) =>
    new dashboard.QueryVariableBuilder(name)
      .label(heading)
      .datasource(DATASOURCE)
      .query({ query: `label_values(${metric}, ${label})`, refId: name })
      .definition(`label_values(${metric}, ${label})`)
      .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
      .sort(dashboard.VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue(allValue)
      .current({ text: 'All', value: '$__all' })
  const known = {
    kafka_cluster: () => of('kafka_cluster', 'Cluster', 'kafka_up{job=~"$job"}', '.*'),
    consumergroup: () =>
      of(
        'consumergroup',
        'Group',
        'kafka_consumergroup_exists{job=~"$job",kafka_cluster=~"$kafka_cluster"}',
        '.+',
      ),
    service_job: () => of('job', 'Service', 'kafka_consumer_client_live', '.+', 'service_job'),
    topic: () => of('topic', 'Topic', 'kafka_topic_up{job=~"$job",kafka_cluster=~"$kafka_cluster"}', '.+'),
    limit: () =>
      new dashboard.CustomVariableBuilder('limit')
        .label('At most')
        .values('10,20,50,100')
        .current({ text: '20', value: '20' }),
  }
  return [
    new dashboard.DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    of('job', 'Job', 'kafka_health_exporter_build_info', '.+'),
    ...variables.map(name => known[name]()),
  ] as dashboard.DatasourceVariableBuilder[]
}
