import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import type { Target } from './panel-spec.ts'

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

export const refId = (index: number) => String.fromCharCode(65 + index)

export type Shape = 'range' | 'instant' | 'table'

export function panelQuery({ expression, legend }: Target, index: number, shape: Shape): DataqueryBuilder {
  const builder = new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(expression)
    .legendFormat(legend)
    .refId(refId(index))
  if (shape === 'range') return builder.range()
  return shape === 'table' ? builder.instant().format(PromQueryFormat.Table) : builder.instant()
}
