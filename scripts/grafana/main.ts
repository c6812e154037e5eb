/**
 * The dashboards through Grafana's own code: that it knows every unit, colour, matcher, calculation and transformation
 * in them, and what its transformations make of the tables. `npm run check:grafana`; ends with 1 where something is
 * wrong. Fetches the library once, 180 MB.
 */
import { readDashboards, type ShippedPanel } from '../../test/dashboards/read-dashboards.ts'
import { drawTable, overridesOf, renamedIn, unknownNames } from './check-panel.ts'
import { type Grafana, loadGrafana } from './grafana-data.ts'

const grafana = loadGrafana()
const faults: string[] = []
let panels = 0
for (const { title, panels: all } of readDashboards()) {
  for (const panel of all.filter(p => p.targets)) {
    panels++
    const where = `${title}: ${panel.title}`
    faults.push(...unknownNames(panel, grafana).map(name => `${where}: Grafana has no ${name}`))
    if (panel.type === 'table') {
      faults.push(...(await faultsOfTable(panel, grafana)).map(fault => `${where}: ${fault}`))
    }
  }
}
for (const fault of faults) console.error(fault)
console.log(`Grafana ${grafana.version}: ${panels} panels, ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1

async function faultsOfTable(panel: ShippedPanel, from: Grafana): Promise<readonly string[]> {
  const [table, ...more] = await drawTable(panel, 2, { state: 'stalled' }, from)
  if (!table || more.length > 0) return [`${more.length + (table ? 1 : 0)} tables of one`]
  console.log(`${panel.title}: ${table.headings.map((h, i) => `${h} = ${table.rows[0]?.[i]}`).join(', ')}`)
  const { sortBy = [] } = panel.options as { sortBy?: readonly { readonly displayName: string }[] }
  const expected = Object.values(renamedIn(panel))
  const named = [...overridesOf(panel).map(o => o.matcher.options), ...sortBy.map(s => s.displayName)]
  return [
    ...(table.rows.length === 2 ? [] : [`${table.rows.length} rows of 2 results`]),
    ...expected.filter(h => !table.headings.includes(h)).map(h => `no column ${h}`),
    ...table.headings.filter(h => !expected.includes(h)).map(h => `a column ${h} that nobody asked for`),
    ...named
      .filter(h => !table.headings.includes(h))
      .map(h => `something is said of ${h}, which is no column`),
  ]
}
