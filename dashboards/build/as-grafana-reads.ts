import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'

type AnyPanel = dashboard.Panel | dashboard.RowPanel

/**
 * Without what the builders write by themselves and Grafana has for other things only, or has no more: the steps of an
 * interval at variables that are none, and a table's footer, which newer ones keep with the columns.
 */
export function asGrafanaReads(built: dashboard.Dashboard): dashboard.Dashboard {
  const { templating, panels = [], ...rest } = built
  return {
    ...rest,
    templating: { ...templating, list: (templating.list ?? []).map(withoutSteps) },
    panels: panels.map(withoutFooter),
  }
}

function withoutSteps(variable: dashboard.VariableModel): dashboard.VariableModel {
  const { auto: _, auto_min: __, auto_count: ___, ...rest } = variable
  return rest as dashboard.VariableModel
}

function withoutFooter(panel: AnyPanel): AnyPanel {
  if (panel.type !== 'table' || !('options' in panel)) return panel
  const { footer: _, ...options } = panel.options ?? {}
  return { ...panel, options }
}
