import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DASHBOARDS } from '../../dashboards/build/dashboards.ts'
import { dashboardFile, renderDashboard } from '../../scripts/build-dashboards.ts'
import { CELL_STATES } from '../../src/model/snapshot.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { readDashboards, type ShippedPanel } from './read-dashboards.ts'

const dashboards = readDashboards()
const dataPanels = dashboards.flatMap(d =>
  d.panels
    .filter(p => p.type !== 'text' && p.type !== 'row')
    .map(panel => ({ where: `${d.title}: ${panel.title}`, panel })),
)

test('panels say what they show, in which unit, from which data source', () => {
  for (const { where, panel } of dataPanels) {
    assert.ok(panel.title && !panel.title.endsWith('.'), where)
    assert.match(panel.description ?? '', /^[A-Z0-9].{20,}[.]$/s, `${where}: description`)
    assert.ok(panel.fieldConfig?.defaults.unit, `${where}: unit`)
    assert.deepEqual(panel.datasource, { type: 'prometheus', uid: '${datasource}' }, where)
    assert.ok(panel.targets && panel.targets.length > 0, `${where}: no targets`)
    for (const target of panel.targets) {
      assert.deepEqual(target.datasource, panel.datasource, where)
      if (panel.type !== 'table') assert.ok(target.legendFormat, `${where}: legend`)
    }
    if (panel.type === 'timeseries') assert.equal(panel.options?.legend?.showLegend, true, where)
  }
})

test('only panel types that Grafana still has', () => {
  const types = new Set(dashboards.flatMap(d => d.panels.map(p => p.type)))
  assert.deepEqual([...types].sort(), [
    'row',
    'stat',
    'state-timeline',
    'status-history',
    'table',
    'text',
    'timeseries',
  ])
})

test('panels lie within the grid, on none of the others, and are numbered', () => {
  for (const { title, panels } of dashboards) {
    assert.deepEqual(
      panels.map(p => p.id),
      panels.map((_, i) => i + 1),
      title,
    )
    for (const { gridPos: g, title: panel } of panels)
      assert.ok(g.x >= 0 && g.x + g.w <= 24 && g.h > 0, `${title}: ${panel}`)
    const overlapping = panels.flatMap((a, i) =>
      panels
        .slice(i + 1)
        .filter(b => overlap(a, b))
        .map(b => [a.title, b.title]),
    )
    assert.deepEqual(overlapping, [], title)
  }
})

function overlap({ gridPos: a }: ShippedPanel, { gridPos: b }: ShippedPanel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

test('each begins with what it answers, and each row with what it shows', () => {
  for (const { title, panels } of dashboards) {
    assert.equal(panels[0]?.type, 'text', title)
    for (const [i, panel] of panels.entries()) {
      if (panel.type === 'row') assert.equal(panels[i + 1]?.type, 'text', `${title}: ${panel.title}`)
    }
  }
})

test('identity, variables and what an import must not find', () => {
  for (const dashboard of dashboards) {
    const { uid, schemaVersion, editable, templating } = dashboard
    assert.equal(schemaVersion, 42)
    assert.equal(editable, false)
    assert.ok(!('__inputs' in dashboard) && (dashboard.id === undefined || dashboard.id === null), uid)
    const [datasource, job, ...others] = templating.list
    assert.deepEqual(
      [datasource?.type, datasource?.name, datasource?.query],
      ['datasource', 'datasource', 'prometheus'],
    )
    for (const variable of [job, ...others].filter(v => v?.type === 'query')) {
      const expected = variable?.name === 'kafka_cluster' ? '.*' : '.+'
      assert.deepEqual(
        [variable?.multi, variable?.includeAll, variable?.allValue, variable?.refresh],
        [true, true, expected, 2],
        uid,
      )
    }
  }
  assert.deepEqual(
    dashboards.map(d => d.uid),
    ['fleet', 'group', 'topic', 'dead-letters', 'schema', 'services', 'consumer', 'cluster', 'exporter'].map(
      name => `kafka-health-${name}`,
    ),
  )
})

test('what opens another dashboard opens one that is there, at the same time and by a variable that it has', () => {
  const links = dashboards.flatMap(d => JSON.stringify(d).match(/\/d\/kafka-health-[^"]+/g) ?? [])
  assert.ok(links.length >= 8, `${links.length} links`)
  for (const link of links) {
    const [, uid, variable] = /^\/d\/([\w-]+)\?.*&var-(\w+)=/.exec(link) ?? []
    const target = dashboards.find(d => d.uid === uid)
    assert.ok(
      target?.templating.list.some(v => v.name === variable),
      link,
    )
    assert.match(link, /\$\{__url_time_range\}/)
  }
})

test('no panel asks for a point for each pixel: a status history would not be drawn, a fleet not be answered', () => {
  const asked = new Set(dataPanels.map(({ panel }) => `${panel.type} ${panel.maxDataPoints ?? 'one'}`))
  assert.deepEqual([...asked].sort(), [
    'stat one',
    'state-timeline 120',
    'status-history 120',
    'table one',
    'timeseries 300',
  ])
})

test('a state has its word and one colour everywhere', () => {
  const words = ['caught_up', 'advancing', 'unknown', 'abandoned', 'never_committed', 'no_consumer']
  const all = [...words, 'hung_transaction', 'stalled']
  const timeline = dataPanels.find(({ panel }) => panel.title === 'State of the worst groups')?.panel
  const [numbers] = timeline?.fieldConfig?.defaults.mappings ?? []
  const byNumber = Object.entries(numbers?.options ?? {}).map(([number, { text }]) => [number, text])
  assert.deepEqual(
    byNumber,
    all.map((state, i) => [String(i + 1), state]),
  )
  assert.deepEqual([...all].sort(), [...CELL_STATES].sort())
  for (const { where, panel } of dataPanels.filter(({ panel }) => panel.title === 'Partitions by state')) {
    const colours = (panel.fieldConfig?.overrides ?? []).map(({ matcher, properties }) => [
      matcher.options,
      properties.flatMap(p => (p.id === 'color' ? [(p.value as { fixedColor: string }).fixedColor] : [])),
    ])
    const expected = Object.values(numbers?.options ?? {}).map(({ text, color }) => [text, [color]])
    assert.deepEqual(colours, expected, where)
  }
})

test('links in the texts open dashboards that are there, with variables that both have', () => {
  for (const dashboard of dashboards) {
    const content = dashboard.panels[0]?.options?.content ?? ''
    const links = [...content.matchAll(/\]\(d\/([\w-]+)\?([^)]+)\)/g)]
    assert.deepEqual(
      links.map(([, uid]) => uid).sort(),
      dashboards
        .map(d => d.uid)
        .filter(uid => uid !== dashboard.uid)
        .sort(),
    )
    for (const [, uid, query = ''] of links) {
      assert.match(query, /&\$\{__url_time_range\}$/)
      const target = dashboards.find(d => d.uid === uid)
      for (const [, variable] of query.matchAll(/\{(\w+):queryparam\}/g)) {
        for (const one of [dashboard, target]) {
          assert.ok(
            one?.templating.list.some(v => v.name === variable),
            `${uid}: ${variable}`,
          )
        }
      }
    }
  }
})

test('each dashboard that an alert leads to is there', () => {
  const names = new Set(DASHBOARDS.map(d => d.name))
  const alerts = Object.values(RULE_SETS).flatMap(set => set.groups.flatMap(group => group.alerts))
  assert.ok(alerts.length > 40)
  for (const alert of alerts) assert.ok(names.has(alert.dashboard), `${alert.name}: ${alert.dashboard}`)
})

test('the files are what is built', () => {
  for (const spec of DASHBOARDS) {
    assert.equal(
      readFileSync(dashboardFile(spec), 'utf8'),
      renderDashboard(spec),
      `${spec.name}: run npm run docs`,
    )
  }
})
