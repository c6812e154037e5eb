import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { SEVERITY_NUMBERS, STATE_NAMES, STATE_NUMBERS } from './colours.ts'
import { drillFromCell } from './drill-link.ts'
import { refId } from './panel-query.ts'
import type { ColumnMeaning, PanelSpec } from './panel-spec.ts'

export type TableSpec = Extract<PanelSpec, { kind: 'table' }>

const MAPPINGS: Readonly<Record<ColumnMeaning, dashboard.ValueMapping>> = {
  'severity-number': SEVERITY_NUMBERS,
  'state-number': STATE_NUMBERS,
}

/** A mapped value in its colour. */
const inColour = (mapping: dashboard.ValueMapping) => [
  { id: 'mappings', value: [mapping] },
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
]

/** Rows of several instant queries are joined by their labels; names of columns are words, and no others are shown. */
export function asTable(builder: TableBuilder, spec: TableSpec): TableBuilder {
  const valueField = (i: number) => (spec.columns.length === 1 ? 'Value' : `Value #${refId(i)}`)
  const headings = Object.fromEntries(spec.columns.map(({ heading }, i) => [valueField(i), heading]))
  const names: Record<string, string> = { ...spec.labels, ...headings }
  // A column of words stands first: it is what the rows are about.
  const isWord = (field: string) => spec.columns.some((c, i) => c.meaning && valueField(i) === field)
  const order = Object.keys(names).sort((a, b) => Number(isWord(b)) - Number(isWord(a)))
  builder
    .transformations([
      ...(spec.columns.length > 1 ? [{ id: 'merge', options: {} }] : []),
      { id: 'filterFieldsByName', options: { include: { names: Object.keys(names) } } },
      {
        id: 'organize',
        options: {
          renameByName: names,
          indexByName: Object.fromEntries(order.map((name, i) => [name, i])),
        },
      },
    ])
    .sortBy(sortingOf(spec))
  for (const { heading, unit, meaning } of spec.columns) {
    builder.overrideByName(heading, [
      { id: 'unit', value: unit },
      ...(meaning ? inColour(MAPPINGS[meaning]) : []),
    ])
  }
  const { state } = spec.labels
  if (state) builder.overrideByName(state, inColour(STATE_NAMES))
  const { drill } = spec
  const column = drill && spec.labels[drill.label]
  if (drill && column) builder.overrideByName(column, [{ id: 'links', value: [drillFromCell(drill)] }])
  return builder
}

function sortingOf({ sortBy, smallestFirst, thenBy }: TableSpec) {
  const by = (displayName: string, desc: boolean) => ({ build: () => ({ displayName, desc }) })
  return [by(sortBy, !smallestFirst), ...(thenBy ? [by(thenBy, true)] : [])]
}
