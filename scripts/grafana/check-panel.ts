import type { ShippedPanel } from '../../test/dashboards/read-dashboards.ts'
import type { Frame, Grafana } from './grafana-data.ts'

type Override = NonNullable<NonNullable<ShippedPanel['fieldConfig']>['overrides']>[number] & {
  readonly matcher: { readonly id: string }
}

interface Mapping {
  readonly options: Readonly<Record<string, { readonly text: string; readonly color: string }>>
}

interface Words {
  readonly mappings?: readonly Mapping[]
  readonly color?: { readonly mode: string }
  readonly thresholds?: { readonly steps: readonly { readonly color: string }[] }
}

/** Names in a panel that Grafana does not have: units, matchers, calculations, colours, transformations. */
export function unknownNames(panel: ShippedPanel, { data }: Grafana): readonly string[] {
  const units = new Set(data.getValueFormats().flatMap(({ submenu }) => submenu.map(u => u.value)))
  const { visualization } = data.createTheme()
  const isColour = (name: string) =>
    name === 'text' || /^(#|rgb)/.test(visualization.getColorByName(name)) || name === 'transparent'
  const defaults = (panel.fieldConfig?.defaults ?? {}) as Words & { readonly unit?: string }
  const properties = overridesOf(panel).flatMap(o => o.properties)
  const valuesOf = (id: string) => properties.filter(p => p.id === id).map(p => p.value)
  const mappings = [...(defaults.mappings ?? []), ...valuesOf('mappings').flatMap(m => m as Mapping[])]
  const colours = [
    ...mappings.flatMap(m => Object.values(m.options).map(o => o.color)),
    ...(defaults.thresholds?.steps ?? []).map(s => s.color),
    ...valuesOf('color').flatMap(c => (c as { fixedColor?: string }).fixedColor ?? []),
  ]
  const modes = [defaults.color, ...valuesOf('color')].flatMap(c => (c as Words['color'])?.mode ?? [])
  const { reduceOptions } = (panel.options ?? {}) as { reduceOptions?: { calcs?: readonly string[] } }
  const unknown = (kind: string, names: readonly unknown[], isKnown: (name: string) => unknown) =>
    names.filter(name => !isKnown(name as string)).map(name => `${kind} ${name}`)
  return [
    ...unknown('unit', [defaults.unit, ...valuesOf('unit')].filter(Boolean), u => units.has(u)),
    ...unknown(
      'matcher',
      overridesOf(panel).map(o => o.matcher.id),
      m => data.fieldMatchers.getIfExists(m),
    ),
    ...unknown('calculation', reduceOptions?.calcs ?? [], c => data.fieldReducers.getIfExists(c)),
    ...unknown('colour mode', modes, m => data.fieldColorModeRegistry.getIfExists(m)),
    ...unknown('colour', colours, isColour),
    ...unknown(
      'transformation',
      transformationsOf(panel).map(t => t.id),
      t => data.standardTransformersRegistry.getIfExists(t),
    ),
  ]
}

export interface DrawnTable {
  readonly headings: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/**
 * The table that Grafana makes of two results of each query. Values are `value` and 0; labels their names and a letter,
 * or what `labels` says.
 */
export async function drawTable(
  panel: ShippedPanel,
  value: number,
  labels: Readonly<Record<string, string>>,
  grafana: Grafana,
): Promise<readonly DrawnTable[]> {
  const { data } = grafana
  const targets = (panel.targets ?? []) as readonly { readonly refId?: string }[]
  const shown = Object.keys(renamedIn(panel)).filter(name => !/^Value( #|$)/.test(name))
  const columns = [...new Set(['job', '__name__', ...shown])]
  const frames = targets.map(({ refId }) =>
    data.toDataFrame({
      refId,
      meta: { preferredVisualisationType: 'table' },
      fields: [
        { name: 'Time', type: 'time', values: [1, 1] },
        ...columns.map(l => ({ name: l, type: 'string', values: [labels[l] ?? `${l} a`, `${l} b`] })),
        { name: targets.length === 1 ? 'Value' : `Value #${refId}`, type: 'number', values: [value, 0] },
      ],
    }),
  )
  const interpolate = (text: string) => text
  const transformed = await grafana.lastOf(
    data.transformDataFrame(transformationsOf(panel), frames, { interpolate }),
  )
  const drawn = data.applyFieldOverrides({
    data: transformed,
    fieldConfig: panel.fieldConfig,
    fieldConfigRegistry: new data.Registry(() => ['unit', 'mappings', 'links', 'color'].map(asProperty)),
    replaceVariables: interpolate,
    theme: data.createTheme(),
    timeZone: 'utc',
  })
  return drawn.map(frame => ({
    headings: frame.fields.map(field => data.getFieldDisplayName(field, frame)),
    rows: Array.from({ length: frame.length }, (_, i) => rowOf(frame, i)),
  }))
}

/** Sets itself on a field as it is. */
function asProperty(id: string) {
  return {
    id,
    path: id,
    name: id,
    process: (v: unknown) => v,
    shouldApply: () => true,
    getItemsCount: () => 1,
  }
}

function rowOf(frame: Frame, i: number): readonly string[] {
  return frame.fields.map(({ values, display }) => {
    const { text, suffix = '' } = (display?.(values[i]) ?? { text: '' }) as { text: string; suffix?: string }
    return `${text}${suffix}`
  })
}

/** Names of columns by those of fields. */
export function renamedIn(panel: ShippedPanel): Readonly<Record<string, string>> {
  const organize = transformationsOf(panel).find(({ id }) => id === 'organize')
  return organize?.options?.renameByName ?? {}
}

function transformationsOf(panel: ShippedPanel) {
  const { transformations = [] } = panel as {
    transformations?: readonly { id: string; options?: { renameByName?: Record<string, string> } }[]
  }
  return transformations
}

export function overridesOf(panel: ShippedPanel): readonly Override[] {
  return (panel.fieldConfig?.overrides ?? []) as readonly Override[]
}
