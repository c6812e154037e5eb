import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { DASHBOARDS } from '../../dashboards/build/dashboards.ts'
import { OTHERS } from '../../dashboards/build/query.ts'
import { dashboardFile, renderDashboard } from '../../scripts/build-dashboards.ts'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { queryables } from '../../src/signals/query.ts'
import { readDashboards, type ShippedPanel, substituted, targetsOf } from './read-dashboards.ts'

const dashboards = readDashboards()
const known = new Map([...queryables(CATALOG), ...OTHERS])
const allTargets = dashboards.flatMap(targetsOf)
const dataPanels = dashboards.flatMap(d =>
  d.panels
    .filter(p => p.type !== 'text' && p.type !== 'row')
    .map(panel => ({ where: `${d.title}: ${panel.title}`, panel })),
)

/** `ALERTS` is what Prometheus writes of firing rules: of no job, and in no catalogue. */
const NOT_OURS = new Set(['ALERTS'])

interface Selector {
  readonly metric: string
  readonly matchers: readonly string[]
  /** Functions that it stands in, from the inside. */
  readonly functions: readonly string[]
}

function selectorsOf(expression: string): readonly Selector[] {
  const found: Selector[] = []
  parser.parse(expression).iterate({
    enter: ({ node }) => {
      if (node.name !== 'VectorSelector') return
      const text = (n: { from: number; to: number }) => expression.slice(n.from, n.to)
      const name = node.getChild('Identifier')
      const functions: string[] = []
      for (let outer = node.parent; outer; outer = outer.parent) {
        const identifier = outer.name === 'FunctionCall' ? outer.getChild('FunctionIdentifier') : null
        if (identifier) functions.push(text(identifier))
      }
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
      found.push({ metric: name ? text(name) : '', matchers: matchers.map(text), functions })
    },
  })
  return found
}

test('every expression parses', () => {
  for (const { where, target } of allTargets) {
    const expression = substituted(target.expr)
    assert.doesNotMatch(expression, /\$/, where)
    parser.parse(expression).iterate({
      enter: ({ type, from, to }) =>
        assert.ok(!type.isError, `${where}: ${expression.slice(from - 20, to + 20)}`),
    })
  }
  assert.ok(allTargets.length > 80, `${allTargets.length} expressions`)
})

test('every metric is in the catalogue, on by default, and selected by job, cluster, group and topic', () => {
  const byDefault = new Set(CATALOG.filter(f => f.onByDefault).map(f => f.name))
  for (const dashboard of dashboards) {
    const variables = new Set(dashboard.templating.list.map(v => v.name as string))
    for (const { where, target } of targetsOf(dashboard)) {
      for (const { metric, matchers } of selectorsOf(substituted(target.expr))) {
        if (NOT_OURS.has(metric)) continue
        const name = known.has(metric) ? metric : metric.replace(/_bucket$/, '')
        const family = known.get(name)
        assert.ok(family, `${where}: ${metric}`)
        assert.ok(byDefault.has(name) || OTHERS.has(name), `${where}: ${metric} is off by default`)
        assert.ok(matchers.includes('job=~".+"'), `${where}: ${metric} of any job`)
        for (const label of ['kafka_cluster', 'consumergroup', 'topic']) {
          const isMatched = matchers.some(m => m.startsWith(`${label}=~`))
          assert.equal(
            isMatched,
            family.labels.includes(label) && variables.has(label),
            `${where}: ${metric} by ${label}`,
          )
        }
      }
    }
    for (const { where, target } of targetsOf(dashboard)) {
      for (const [, variable = ''] of target.expr.matchAll(/\$(\w+)/g)) {
        const isGiven = variables.has(variable) || variable.startsWith('__')
        assert.ok(isGiven, `${where}: $${variable} is no variable of ${dashboard.title}`)
      }
    }
  }
})

test('counters are asked for their growth, gauges are not', () => {
  const growth = new Set(['rate', 'increase', 'irate'])
  const slope = new Set(['deriv', 'delta', 'idelta'])
  for (const { where, target } of allTargets) {
    for (const { metric, functions } of selectorsOf(substituted(target.expr))) {
      const family = known.get(metric) ?? known.get(metric.replace(/_bucket$/, ''))
      const isCounter = family?.type === 'counter' || family?.type === 'histogram'
      const isGrown = functions.some(f => growth.has(f))
      if (isCounter) assert.ok(isGrown, `${where}: ${metric} as it stands`)
      else assert.ok(!isGrown, `${where}: rate of the gauge ${metric}`)
      if (isCounter) assert.ok(!functions.some(f => slope.has(f)), `${where}: slope of the counter ${metric}`)
    }
  }
})

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
    ['fleet', 'group', 'topic', 'cluster', 'exporter'].map(name => `kafka-health-${name}`),
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

test('with ten thousand groups no panel draws ten thousand lines', () => {
  for (const { where, target } of allTargets.filter(({ where }) => /Fleet|Topic|Cluster/.test(where))) {
    const perGroup = selectorsOf(substituted(target.expr)).some(s =>
      known.get(s.metric)?.labels.includes('consumergroup'),
    )
    const isBounded = /^\s*(topk|bottomk|count|sum by \(state\)|sum|max)\s*\(|and on \([\w, ]+\) topk\(/.test(
      target.expr,
    )
    if (perGroup) assert.ok(isBounded, `${where}: ${target.expr}`)
  }
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
