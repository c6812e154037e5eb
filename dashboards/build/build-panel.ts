import {
  LegendDisplayMode,
  LegendPlacement,
  TableSortByFieldStateBuilder,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as StatusHistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { PanelSpec, Target } from './panel-spec.ts'

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

type AnyBuilder = StatBuilder | StateTimelineBuilder | StatusHistoryBuilder | TableBuilder | TimeseriesBuilder

const refId = (index: number) => String.fromCharCode(65 + index)

export function buildPanel(spec: PanelSpec, gridPos: dashboard.GridPos): dashboard.Panel {
  switch (spec.kind) {
    case 'stat':
      return common(new StatBuilder(), spec, gridPos).build()
    case 'timeseries':
      return common(
        new TimeseriesBuilder()
          .fillOpacity(8)
          .showPoints(VisibilityMode.Never)
          .legend(
            new VizLegendOptionsBuilder()
              .displayMode(LegendDisplayMode.List)
              .placement(LegendPlacement.Bottom)
              .showLegend(true),
          ),
        spec,
        gridPos,
      ).build()
    case 'state-timeline':
      return common(
        new StateTimelineBuilder().showValue(VisibilityMode.Never).rowHeight(0.8),
        spec,
        gridPos,
      ).build()
    case 'status-history':
      return common(new StatusHistoryBuilder().showValue(VisibilityMode.Never), spec, gridPos).build()
    case 'table':
      return buildTable(spec, gridPos)
  }
}

function common<B extends AnyBuilder>(builder: B, spec: PanelSpec, gridPos: dashboard.GridPos): B {
  const isInstant = spec.kind === 'stat' || spec.kind === 'table'
  builder.title(spec.title)
  builder.description(spec.description)
  builder.datasource(DATASOURCE)
  builder.gridPos(gridPos)
  builder.unit(spec.unit)
  builder.targets(spec.targets.map((target, i) => query(target, i, isInstant, spec.kind === 'table')))
  const thresholds = thresholdsOf(spec)
  if (thresholds) {
    builder.thresholds(thresholds)
    builder.colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
  }
  if (spec.meaning === 'up') builder.mappings([UP_OR_DOWN])
  if (spec.drill) builder.dataLinks([drillLink(spec.drill)])
  return builder
}

function query(target: Target, index: number, isInstant: boolean, isTable: boolean): DataqueryBuilder {
  const builder = new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(target.expression)
    .legendFormat(target.legend)
    .refId(refId(index))
  if (isInstant) builder.instant()
  else builder.range()
  return isTable ? builder.format(PromQueryFormat.Table) : builder
}

const UP_OR_DOWN: dashboard.ValueMapping = {
  type: dashboard.MappingType.ValueToText,
  options: { '0': { text: 'down', color: 'red', index: 0 }, '1': { text: 'up', color: 'green', index: 1 } },
}

function thresholdsOf({ kind, meaning }: PanelSpec): dashboard.ThresholdsConfigBuilder | null {
  const steps = (...colours: readonly (readonly [value: number | null, color: string])[]) =>
    new dashboard.ThresholdsConfigBuilder()
      .mode(dashboard.ThresholdsMode.Absolute)
      .steps(colours.map(([value, color]) => ({ value, color }) as dashboard.Threshold))
  if (meaning === 'bad-above-0') return steps([null, 'green'], [1, 'red'])
  if (meaning === 'up') return steps([null, 'red'], [1, 'green'])
  // Lag in time by colour: a minute, ten minutes, an hour.
  if (kind === 'status-history') return steps([null, 'green'], [60, 'yellow'], [600, 'orange'], [3600, 'red'])
  return null
}

/** Time and the other variables go along. */
function drillLink(drill: NonNullable<PanelSpec['drill']>): dashboard.DashboardLinkBuilder {
  const value = `\${__field.labels.${drill.label}}`
  return new dashboard.DashboardLinkBuilder(`Open the ${drill.dashboard}`).url(linkUrl(drill, value))
}

function linkUrl({ dashboard: name, variable }: NonNullable<PanelSpec['drill']>, value: string): string {
  const kept = ['datasource', 'job', 'kafka_cluster'].map(v => `\${${v}:queryparam}`).join('&')
  return `/d/kafka-health-${name}?${kept}&var-${variable}=${value}&\${__url_time_range}`
}

/** Rows of several instant queries are joined by their labels; names of columns are words. */
function buildTable(
  spec: Extract<PanelSpec, { kind: 'table' }>,
  gridPos: dashboard.GridPos,
): dashboard.Panel {
  const labels = Object.keys(spec.labels)
  const valueField = (i: number) => (spec.columns.length === 1 ? 'Value' : `Value #${refId(i)}`)
  const names = {
    ...spec.labels,
    ...Object.fromEntries(spec.columns.map(({ heading }, i) => [valueField(i), heading])),
  }
  const builder = common(new TableBuilder(), spec, gridPos)
    .transformations([
      ...(spec.columns.length > 1 ? [{ id: 'merge', options: {} }] : []),
      { id: 'filterFieldsByName', options: { include: { names: Object.keys(names) } } },
      {
        id: 'organize',
        options: {
          renameByName: names,
          indexByName: Object.fromEntries(Object.keys(names).map((name, i) => [name, i])),
        },
      },
    ])
    .sortBy([new TableSortByFieldStateBuilder().displayName(spec.sortBy).desc(!spec.smallestFirst)])
  for (const { heading, unit } of spec.columns) builder.overrideByName(heading, [{ id: 'unit', value: unit }])
  const { drill } = spec
  if (drill && labels.includes(drill.label)) {
    const heading = spec.labels[drill.label] as string
    // In a table the value of the cell is the label itself.
    const link = { title: `Open the ${drill.dashboard}`, url: linkUrl(drill, '${__value.raw:percentencode}') }
    builder.overrideByName(heading, [{ id: 'links', value: [link] }])
    builder.dataLinks([])
  }
  return builder.build()
}
