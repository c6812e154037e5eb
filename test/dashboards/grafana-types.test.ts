import assert from 'node:assert/strict'
import { test } from 'node:test'
import { againstGrafanaTypes } from './grafana-types.ts'
import { readDashboards } from './read-dashboards.ts'

const dashboards = readDashboards()

test('Grafana’s own types know all that the dashboards say', () => {
  assert.deepEqual(againstGrafanaTypes(dashboards), [])
})

test('a field that Grafana does not have and a word that is none of its own are noticed', () => {
  const [dashboard] = dashboards
  assert.ok(dashboard)
  const [text] = dashboard.panels
  const lines = dashboard.panels.find(panel => panel.type === 'timeseries')
  assert.ok(text && lines)
  const found = againstGrafanaTypes([
    {
      ...dashboard,
      refresh: 60,
      panels: [
        { ...text, options: { ...text.options, content: 7 as unknown as string } },
        { ...lines, options: { legend: { ...lines.options?.legend, placement: 'above' } as object } },
        { ...lines, options: { footer: true } as object },
      ],
    },
  ])
  assert.equal(found.length, 4, found.join('\n'))
  assert.match(found[0] ?? '', /'number' is not assignable to type 'string/)
  assert.match(found[1] ?? '', /'number' is not assignable to type 'string/)
  assert.match(found[2] ?? '', /"above"/)
  assert.match(found[3] ?? '', /footer/)
})
