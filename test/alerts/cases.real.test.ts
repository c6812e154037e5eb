import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { alertTestFiles } from '../../scripts/docs-alert-tests.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { CASES } from './cases/all.ts'
import { type AlertCase, VARIANTS, type VariantName } from './promtool/alert-case.ts'
import { groupsOf } from './promtool/render-test.ts'
import { renderTogether } from './promtool/render-together.ts'
import { promtoolTest, runPromtool } from './promtool/run-promtool.ts'

/** Those of the rules as they are shipped are run as they are shipped. */
const isShipped = ({ choices }: AlertCase, variant: VariantName) =>
  variant === 'plain' && choices === undefined

/** Each is hours of a promtool that uses little more than one processor. */
const concurrency = availableParallelism()

suite('rules as they are shipped', { concurrency }, () => {
  for (const path of alertTestFiles().keys()) {
    test(path, async () => {
      assert.equal(await promtoolTest(join(import.meta.dirname, '../..', path)), null)
    })
  }
})

suite('cases', { concurrency }, () => {
  for (const [theme, all] of Object.entries(CASES)) {
    for (const variant of VARIANTS) {
      const cases = all.filter(c => c.without?.[variant] === undefined && !isShipped(c, variant))
      if (cases.length === 0) continue
      test(`${theme}: ${variant}`, async () => {
        // Tests of one promtool run share their rules.
        const runs = new Map<string, AlertCase[]>()
        for (const one of cases) {
          const rules = JSON.stringify(groupsOf(one))
          runs.set(rules, [...(runs.get(rules) ?? []), one])
        }
        for (const together of runs.values()) {
          const tests = renderTogether(together, variant)
          assert.equal(await runPromtool(groupsOf(together[0] as AlertCase), tests), null)
        }
      })
    }
  }
})

test('every alert has a case in which it fires, with its texts, and one in which it is silent', () => {
  const all = Object.values(CASES).flat()
  for (const [set, { groups }] of Object.entries(RULE_SETS)) {
    const cases = all.filter(c => (c.set ?? 'kafka-health-exporter') === set)
    for (const { name } of groups.flatMap(group => group.alerts)) {
      const firing = cases.flatMap(c => c.fires).filter(f => f.alert === name)
      assert.ok(
        firing.some(f => f.summary && f.description),
        `${set}: ${name} fires nowhere with its texts`,
      )
      assert.ok(
        firing.some(f => f.notAt),
        `${set}: nothing says when ${name} begins`,
      )
      assert.ok(
        firing.some(f => f.overAt),
        `${set}: nothing says when ${name} ends`,
      )
      assert.ok(
        cases.some(c => c.silent?.includes(name)),
        `${set}: no case is about ${name} being silent`,
      )
    }
  }
})

test('what a case says is silent fires in it nowhere', () => {
  for (const { name, fires, silent = [] } of Object.values(CASES).flat()) {
    const both = fires.filter(f => silent.includes(f.alert)).map(f => f.alert)
    assert.deepEqual(both, [], name)
  }
})
