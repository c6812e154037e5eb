import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DASHBOARDS } from '../../dashboards/build/dashboards.ts'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { SEVERITIES } from '../../src/rules/rule.ts'
import { RULE_SETS, type RuleSet } from '../../src/rules/rule-sets.ts'
import { keptLabels } from './kept-labels.ts'
import { labelsOfSet } from './labels-of-set.ts'

for (const [name, set] of Object.entries<RuleSet>(RULE_SETS)) {
  describe(`the rule set ${name}`, () => {
    const labelsOf = labelsOfSet(name, set)
    const groups = renderGroups(set, DEFAULT_CHOICES)
    const alerts = groups.flatMap(({ rules }) => rules).flatMap(rule => ('alert' in rule ? [rule] : []))
    const definitions = set.groups.flatMap(group => group.alerts)

    it('has a name of its own for each group, alert and recording', () => {
      const names = [
        ...groups.map(group => group.name),
        ...groups.flatMap(({ rules }) => rules).map(rule => ('alert' in rule ? rule.alert : rule.record)),
      ]
      const twice = names.filter((each, i) => names.indexOf(each) !== i)
      assert.deepEqual(twice, [])
    })

    it('names alerts Kafka…, in camel case', () => {
      assert.deepEqual(
        alerts.map(a => a.alert).filter(each => !/^Kafka([A-Z][a-z]+)+$/.test(each)),
        [],
      )
    })

    it('names recordings level:metric:operation', () => {
      const records = set.groups.flatMap(g => g.recordings).map(r => r.record)
      assert.deepEqual(
        records.filter(each => !/^[a-z_]+:kafka_[a-z_]+:[a-z]+$/.test(each)),
        [],
      )
    })

    for (const alert of alerts) {
      const {
        signal,
        expression: _expression,
        ...definition
      } = definitions.find(d => d.name === alert.alert)!

      it(`${alert.alert} has a severity, patience, words, a runbook and a dashboard`, () => {
        assert.ok(SEVERITIES.includes(definition.severity))
        assert.equal(alert.labels.severity, definition.severity)
        assert.match(alert.for, /^\d+m$/)
        assert.match(definition.keepFiringFor, /^\d+m$/)
        assert.match(alert.annotations.summary ?? '', /^[^\n]{10,200}[^.]$/)
        assert.match(alert.annotations.description ?? '', /^[^\n]{20,500}\.$/)
        assert.match(alert.annotations.runbook_url ?? '', new RegExp(`/${alert.alert}\\.md$`))
        assert.ok(DASHBOARDS.some(({ name: each }) => each === definition.dashboard))
      })

      it(`${alert.alert} fires on a moment only where a clock, or an event, is behind it`, () => {
        const waits = alert.for !== '0m'
        assert.ok(waits || /_unhealthy_seconds|_total|resets\(/.test(alert.expr), alert.expr)
        // What has no `for` and nothing to hold it would end with each scrape that is missed.
        assert.ok(waits || alert.keep_firing_for !== undefined)
      })

      it(`${alert.alert} joins what can meet, and keeps the labels that its words name`, () => {
        const kept = keptLabels(alert.expr, labelsOf)
        assert.ok(kept, alert.expr)
        const named = [...JSON.stringify(alert.annotations).matchAll(/\$labels\.(\w+)/g)].map(
          m => m[1] as string,
        )
        const optional = new Set(['kafka_cluster', 'instance'])
        assert.deepEqual(
          named.filter(label => !kept.has(label) && !optional.has(label)),
          [],
        )
        const own = ['consumergroup', 'topic', 'partition', 'id', 'code', 'dependency', 'service', 'reason']
        // Whoever is told of one among many is told of which.
        assert.deepEqual(
          own.filter(label => kept.has(label) && !named.includes(label)),
          [],
        )
        // On kafka_exporter's metrics a signal is only where a panel shows something like it.
        const unsaid = own.filter(label => kept.has(label) && !signal.labels.includes(label))
        assert.deepEqual(name === 'kafka-exporter' ? [] : unsaid, [])
      })

      it(`${alert.alert} is the same of two replicas, unless it is about a process`, () => {
        const kept = keptLabels(alert.expr, labelsOf) ?? new Set()
        const isAboutOne =
          /^KafkaHealthExporter(TargetDown|Poll|State|Config|Probes)|^KafkaClient(Not|RestartLoop)/.test(
            alert.alert,
          )
        assert.equal(kept.has('instance') || kept.has('pod'), isAboutOne)
      })
    }

    it('records what the alerts on it join by', () => {
      for (const { record, labels, expression } of set.groups.flatMap(g => g.recordings)) {
        const rule = groups.flatMap(g => g.rules).find(r => 'record' in r && r.record === record)
        assert.ok(rule, `nothing looks at ${record}`)
        assert.deepEqual(
          [...(keptLabels(rule.expr, labelsOf) ?? [])].sort(),
          ['job', 'namespace', ...labels].sort(),
        )
        assert.equal(typeof expression, 'function')
      }
    })
  })
}

it('labels that are kept are told of an expression, and a join that never meets', () => {
  const labelsOf = (metric: string) => (metric === 'a' ? ['job', 'topic'] : ['job', 'topic', 'id'])
  const kept = (expression: string) => [...(keptLabels(expression, labelsOf) ?? [])].join(' ')
  assert.equal(kept('max without (job) (last_over_time(b[3m])) > 1'), 'topic id')
  assert.equal(kept('sum by (id) (rate(b[5m] offset 1h))'), 'id')
  assert.equal(kept('a - ignoring (id) group_right () b > 0'), 'job topic id')
  assert.equal(kept('b and on (job) (a == 0)'), 'job topic id')
  assert.equal(kept('a / on (topic) a'), 'topic')
  assert.equal(kept('absent(b)'), '')
  assert.throws(() => kept('b unless a'), { message: 'id, job, topic never meets job, topic in: b unless a' })
})

it('severities of one condition have different names, and the worse is the narrower', () => {
  const pairs = [
    ['KafkaDeadLettersFlood', 'critical', 'KafkaDeadLettersArrived', 'warning'],
    ['KafkaConsumerLagBudgetBurnFast', 'critical', 'KafkaConsumerLagBudgetBurnSlow', 'warning'],
    ['KafkaConsumerLossImminent', 'critical', 'KafkaConsumerRetentionLow', 'warning'],
  ]
  const all = RULE_SETS['kafka-health-exporter'].groups.flatMap(group => group.alerts)
  for (const [worse, critical, better, warning] of pairs) {
    assert.equal(all.find(a => a.name === worse)?.severity, critical)
    assert.equal(all.find(a => a.name === better)?.severity, warning)
  }
})
