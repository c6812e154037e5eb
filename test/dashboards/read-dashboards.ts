import { readFileSync } from 'node:fs'
import { DASHBOARDS } from '../../dashboards/build/dashboards.ts'
import { dashboardFile } from '../../scripts/build-dashboards.ts'

export interface ShippedTarget {
  readonly expr: string
  readonly instant?: boolean
  readonly legendFormat?: string
  readonly datasource: object
}

interface ShippedWord {
  readonly text: string
  readonly color: string
}

export interface ShippedPanel {
  readonly id: number
  readonly type: string
  readonly title?: string
  readonly description?: string
  readonly datasource?: object
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly ShippedTarget[]
  readonly maxDataPoints?: number
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string
      readonly mappings?: readonly { readonly options: Readonly<Record<string, ShippedWord>> }[]
    }
    readonly overrides?: readonly {
      readonly matcher: { readonly options: string }
      readonly properties: readonly { readonly id: string; readonly value: unknown }[]
    }[]
  }
  readonly options?: { readonly legend?: { readonly showLegend?: boolean }; readonly content?: string }
}

export interface ShippedDashboard {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly editable: boolean
  readonly panels: readonly ShippedPanel[]
  readonly templating: { readonly list: readonly Record<string, unknown>[] }
  readonly [setting: string]: unknown
}

/** The dashboards as they are shipped. */
export function readDashboards(): readonly ShippedDashboard[] {
  return DASHBOARDS.map(spec => JSON.parse(readFileSync(dashboardFile(spec), 'utf8')) as ShippedDashboard)
}

/** Each expression with where it stands. */
export function targetsOf(dashboard: ShippedDashboard) {
  return dashboard.panels.flatMap(panel =>
    (panel.targets ?? []).map(target => ({ where: `${dashboard.title}: ${panel.title}`, panel, target })),
  )
}

/** What Grafana makes of the variables when all is chosen. */
export function substituted(expression: string, values: Readonly<Record<string, string>> = {}): string {
  const all: Readonly<Record<string, string>> = {
    job: '.+',
    service_job: '.+',
    kafka_cluster: '.*',
    consumergroup: '.+',
    topic: '.+',
    limit: '20',
    __rate_interval: '1m',
    __range: '5m',
    ...values,
  }
  return expression.replaceAll(/\$(\w+)/g, (variable, name: string) => all[name] ?? variable)
}
