import {
  LegendDisplayMode,
  LegendPlacement,
  StackingConfigBuilder,
  StackingMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as StatusHistoryBuilder } from '@grafana/grafana-foundation-sdk/statushistory'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { asTable } from './build-table.ts'
import { STATE_LINES, STATE_NUMBERS, UP_OR_DOWN } from './colours.ts'
import { drillFromLine } from './drill-link.ts'
import { DATASOURCE, panelQuery } from './panel-query.ts'
import type { PanelSpec } from './panel-spec.ts'

type AnyBuilder = StatBuilder | StateTimelineBuilder | StatusHistoryBuilder | TableBuilder | TimeseriesBuilder

/** Grafana draws no status history at all where there is more than one point for two pixels. */
const POINTS_IN_ROWS = 120
/**
 * Else there were one a pixel, and with ten thousand groups a day of them needs more samples than a Prometheus holds
 * for one query (`--query.max-samples`).
 */
const POINTS_IN_LINES = 300

export function buildPanel(spec: PanelSpec, gridPos: dashboard.GridPos): dashboard.Panel {
  return common(builderOf(spec), spec, gridPos).build()
}

function builderOf(spec: PanelSpec): AnyBuilder {
  switch (spec.kind) {
    case 'stat':
      return new StatBuilder()
    case 'timeseries':
      return timeseries(spec)
    case 'state-timeline':
      return new StateTimelineBuilder()
        .showValue(VisibilityMode.Never)
        .rowHeight(0.8)
        .maxDataPoints(POINTS_IN_ROWS)
    case 'status-history':
      return new StatusHistoryBuilder().showValue(VisibilityMode.Never).maxDataPoints(POINTS_IN_ROWS)
    case 'table':
      return asTable(new TableBuilder(), spec)
  }
}

function timeseries({ meaning }: PanelSpec): TimeseriesBuilder {
  const builder = new TimeseriesBuilder()
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .maxDataPoints(POINTS_IN_LINES)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )
  if (meaning !== 'states') return builder
  for (const { state, properties } of STATE_LINES) builder.overrideByName(state, properties)
  return builder.fillOpacity(60).stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
}

function common(builder: AnyBuilder, spec: PanelSpec, gridPos: dashboard.GridPos): AnyBuilder {
  const shape = spec.kind === 'table' ? 'table' : spec.kind === 'stat' ? 'instant' : 'range'
  builder.title(spec.title)
  builder.description(spec.description)
  builder.datasource(DATASOURCE)
  builder.gridPos(gridPos)
  builder.unit(spec.unit)
  builder.targets(spec.targets.map((target, i) => panelQuery(target, i, shape)))
  const thresholds = thresholdsOf(spec)
  if (thresholds) {
    builder.thresholds(thresholds)
    builder.colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
  }
  if (spec.meaning === 'up') builder.mappings([UP_OR_DOWN])
  if (spec.meaning === 'state-number') builder.mappings([STATE_NUMBERS])
  if (spec.drill && spec.kind !== 'table') builder.dataLinks([drillFromLine(spec.drill)])
  return builder
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
