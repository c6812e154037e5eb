import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startAllFired } from './catalogue/all-fired.ts'
import { FAULTS } from './catalogue/faults.ts'
import { HEALTHY } from './catalogue/healthy.ts'
import { expectedOf, judge } from './catalogue/judge.ts'
import type { CatalogueSet, Scenario } from './catalogue/scenario.ts'
import { VARIANTS } from './promtool/alert-case.ts'

const SETS: readonly CatalogueSet[] = ['kafka-health-exporter', 'kafka-exporter']
/** Minutes by which an alert may begin later where scrapes are missing, or of a pair. */
const SLACK = 2

const table: string[] = []
const allFired = startAllFired(SETS, [...HEALTHY, ...FAULTS])

for (const scenario of [...HEALTHY, ...FAULTS]) {
  test(scenario.name, async () => {
    const wrong = await Promise.all(SETS.map(set => wrongIn(scenario, set)))
    assert.deepEqual(wrong.flat(), [], 'alerts that are false, missing or not in time')
  })
}

async function wrongIn(scenario: Scenario, set: CatalogueSet): Promise<readonly string[]> {
  const expected = expectedOf(set, scenario)
  const lines: string[] = []
  for (const variant of VARIANTS) {
    const fired = await allFired(set, scenario, variant)
    const told = judge(scenario, expected, fired, variant === 'plain' ? 0 : SLACK)
    const line = (...rest: readonly string[]) =>
      lines.push([scenario.name, set, variant, ...rest].join(' | '))
    if (told.length === 0) line('silent', '', '')
    for (const { text, after, isRight } of told) {
      line(text, after === null ? 'never' : `${after.toFixed(1)} min`, isRight ? '' : 'WRONG')
    }
  }
  table.push(...lines)
  return lines.filter(l => l.endsWith('WRONG'))
}

test('where offsets tell other things than the exporter does, it is said why', () => {
  const namesOf = (set: CatalogueSet, scenario: Scenario) =>
    new Set(expectedOf(set, scenario).map(e => e.alert))
  for (const scenario of FAULTS) {
    const { name, offsetsOnly } = scenario
    const [ours, theirs] = SETS.map(set => namesOf(set, scenario)) as [Set<string>, Set<string>]
    // By lag in time and by objectives it cannot tell anything: that is said once, in the reference.
    const missing = [...ours].filter(a => !theirs.has(a) && !/LagOverObjective|BudgetBurn|Unproven/.test(a))
    const other = [...theirs].filter(a => !ours.has(a))
    assert.equal(missing.length + other.length > 0, offsetsOnly.why !== undefined, name)
  }
})

after(() => {
  console.log(
    `${['scenario', 'rules', 'variant', 'alert', 'after the fault', ''].join(' | ')}\n${table.join('\n')}`,
  )
})
