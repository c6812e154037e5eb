import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { alertFiles } from '../../scripts/docs-alerts.ts'
import type { RuleFlags } from '../../src/cli/add-rule-flags.ts'
import { parseRuleFlags } from '../../src/cli/rule-flags.ts'
import { renderRules } from '../../src/cli/rules.ts'
import { DEFAULT_CHOICES } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { THRESHOLDS } from '../../src/rules/thresholds.ts'
import { ownDirectory } from '../harness/owned-process.ts'

/** What `promtool check rules` says: it exits with an error on what is no rule, and on duplicates. */
function checkRules(file: string): Promise<{ readonly ok: boolean; readonly said: string }> {
  return new Promise((resolve, reject) => {
    execFile('promtool', ['check', 'rules', '--lint-fatal', file], (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') return reject(error)
      resolve({ ok: error === null, said: `${stdout}${stderr}` })
    })
  })
}

/** The groups of a PrometheusRule as a file for promtool, which knows no resources. */
function plain(text: string): string {
  const { groups, spec } = parse(text)
  return groups ? text : stringify({ groups: spec.groups })
}

async function assertGood(text: string): Promise<void> {
  const file = join(ownDirectory('check-rules'), 'rules.yml')
  writeFileSync(file, plain(text))
  const { ok, said } = await checkRules(file)
  assert.ok(ok, said)
}

describe('promtool check rules', () => {
  for (const path of [...alertFiles().keys()].filter(each => each.endsWith('.rules.yml'))) {
    it(`finds no fault in ${path}`, async () => {
      const { ok, said } = await checkRules(fileURLToPath(new URL(`../../${path}`, import.meta.url)))
      assert.ok(ok, said)
    })
  }

  for (const set of Object.keys(RULE_SETS)) {
    it(`finds none in ${set} as a PrometheusRule`, async () => {
      await assertGood(alertFiles().get(`alerts/${set}.prometheusrule.yaml`) as string)
    })

    it(`finds none in ${set} with every flag set`, async () => {
      const flags = everyFlag(set)
      await assertGood(renderRules(parseRuleFlags(flags), 'a test'))
      const { format: _format, name: _name, namespace: _namespace, label: _label, ...ofPlain } = flags
      await assertGood(renderRules(parseRuleFlags(ofPlain), 'a test'))
    })

    for (const side of [0, 1] as const) {
      it(`finds none in ${set} with every threshold at its ${side === 0 ? 'least' : 'most'}`, async () => {
        const threshold = Object.entries(THRESHOLDS).map(([name, { bounds }]) => `${name}=${bounds[side]}`)
        await assertGood(renderRules(parseRuleFlags({ set: [set], threshold }), 'a test'))
      })
    }
  }

  it('finds none in two sets together', async () => {
    await assertGood(
      renderRules(parseRuleFlags({ set: ['kafka-health-exporter', 'jmx-exporter'] }), 'a test'),
    )
  })

  it('would find one', async () => {
    const text = alertFiles().get('alerts/jmx-exporter.rules.yml') as string
    await assert.rejects(assertGood(text.replace('sum by', 'sum buy')), /parse error/)
    await assert.rejects(assertGood(text.replace('{{ $labels.topic }}', '{{ $labels.topic }')), /template/)
  })
})

function everyFlag(set: string): Required<Omit<RuleFlags, 'output'>> {
  return {
    set: [set],
    format: 'prometheusrule',
    name: 'kafka',
    namespace: 'monitoring',
    label: ['release=prometheus'],
    alertLabel: ['team=payments', 'site={{ $labels.site }}'],
    selector: ['{job="kafka", kafka_cluster=~"prod-.*", topic!="a\\"b"}', 'pod!="x"'],
    jmxSelector: ['job="brokers"'],
    threshold: ['lag-slo=0.999', 'loss-window=1h30m', 'proven-after=12h'],
    for: ['*=90s'],
    keepFiringFor: ['*=1h30m'],
    disable: set === 'jmx-exporter' || set === 'consumer-kit' ? [] : ['KafkaBrokerDown'],
    replicaLabel: ['node', ...DEFAULT_CHOICES.replicaLabels],
    runbookBase: 'https://wiki.example/?page=',
    grafanaUrl: 'https://grafana.example/g',
  }
}
