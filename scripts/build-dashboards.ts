/** Writes dashboards/*.json from dashboards/build. */
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { buildDashboard } from '../dashboards/build/build-dashboard.ts'
import { DASHBOARDS } from '../dashboards/build/dashboards.ts'
import type { DashboardSpec } from '../dashboards/build/panel-spec.ts'

export const dashboardFile = ({ name }: DashboardSpec) =>
  new URL(`../dashboards/kafka-health-${name}.json`, import.meta.url)

export function renderDashboard(spec: DashboardSpec): string {
  return `${JSON.stringify(buildDashboard(spec), null, 2)}\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const spec of DASHBOARDS) await writeFile(dashboardFile(spec), renderDashboard(spec))
}
