import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { alertFiles, renderAlertsReference } from '../../scripts/docs-alerts.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'

const ROOT = new URL('../../', import.meta.url)

describe('the files that are made from the rules', () => {
  for (const [path, text] of alertFiles()) {
    it(`${path} is what \`npm run docs\` makes`, () => {
      assert.equal(readFileSync(new URL(path, ROOT), 'utf8'), text)
    })
  }

  it('are of the sets that there are, and of no other', () => {
    assert.deepEqual(
      readdirSync(new URL('alerts/', ROOT)).filter(file => /\.ya?ml$/.test(file)),
      [
        'consumer-kit.prometheusrule.yaml',
        'consumer-kit.rules.yml',
        'jmx-exporter.prometheusrule.yaml',
        'jmx-exporter.rules.yml',
        'kafka-exporter.prometheusrule.yaml',
        'kafka-exporter.rules.yml',
        'kafka-health-exporter.prometheusrule.yaml',
        'kafka-health-exporter.rules.yml',
      ],
    )
  })
})

describe('the reference of alerts', () => {
  const reference = renderAlertsReference()

  it('has a row for each alert of each set, and no template in it', () => {
    for (const { groups } of Object.values(RULE_SETS)) {
      for (const { name, severity } of groups.flatMap(group => group.alerts)) {
        assert.match(
          reference,
          new RegExp(`^\\| \\[${name}\\]\\(runbooks/${name}\\.md\\) \\| ${severity} \\|`, 'm'),
        )
      }
    }
    assert.doesNotMatch(reference, /\{\{|\}\}/)
  })

  it('says what an alert would, with names in the places of values', () => {
    assert.ok(
      reference.includes(
        '| *group* has work on *topic*/*partition* and has not advanced for *so long*: longer than it ever takes there. |',
      ),
    )
  })
})
