import { join } from 'node:path'
import ts from 'typescript'
import type { ShippedDashboard, ShippedPanel } from './read-dashboards.ts'

/** Our panel types: where Grafana keeps the types of their options, and of what they have for each field. */
const PANEL_TYPES: Readonly<Record<string, { readonly module: string; readonly fields?: string }>> = {
  stat: { module: 'stat/panelcfg/x/StatPanelCfg' },
  table: { module: 'table/panelcfg/x/TablePanelCfg', fields: 'TableFieldOptions' },
  text: { module: 'text/panelcfg/x/TextPanelCfg' },
  timeseries: { module: 'timeseries/panelcfg/x/TimeSeriesPanelCfg', fields: 'timeseries.FieldConfig' },
  'state-timeline': {
    module: 'statetimeline/panelcfg/x/StateTimelinePanelCfg',
    fields: 'stateTimeline.FieldConfig',
  },
  'status-history': {
    module: 'statushistory/panelcfg/x/StatusHistoryPanelCfg',
    fields: 'statusHistory.FieldConfig',
  },
}

const nameOf = (type: string) => type.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** JSON has the words of enumerations, not their members. */
const HEAD = [
  `import type { Dashboard, Panel, RowPanel, TableFieldOptions, VariableModel } from '@grafana/schema'`,
  ...Object.entries(PANEL_TYPES).map(
    ([type, { module }]) =>
      `import type * as ${nameOf(type)} from '@grafana/schema/dist/esm/raw/composable/${module}_types.gen'`,
  ),
  'type Plain<T> = T extends string ? `${T}`',
  '  : T extends number ? (`${T}` extends `${infer N extends number}` ? N : T)',
  '  : T extends boolean | null | undefined ? T',
  '  : T extends object ? { [K in keyof T]: Plain<T[K]> } : T',
  // Grafana writes it when a variable is saved; only its types have forgotten it.
  'type Variable = VariableModel & { definition?: string }',
  `type Whole = Omit<Dashboard, 'templating'> & { templating?: { list?: Variable[] } }`,
]

/** What Grafana's own types say against dashboards: fields that are not known, and values that are none of theirs. */
export function againstGrafanaTypes(dashboards: readonly ShippedDashboard[]): readonly string[] {
  const lines = dashboards.flatMap(({ panels, ...rest }) => [line(rest, 'Whole'), ...panels.flatMap(linesOf)])
  return diagnosticsOf([...HEAD, ...lines])
}

const line = (value: object, type: string) => `;(${JSON.stringify(value)}) satisfies Plain<${type}>`

function linesOf(panel: ShippedPanel): readonly string[] {
  if (panel.type === 'row') return [line(panel, 'RowPanel')]
  const known = PANEL_TYPES[panel.type]
  if (!known) throw new Error(`no types are known of ${panel.type}`)
  const { options, ...rest } = panel
  const custom = (panel.fieldConfig?.defaults as { readonly custom?: object } | undefined)?.custom
  if (custom && !known.fields) throw new Error(`${panel.type} has nothing of its own for fields`)
  return [
    line(rest, `Omit<Panel, 'options'>`),
    line(options ?? {}, `Partial<${nameOf(panel.type)}.Options>`),
    ...(custom ? [line(custom, `Partial<${known.fields}>`)] : []),
  ]
}

function diagnosticsOf(lines: readonly string[]): readonly string[] {
  const name = join(import.meta.dirname, 'shipped-dashboard.ts')
  const options: ts.CompilerOptions = {
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = path => path === name || fileExists(path)
  host.getSourceFile = (path, ...how) =>
    path === name
      ? ts.createSourceFile(path, lines.join('\n'), options.target as ts.ScriptTarget)
      : getSourceFile(path, ...how)
  const program = ts.createProgram([name], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const { line: at = 0 } = file?.getLineAndCharacterOfPosition(start) ?? {}
    const title = /"title":"([^"]+)"/.exec(lines[at] ?? '')?.[1]
    return `${title ?? lines[at]?.slice(0, 80)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
