import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { OF_SERVICES, OTHERS } from '../../dashboards/build/query.ts'
import { CATALOG } from '../../src/catalog/catalog.ts'
import { queryables } from '../../src/signals/query.ts'
import { keptLabels } from '../rules/kept-labels.ts'
import { isBounded } from './bounded.ts'
import { readDashboards, substituted, targetsOf } from './read-dashboards.ts'

const dashboards = readDashboards()
const known = new Map([...queryables(CATALOG), ...OTHERS, ...OF_SERVICES])
const allTargets = dashboards.flatMap(targetsOf)

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

const OF_TARGET = ['job', 'instance', 'pod']
/** Any that an alert may have. */
const OF_ALERTS = ['alertname', 'severity', 'kafka_cluster', 'consumergroup', 'topic', 'partition']

function labelsOf(metric: string): readonly string[] {
  if (NOT_OURS.has(metric)) return OF_ALERTS
  const family = known.get(metric) ?? known.get(metric.replace(/_bucket$/, ''))
  return [...OF_TARGET, ...(family?.labels ?? []), ...(metric.endsWith('_bucket') ? ['le'] : [])]
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
        const isOfOthers = OTHERS.has(name) || OF_SERVICES.has(name)
        assert.ok(byDefault.has(name) || isOfOthers, `${where}: ${metric} is off by default`)
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

test('nothing is added up of partitions that may be left out, unless all of a topic are there', () => {
  const leftOut = new Set(
    CATALOG.filter(f => f.kind !== 'instrument' && f.thinnedFrom === 'topic').map(f => f.name),
  )
  // What is left of it are those that lack replicas.
  leftOut.delete('kafka_topic_partition_under_replicated_partition')
  let sums = 0
  for (const { where, target } of allTargets) {
    const expression = substituted(target.expr)
    const isOfSome = selectorsOf(expression).some(({ metric }) => leftOut.has(metric))
    if (!isOfSome || !/\b(sum|count) without \(partition\)/.test(expression)) continue
    sums++
    assert.match(expression, /\) == max without \(instance, pod\) \(kafka_topic_partitions\{/, where)
  }
  assert.ok(sums > 4, `${sums} sums`)
})

test('what is joined can meet, and legends and columns name labels that are kept', () => {
  for (const { where, panel, target } of allTargets) {
    const kept = keptLabels(substituted(target.expr), labelsOf) ?? new Set()
    const ofLegend = [...(target.legendFormat ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(m => m[1] as string)
    for (const label of ofLegend) assert.ok(kept.has(label), `${where}: no ${label} in ${target.expr}`)
    const isOfOne = panel.type === 'stat' || target.legendFormat === 'interval'
    const untold = [
      'consumergroup',
      'topic',
      'partition',
      'id',
      'dependency',
      'service',
      'state',
      'phase',
      'code',
    ]
    if (isOfOne) assert.ok(!untold.some(label => kept.has(label)), `${where}: more than one`)
    else if (panel.type !== 'table') {
      assert.deepEqual(
        untold.filter(label => kept.has(label) && !ofLegend.includes(label)),
        [],
        `${where}: lines of the same name`,
      )
    }
  }
})

test('with ten thousand groups no panel draws ten thousand lines', () => {
  for (const { where, target } of allTargets) {
    assert.ok(isBounded(substituted(target.expr), labelsOf), `${where}: ${target.expr}`)
  }
})

test('what is bounded is told by the expression', () => {
  const lag = 'kafka_consumergroup_lag'
  const cases: readonly (readonly [string, boolean])[] = [
    [lag, false],
    [`max without (instance) (${lag})`, false],
    [`sum by (topic) (${lag})`, false],
    [`sum by (job) (${lag})`, true],
    [`sum(${lag}) or vector(0)`, true],
    [`topk(9, ${lag})`, true],
    [`sum without (partition) (topk(9, ${lag}))`, true],
    [`${lag} > 0`, false],
    [`${lag} and on (topic) topk(9, last_over_time((${lag})[5m:1m] @ end()))`, true],
    [`${lag} or topk(9, ${lag})`, false],
    ['kafka_up', true],
  ]
  for (const [expression, expected] of cases) {
    assert.equal(isBounded(expression, labelsOf), expected, expression)
  }
})
